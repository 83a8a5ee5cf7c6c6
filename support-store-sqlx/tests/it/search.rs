//! The index answers what the query itself would, whatever people write.

use std::collections::BTreeSet;

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use support_core::{
    access::Scope,
    chat::{Participant, Session, SessionFilter, SessionSort},
    id::EntryId,
    person::{Actor, ActorKind},
    search::{SearchQuery, normalize},
    store::{PageRequest, PersonKey, Store},
    text::{Body, SearchText, Tag},
    ticket::{EntryKind, NewEntry, Ticket, TicketFilter, Visibility},
};
use support_store_sqlx::{
    Dialect,
    testing::{TestDatabase, TestOptions, Tested},
};
use tokio::runtime::Builder;

use crate::fixtures::{
    Database, at, body, id, message, outsider, run, session, subject, tenant, ticket, user,
};

fn query(text: &str) -> SearchQuery {
    SearchQuery::new(&SearchText::parse(text).unwrap())
}

/// The words that are in the index of tickets.
async fn words_in_index<DB: Tested>(database: &TestDatabase<DB>) -> BTreeSet<String> {
    let mut outsider = outsider(database).await;
    let words = match <DB as Dialect>::NAME {
        "sqlite" => {
            let vocabulary =
                "create virtual table temp.words using fts5vocab(main, support_ticket_words, 'row')";
            run::<DB>(&mut outsider, vocabulary).await.unwrap();
            "select term from temp.words"
        }
        "mysql" => "select distinct word as term from support_ticket_texts",
        _ => {
            "select distinct unnest(tsvector_to_array(coalesce(public, '') || coalesce(notes, ''))) as term \
             from support_ticket_texts"
        }
    };
    let rows = DB::fetch(&mut outsider, words.to_owned(), Vec::new()).await.unwrap();
    rows.iter().map(|row| DB::text(row, "term").unwrap().unwrap()).collect()
}

/// A database's own idea of letters is not Rust's, and the two must not meet.
async fn every_letter_and_digit_there_is_is_part_of_a_word<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let all: Vec<char> = (char::MIN..=char::MAX).filter(|c| c.is_alphanumeric()).collect();
    let mut expected = BTreeSet::new();
    let mut transaction = store.begin(&tenant()).await.unwrap();
    for (n, letters) in (1..).zip(all.chunks(2_000)) {
        let text: String = letters.iter().map(|c| format!("a{c}b ")).collect();
        let row = Ticket { description: body(&text), ..ticket(n) };
        transaction.tickets().insert(&row).await.unwrap();
        for text in [row.number.as_str(), row.subject.as_str(), row.description.as_str()] {
            expected.extend(normalize(text).split(' ').map(str::to_owned));
        }
    }
    transaction.commit().await.unwrap();
    let found = words_in_index(&database).await;
    assert!(found.len() > 100_000, "{}", found.len());
    let different: Vec<_> = found.symmetric_difference(&expected).take(20).collect();
    assert!(different.is_empty(), "{different:?}");
}

/// Words that meet often, in several scripts, with what is no word around them.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-c]{1,3}",
        1 => prop::sample::select(vec![
            "É", "e\u{301}te", "ß", "ﬁn", "漢字", "ＡＢ", "𞤀𞤣", "ქართ", "Ω", "\"", "*", "AND", "or", "a:b", "'", "-a", "½",
            "\u{200b}", "x\u{0903}", "٣", "a_b", "İ",
        ]).prop_map(str::to_owned),
    ];
    let between = prop_oneof![4 => Just(" "), 1 => Just("-"), 1 => Just(", "), 1 => Just("\n")];
    vec((word, between), 1..6).prop_map(|words| words.into_iter().map(|(word, gap)| word + gap).collect())
}

