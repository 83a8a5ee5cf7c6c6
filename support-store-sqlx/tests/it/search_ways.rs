//! Words that few hold are looked up in the index, and where all are common the list is walked: both find what the query
//! itself matches, in the order of the list, whatever words meet.

use std::{
    cmp::Reverse,
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hash as _, Hasher as _},
};

use support_core::{
    access::Scope,
    chat::{Participant, Session, SessionFilter, SessionSort, Unread},
    search::{SearchQuery, normalize},
    store::{Limit, PageRequest, Store, Transaction},
    text::SearchText,
};
use support_store_sqlx::testing::{TestDatabase, Tested};
use uuid::Uuid;

use crate::fixtures::{at, id, message, session, tenant, user};

/// The words that are said. The first two are in more messages than are looked up one by one, and some begin alike.
const WORDS: [&str; 9] = ["alpha", "beta", "alert", "alphabet", "bet", "gamma", "game", "delta", "rare"];

const SESSIONS: u64 = 60;
const MESSAGES: u64 = 100;

/// Numbers that anybody can draw again who knows the seed.
struct Random {
    seed: u64,
    drawn: u64,
}

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.drawn += 1;
        let mut hasher = std::hash::DefaultHasher::new();
        (self.seed, self.drawn).hash(&mut hasher);
        hasher.finish() % limit
    }
}

/// Whether Bob reads a session to its end.
fn is_read(session: Uuid) -> bool {
    session.as_u128().is_multiple_of(2)
}

fn bob() -> Participant {
    Participant::Agent(user("bob"))
}

/// Sessions in which some of the words are said, with all that is said in each.
async fn fill(transaction: &mut dyn Transaction, random: &mut Random) -> Vec<(Uuid, String)> {
    let mut documents = Vec::new();
    for n in 1..=SESSIONS {
        let updated_at = at(random.below(1_000) as i64);
        let row = Session { updated_at, last_seq: MESSAGES, last_customer_seq: MESSAGES, ..session(n) };
        transaction.chats().insert(&row, None).await.unwrap();
        // The common ones are in nearly every session, and there in each message; the others here and there.
        let common = [n > 3, random.below(SESSIONS) > 6];
        let said: Vec<_> = (2..WORDS.len() as u64).filter(|place| random.below(4 + place) < 3).collect();
        let mut document = String::new();
        for seq in 1..=MESSAGES {
            let mut words: Vec<_> =
                WORDS.iter().zip(common).filter(|(_, is_said)| *is_said).map(|(word, _)| *word).collect();
            words.extend(said.iter().filter(|_| random.below(30) == 0).map(|place| WORDS[*place as usize]));
            let text = if words.is_empty() { "nothing".to_owned() } else { words.join(" ") };
            transaction.messages().insert(&message(n, seq, &text)).await.unwrap();
            document.push_str(&text);
            document.push('\n');
        }
        if is_read(id(n)) {
            transaction.chats().move_read_cursor(row.id, &bob(), MESSAGES).await.unwrap();
        }
        documents.push((row.updated_at, id(n), normalize(&document)));
    }
    documents.sort_by_key(|(updated_at, id, _)| Reverse((*updated_at, *id)));
    documents.into_iter().map(|(_, id, document)| (id, document)).collect()
}

/// All sessions that a filter holds, page by page.
async fn list(transaction: &mut dyn Transaction, filter: &SessionFilter) -> Vec<Uuid> {
    let mut request = PageRequest { limit: Limit::new(7).unwrap(), after: None };
    let mut found = Vec::new();
    loop {
        let page = transaction.chats().list(filter, SessionSort::Recent, &request).await.unwrap();
        found.extend(page.items.iter().map(|view| view.session.id.as_uuid()));
        if page.next.is_none() {
            return found;
        }
        request.after = page.next;
    }
}

async fn both_ways_to_search_find_what_the_query_matches<DB: Tested>(database: TestDatabase<DB>) {
    let store = database.store().await;
    let mut random = Random { seed: RandomState::new().hash_one(0), drawn: 0 };
    let seed = random.seed;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    let documents = fill(&mut *transaction, &mut random).await;
    let mut ways = [false; 2];
    for _ in 0..60 {
        let count = 1 + random.below(3);
        let mut words: Vec<_> =
            (0..count).map(|_| WORDS[random.below(9).min(random.below(9)) as usize]).collect();
        if let Some(last) = words.last_mut() {
            *last = &last[..1 + random.below(last.len() as u64) as usize];
        }
        let text = words.join(" ");
        let query = SearchQuery::new(&SearchText::parse(&text).unwrap());
        let expected: Vec<_> =
            documents.iter().filter(|(_, document)| query.matches(document)).map(|(id, _)| *id).collect();
        let within = SessionFilter::within(Scope::Everything, Participant::Customer);
        let filter = SessionFilter { search: Some(query), ..within };
        let read = SessionFilter { viewer: bob(), unread: Some(Unread::None), ..filter.clone() };
        let expected_read: Vec<_> = expected.iter().copied().filter(|id| is_read(*id)).collect();
        assert_eq!(list(&mut *transaction, &read).await, expected_read, "{text:?} with seed {seed}");
        assert_eq!(list(&mut *transaction, &filter).await, expected, "{text:?} with seed {seed}");
        let counted = transaction.chats().count(&filter).await.unwrap();
        assert_eq!(counted, expected.len() as u64, "{text:?} with seed {seed}");
        let is_common =
            words.iter().all(|word| ["alpha", "beta"].iter().any(|common| common.starts_with(word)));
        ways[usize::from(is_common)] = true;
    }
    assert_eq!(ways, [true; 2], "one way was not taken with seed {seed}");
}

crate::fixtures::on_each_database! { with_tables:
    both_ways_to_search_find_what_the_query_matches
}
