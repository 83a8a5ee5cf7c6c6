//! Searching: words, the last one unfinished, in what the caller may see.

use super::fixtures::{Desk, at, body, first_page, person, query, reader, sender, subject, talkative_guest};
use crate::{
    access::Scope,
    chat::{Customer, Session, SessionFilter, SessionSort},
    message::SenderKind,
    store::Store,
    ticket::{EntryKind, Ticket, TicketFilter, TicketSort, Visibility},
};

/// Whether a search finds the desk's one ticket.
async fn finds_ticket(desk: &Desk<'_>, text: &str, visibility: Visibility) -> bool {
    let filter =
        TicketFilter { search: Some(query(text)), visibility, ..TicketFilter::within(Scope::Everything) };
    let (page, count) = desk
        .read(async |t| {
            let page = t.tickets().list(&filter, TicketSort::default(), &first_page()).await.unwrap();
            (page, t.tickets().count(&filter).await.unwrap())
        })
        .await;
    assert_eq!(page.items.len() as u64, count, "{text:?}: the count and the list agree");
    count > 0
}

async fn assert_tickets(desk: &Desk<'_>, visibility: Visibility, found: &[&str], missed: &[&str]) {
    for text in found {
        assert!(finds_ticket(desk, text, visibility).await, "{text:?} finds the ticket for {visibility:?}");
    }
    for text in missed {
        assert!(!finds_ticket(desk, text, visibility).await, "{text:?} finds nothing for {visibility:?}");
    }
}

/// Whether a search finds the desk's one session.
async fn finds_session(desk: &Desk<'_>, text: &str) -> bool {
    let within = SessionFilter::within(Scope::Everything, reader("bob"));
    let filter = SessionFilter { search: Some(query(text)), ..within };
    let (page, count) = desk
        .read(async |t| {
            let page = t.chats().list(&filter, SessionSort::Recent, &first_page()).await.unwrap();
            (page, t.chats().count(&filter).await.unwrap())
        })
        .await;
    assert_eq!(page.items.len() as u64, count, "{text:?}: the count and the list agree");
    count > 0
}

async fn assert_sessions(desk: &Desk<'_>, found: &[&str], missed: &[&str]) {
    for text in found {
        assert!(finds_session(desk, text).await, "{text:?} finds the session");
    }
    for text in missed {
        assert!(!finds_session(desk, text).await, "{text:?} finds nothing");
    }
}

pub async fn every_word_must_be_there_and_the_last_may_be_unfinished(store: &dyn Store) {
    let desk = Desk::new(store);
    desk.add_ticket(Ticket {
        subject: subject("The printer is on fire"),
        description: body("Smoke comes\nout of TRAY-2, l'Été, naïve; ﬁne. 漢字 a1b2"),
        ..desk.ticket()
    })
    .await;
    let found = [
        "printer",
        "PRINTER",
        "print",
        "p",
        "printer fire",
        "fire printer",
        "fire smo",
        "tray 2",
        "tray-2",
        "2",
        "ete",
        "été",
        "ÉTÉ",
        "naive",
        "fine",
        "漢",
        "a1",
        "printer printer",
        "the is on",
        "printer's",
    ];
    let missed = ["print fire", "rinter", "printer water", "smoky", "ire", "1b", "printer's smoke"];
    assert_tickets(&desk, Visibility::Public, &found, &missed).await;
}

pub async fn a_ticket_is_found_by_all_that_its_reader_may_see(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = Ticket { subject: subject("alpha"), description: body("beta"), ..desk.ticket() };
    let ticket = desk.add_ticket(ticket).await;
    desk.add_entry(ticket.id, EntryKind::PublicReply, "gamma").await;
    desk.add_entry(ticket.id, EntryKind::InternalNote, "delta").await;
    desk.add_entry(ticket.id, EntryKind::System, "epsilon").await;
    let number = ticket.number.as_str();
    let both =
        ["alpha", "beta", "gamma", "epsilon", "epsilon gamma beta alpha", "tkt", number, "20260131 alp"];
    assert_tickets(&desk, Visibility::Public, &both, &["delta", "del", "alpha delta", "delta alpha"]).await;
    let notes = ["delta", "alpha delta", "delta gamma epsilon tkt"];
    assert_tickets(&desk, Visibility::Staff, &[&both[..], &notes[..]].concat(), &["zeta"]).await;
}

pub async fn a_search_follows_every_change(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = Ticket { subject: subject("before"), ..desk.ticket() };
    let mut ticket = desk.add_ticket(ticket).await;
    desk.add_entry(ticket.id, EntryKind::PublicReply, "replied").await;
    desk.add_entry(ticket.id, EntryKind::InternalNote, "noted").await;
    ticket.subject = subject("after");
    ticket.description = body("described");
    desk.write(async |t| t.tickets().update(&mut ticket).await.unwrap()).await;
    let public = ["after", "described", "replied"];
    assert_tickets(&desk, Visibility::Public, &public, &["before", "help", "noted"]).await;
    assert_tickets(&desk, Visibility::Staff, &[&public[..], &["noted"]].concat(), &["before", "help"]).await;
}

pub async fn a_search_sees_what_its_own_transaction_wrote(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = Ticket { subject: subject("unusual"), ..desk.ticket() };
    let filter = TicketFilter { search: Some(query("unus")), ..TicketFilter::within(Scope::Everything) };
    let mut transaction = desk.begin().await;
    transaction.tickets().insert(&ticket).await.unwrap();
    assert_eq!(transaction.tickets().count(&filter).await.unwrap(), 1);
    drop(transaction);
    assert_eq!(desk.read(async |t| t.tickets().count(&filter).await.unwrap()).await, 0);
}