/// Writes a ticket and a session with these texts and asks both what holds a query.
async fn compare(store: &impl Store, n: u64, texts: &[String; 4], search: &SearchQuery) {
    let [head, reply, note, said] = texts.each_ref().map(|text| Body::parse(text).unwrap());
    let row = Ticket { description: head.clone(), ..ticket(n) };
    let chat = session(n);
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&row).await.unwrap();
    for (place, kind, text) in [
        (1, EntryKind::PublicReply, &reply),
        (2, EntryKind::InternalNote, &note),
        (3, EntryKind::System, &said),
    ] {
        let entry = NewEntry {
            id: EntryId::from_uuid(id(n * 10 + place)),
            ticket_id: row.id,
            kind,
            author: Actor::nameless(ActorKind::System),
            body: text.clone(),
            created_at: at(0),
        };
        transaction.tickets().append_entry(entry).await.unwrap();
    }
    transaction.chats().insert(&chat, None).await.unwrap();
    for (seq, text) in (1..).zip([&head, &reply, &said]) {
        transaction.messages().insert(&message(n, seq, text.as_str())).await.unwrap();
    }

    let number = row.number.as_str();
    let document = |texts: &[&str]| normalize(&texts.join("\n"));
    let public = document(&[number, row.subject.as_str(), head.as_str(), reply.as_str(), said.as_str()]);
    let all = format!("{public} {}", normalize(note.as_str()));
    for (visibility, document) in [(Visibility::Public, &public), (Visibility::Staff, &all)] {
        let within = TicketFilter::within(Scope::Everything);
        let filter = TicketFilter { visibility, search: Some(search.clone()), ..within };
        let found = transaction.tickets().count(&filter).await.unwrap() > 0;
        assert_eq!(found, search.matches(document), "{search:?} in {document:?} for {visibility:?}");
    }
    let within = SessionFilter::within(Scope::Everything, Participant::Customer);
    let filter = SessionFilter { search: Some(search.clone()), ..within };
    let found = transaction.chats().count(&filter).await.unwrap() > 0;
    let document = document(&[head.as_str(), reply.as_str(), said.as_str()]);
    assert_eq!(found, search.matches(&document), "{search:?} in {document:?}");
    // Dropped, so that the next case begins with an empty store.
}

async fn a_search_finds_what_its_query_matches_and_nothing_else<DB: Tested>(database: TestDatabase<DB>) {
    let url = database.url().to_owned();
    // On a thread of its own: what it runs may block, and must not block the test's own runtime.
    let run = move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let store = runtime.block_on(DB::open(url, TestOptions::default())).unwrap();
        let is_text = |text: &String| Body::parse(text).is_ok();
        let texts = [text(), text(), text(), text()].map(|text| text.prop_filter("is no text", is_text));
        let search = text().prop_filter("is no search", |text| SearchText::parse(text).is_ok());
        let config = Config { cases: 300, failure_persistence: None, ..Config::default() };
        let compared = TestRunner::new(config).run(&(texts, search), |(texts, search)| {
            runtime.block_on(compare(&store, 1, &texts, &query(&search)));
            Ok(())
        });
        compared.unwrap();
    };
    tokio::task::spawn_blocking(run).await.unwrap();
}

/// Words that many hold are looked for in another way than words that few hold.
async fn common_words_find_the_same_as_rare_ones<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    for n in 1..=6 {
        transaction.chats().insert(&session(n), None).await.unwrap();
        for seq in 1..=1_000 {
            let text = if n == 1 && seq == 500 { "common words and a rarity" } else { "common words" };
            transaction.messages().insert(&message(n, seq, text)).await.unwrap();
        }
    }
    transaction.chats().insert(&session(7), None).await.unwrap();
    transaction.messages().insert(&message(7, 1, "words, and a rarity")).await.unwrap();
    let page = PageRequest::default();
    for (text, expected) in [
        ("common", 6),
        ("words common", 6),
        ("common words", 6),
        ("words", 7),
        ("common wor", 6),
        ("rarity words", 2),
        ("words rar", 2),
        ("rarity common", 1),
        ("common and wor", 1),
        ("common absent", 0),
        ("wor common", 0),
    ] {
        let within = SessionFilter::within(Scope::Everything, Participant::Customer);
        let filter = SessionFilter { search: Some(query(text)), ..within };
        assert_eq!(transaction.chats().count(&filter).await.unwrap(), expected, "{text}");
        let found = transaction.chats().list(&filter, SessionSort::Recent, &page).await.unwrap();
        assert_eq!(found.items.len() as u64, expected, "{text}");
    }
    // As many words as there may be.
    let letters = ('a'..='z').chain('0'..='9').chain('α'..='ω').chain('а'..='я');
    let mut text: String = letters.flat_map(|letter| [letter, ' ']).collect();
    text.push_str("common");
    let within = SessionFilter::within(Scope::Everything, Participant::Customer);
    let filter = SessionFilter { search: Some(query(&text)), ..within };
    let found = transaction.chats().list(&filter, SessionSort::Recent, &page).await.unwrap();
    assert_eq!(found.items.len(), 0);
}

async fn what_is_gone_leaves_no_word_behind<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    let mut changed = Ticket { subject: subject("before"), ..ticket(1) };
    transaction.tickets().insert(&changed).await.unwrap();
    changed.subject = subject("after");
    changed.tags = vec![Tag::parse("vip").unwrap()];
    transaction.tickets().update(&mut changed).await.unwrap();
    transaction.commit().await.unwrap();
    let words = words_in_index(&database).await;
    assert!(words.contains("after") && !words.contains("before"), "{words:?}");

    let mut transaction = store.begin(&tenant()).await.unwrap();
    let counts = transaction.people().erase(&PersonKey::User(user("ann"))).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(counts.tickets, 1);
    assert_eq!(words_in_index(&database).await, BTreeSet::new());
}

#[tokio::test]
async fn a_change_that_touches_no_text_leaves_the_index_alone() {
    let database = Database::new();
    let store = database.open().await;
    let mut row = Ticket { tags: vec![Tag::parse("vip").unwrap()], ..ticket(1) };
    let mut chat = Session { subject: Some(subject("alpha")), ..session(1) };
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&row).await.unwrap();
    transaction.chats().insert(&chat, None).await.unwrap();
    // What is indexed again comes behind these.
    transaction.tickets().insert(&ticket(2)).await.unwrap();
    transaction.chats().insert(&Session { id: session(2).id, ..chat.clone() }, None).await.unwrap();
    (row.reply_count, chat.last_seq) = (7, 7);
    transaction.tickets().update(&mut row).await.unwrap();
    transaction.chats().update(&mut chat).await.unwrap();
    transaction.commit().await.unwrap();
    let places = "select t.doc || ',' || s.doc from support_ticket_parts t, support_session_parts s \
                  where t.ticket_id = ? and s.session_id = ?";
    let places = sqlx::query_scalar::<_, String>(places).bind(id(1)).bind(id(1));
    assert_eq!(places.fetch_one(store.reader_pool()).await.unwrap(), "1,1");
}

/// A message costs the same whatever was said before it, and the index keeps words, not texts.
#[tokio::test]
async fn messages_are_indexed_one_by_one() {
    let database = Database::new();
    let store = database.open().await;
    let text = "lorem ".repeat(1_600);
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.chats().insert(&session(1), None).await.unwrap();
    for seq in 1..=40 {
        transaction.messages().insert(&message(1, seq, &text)).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let number = async |sql: &'static str| {
        sqlx::query_scalar::<_, i64>(sql).fetch_one(store.reader_pool()).await.unwrap()
    };
    // None is the session's, which has no text of its own.
    assert_eq!(number("select count(*) from support_session_parts").await, 40);
    let bytes = number("select sum(length(block)) from support_session_words_data").await;
    assert!(bytes < 10_000, "{bytes} bytes for one word in 40 messages");
}

crate::fixtures::on_each_database! { with_tables:
    every_letter_and_digit_there_is_is_part_of_a_word
    a_search_finds_what_its_query_matches_and_nothing_else
    common_words_find_the_same_as_rare_ones
    what_is_gone_leaves_no_word_behind
}