pub async fn a_search_stays_within_the_scope(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(Ticket { subject: subject("secret"), ..desk.ticket() }).await;
    for (scope, expected) in [
        (Scope::Everything, 1),
        (Scope::Customer(super::fixtures::user_id("ann")), 1),
        (Scope::Customer(super::fixtures::user_id("eve")), 0),
        (Scope::Nothing, 0),
    ] {
        for text in ["secret", ticket.number.as_str()] {
            let filter = TicketFilter { search: Some(query(text)), ..TicketFilter::within(scope.clone()) };
            let count = desk.read(async |t| t.tickets().count(&filter).await.unwrap()).await;
            assert_eq!(count, expected, "{text} within {scope:?}");
        }
    }
}

/// What search engines take for syntax.
const SYNTAX: [&str; 28] = [
    "\"",
    "'",
    "*",
    "pri*",
    "-printer",
    "+printer -fire",
    "(printer",
    "printer OR nothing",
    "printer AND fire",
    "NOT printer",
    "NEAR(printer fire)",
    "subject:printer",
    "^printer",
    "printer^2",
    "{subject}: x",
    "pri%",
    "pri_t",
    "\\",
    "\\\"",
    "printer; drop table tickets; --",
    "printer & !fire",
    "printer <-> fire",
    "printer:*",
    "~printer",
    "@printer",
    "fts5(",
    "a:b:c",
    "$1 ?1 :a",
];

pub async fn syntax_is_taken_for_words(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = Ticket { subject: subject("printer fire"), description: body("and or"), ..desk.ticket() };
    let ticket = desk.add_ticket(ticket).await;
    let document = crate::search::normalize(&format!("{} printer fire and or", ticket.number));
    let mut session = desk
        .add_session(Session {
            subject: Some(subject("printer fire")),
            ..desk.session(super::fixtures::guest())
        })
        .await;
    desk.say(&mut session, sender(SenderKind::User, None), "and or", at(1)).await;
    let chat = crate::search::normalize("printer fire and or");
    let mut found = 0;
    for text in SYNTAX {
        let expected = query(text).matches(&document);
        assert_eq!(finds_ticket(&desk, text, Visibility::Public).await, expected, "{text:?}");
        assert_eq!(finds_session(&desk, text).await, query(text).matches(&chat), "{text:?}");
        found += u32::from(expected);
    }
    assert!(found > 0, "some of them name words of the ticket");
}

pub async fn text_without_a_word_finds_nothing(store: &dyn Store) {
    let desk = Desk::new(store);
    desk.add_ticket(Ticket { subject: subject("-- ** !!"), ..desk.ticket() }).await;
    assert_tickets(&desk, Visibility::Staff, &[], &["--", "**", "!!", "👍", "?"]).await;
}

pub async fn a_long_search_is_answered(store: &dyn Store) {
    let desk = Desk::new(store);
    let words = "w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12";
    desk.add_ticket(Ticket { subject: subject(words), ..desk.ticket() }).await;
    // The twelfth word is the last that counts.
    let longer = format!("{words} absent");
    let longest = "x".repeat(200);
    assert_tickets(&desk, Visibility::Public, &[words, &longer], &["w1 w2 absent", &longest]).await;
}

pub async fn a_number_finds_its_ticket_in_any_case(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await;
    let lower = ticket.number.as_str().to_lowercase();
    let shorter = &lower[..lower.len() - 1];
    assert_tickets(
        &desk,
        Visibility::Public,
        &[&lower, ticket.number.as_str(), shorter],
        &["tkt-20260131-9999"],
    )
    .await;
}

pub async fn a_session_is_found_by_subject_guest_and_messages(store: &dyn Store) {
    let desk = Desk::new(store);
    let guest = talkative_guest("Zoë Quux", "Zoe.Quux+desk@Mail.Example");
    let session = Session { subject: Some(subject("alpha")), ..desk.session(guest) };
    let mut session = desk.add_session(session).await;
    for (kind, text) in [
        (SenderKind::User, "beta"),
        (SenderKind::Bot, "gamma"),
        (SenderKind::System, "delta"),
        (SenderKind::Admin, "epsilon"),
    ] {
        desk.say(&mut session, sender(kind, None), text, at(1)).await;
    }
    let found = [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zoe",
        "zoë q",
        "zoe.quux+desk@mail.example",
        "mail exa",
        "desk alpha beta",
        "epsilon gam",
    ];
    assert_sessions(&desk, &found, &["zeta", "eta", "alph beta", "555"]).await;
    session.subject = Some(subject("after"));
    desk.write(async |t| t.chats().update(&mut session).await.unwrap()).await;
    desk.say(&mut session, sender(SenderKind::User, None), "zeta", at(2)).await;
    assert_sessions(&desk, &["after", "zeta", "beta", "zoe"], &["alpha"]).await;
}

pub async fn what_the_host_calls_its_users_is_not_searched(store: &dyn Store) {
    let desk = Desk::new(store);
    let known = person("ann").named("Annabel").with_email("annabel@host.example");
    let mut session = desk.add_session(desk.session(Customer::User(known.clone()))).await;
    desk.say(&mut session, sender(SenderKind::User, Some("ann")), "hello", at(1)).await;
    desk.add_ticket(Ticket { requester: Customer::User(known), ..desk.ticket() }).await;
    assert_sessions(&desk, &["hello"], &["annabel", "host", "ann", "sender"]).await;
    assert_tickets(&desk, Visibility::Staff, &["help"], &["annabel", "host", "ann"]).await;
}
