//! Chats: how they begin and end, and whose they are.

use chrono::TimeDelta;
use support_core::{
    ErrorKind,
    access::Principal,
    chat::{
        ContactField, ContactPolicy, GuestContact, Owner, Session, SessionFilter, SessionSort, SessionStatus,
    },
    desk::{DeskConfig, PageQuery, chat::NewSession},
    event::EventKind,
    message::SenderKind,
    text::{Category, Rejection},
    ticket::AssigneeFilter,
};

use crate::{
    scripted_bot::{ScriptedBot, about},
    world::{World, all_pages, amy, ann, bob, contact, latest, refusal, run, search, user_id},
};

#[test]
fn a_chat_begins_in_the_queue_without_a_bot() {
    let world = World::new();
    let events = world.events_of(|| {
        let chat = world.chat(&ann());
        assert_eq!((chat.status, chat.owner, chat.last_seq), (SessionStatus::Active, Owner::Queue, 0));
        assert_eq!(chat.customer.name(), Some("Ann"));
    });
    assert_eq!(events, [EventKind::SessionCreated]);
}

#[test]
fn a_chat_begins_with_the_bots_welcome() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new().welcoming("Welcome!")));
    let (guest, chat, _) = world.guest();
    assert_eq!((chat.owner, chat.last_seq), (Owner::Bot, 1));
    let messages = world.messages(chat.id);
    assert_eq!((messages[0].sender.kind, messages[0].body.as_str()), (SenderKind::Bot, "Welcome!"));
    assert_eq!(world.unread(&guest, chat.id), 1);
}

fn start_with(world: &World, contact: GuestContact) -> Result<Session, ErrorKind> {
    let new = NewSession { contact, ..NewSession::default() };
    let started = run(world.desk.start_session(&Principal::anonymous(), &new, None));
    started.map(|started| started.view.session).map_err(support_core::Error::into_kind)
}

fn fields(refused: Result<Session, ErrorKind>) -> Vec<(String, Rejection)> {
    match refused {
        Err(ErrorKind::Invalid(fields)) => fields.into_iter().map(|e| (e.field, e.rejection)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn guests_must_give_email_and_phone_and_may_give_a_name() {
    let world = World::new();
    let missing = fields(start_with(&world, GuestContact::default()));
    let required = |field: &str| (field.to_owned(), Rejection::Required);
    assert_eq!(missing, [required("guest_email"), required("guest_phone")]);
    assert!(start_with(&world, GuestContact { name: None, ..contact() }).is_ok());
    assert!(start_with(&world, contact()).is_ok());
    assert_eq!(run(world.desk.count_sessions(&amy(), &SessionFilter::default())).unwrap(), 2);
}

#[test]
fn the_host_chooses_what_guests_are_asked_for() {
    let mut config = DeskConfig::default();
    config.contact = ContactPolicy {
        name: ContactField::Required,
        email: ContactField::Hidden,
        phone: ContactField::Optional,
    };
    let world = World::build(|desk| desk.config(config));
    let wrong = fields(start_with(&world, GuestContact { name: None, ..contact() }));
    let expected =
        [("guest_name".to_owned(), Rejection::Required), ("guest_email".to_owned(), Rejection::NotAccepted)];
    assert_eq!(wrong, expected);
    assert!(start_with(&world, GuestContact { email: None, phone: None, ..contact() }).is_ok());
}

#[test]
fn people_the_host_knows_give_no_guest_fields() {
    let world = World::new();
    for by in [ann(), amy()] {
        let new = NewSession { contact: contact(), ..NewSession::default() };
        let refused = refusal(run(world.desk.start_session(&by, &new, None)));
        assert!(matches!(refused, ErrorKind::Invalid(fields) if fields.len() == 3));
    }
    assert_eq!(world.events(), []);
}

#[test]
fn a_guest_has_one_active_chat_at_a_time() {
    let world = World::new();
    let (guest, chat, _) = world.guest();
    let new = NewSession { contact: contact(), ..NewSession::default() };
    assert_eq!(refusal(run(world.desk.start_session(&guest, &new, None))), ErrorKind::SessionOpen);
    world.close(&guest, chat.id);
    let next = run(world.desk.start_session(&guest, &new, None)).unwrap();
    assert_ne!(next.view.session.id, chat.id);
    assert!(next.token.is_some());
}

#[test]
fn ip_addresses_are_shortened_and_user_agents_cut() {
    let world = World::new();
    let new = NewSession {
        ip_address: Some("203.0.113.77".parse().unwrap()),
        user_agent: Some(format!("agent\u{0}{}", "x".repeat(1000))),
        ..NewSession::default()
    };
    let chat = run(world.desk.start_session(&ann(), &new, None)).unwrap().view.session;
    assert_eq!(chat.ip_address, Some("203.0.113.0".parse().unwrap()));
    let agent = chat.user_agent.unwrap();
    assert!(agent.starts_with("agentxxx") && agent.chars().count() == 512);
}

#[test]
fn closing_a_closed_chat_keeps_its_moment() {
    let world = World::new();
    let chat = world.chat(&ann());
    let events = world.events_of(|| {
        let closed = world.close(&ann(), chat.id);
        assert_eq!((closed.status, closed.closed_at), (SessionStatus::Closed, Some(world.now())));
        world.advance(TimeDelta::minutes(1));
        assert_eq!(world.close(&amy(), chat.id), closed);
    });
    assert_eq!(events, [EventKind::SessionUpdated]);
}

#[test]
fn an_active_chat_cannot_be_archived_and_a_closed_one_can() {
    let world = World::new();
    let chat = world.chat(&ann());
    let archive = || run(world.desk.archive_session(&amy(), chat.id, None));
    assert_eq!(refusal(archive()), ErrorKind::SessionActive);
    world.close(&ann(), chat.id);
    let archived = archive().unwrap();
    assert_eq!(archived.status, SessionStatus::Archived);
    assert_eq!(archive().unwrap(), archived);
    assert_eq!(refusal(run(world.desk.close_session(&amy(), chat.id, None))), ErrorKind::SessionArchived);
}

#[test]
fn staff_reopen_closed_and_archived_chats() {
    let world = World::new();
    let chat = world.chat(&ann());
    let reopen = || run(world.desk.reopen_session(&amy(), chat.id, None)).unwrap();
    assert_eq!(reopen(), chat);
    world.close(&ann(), chat.id);
    assert_eq!((reopen().status, reopen().closed_at), (SessionStatus::Active, None));
    world.close(&ann(), chat.id);
    run(world.desk.archive_session(&amy(), chat.id, None)).unwrap();
    assert_eq!((reopen().status, reopen().closed_at), (SessionStatus::Active, None));
}

#[test]
fn customers_neither_reopen_nor_archive() {
    let world = World::new();
    let chat = world.chat(&ann());
    let (guest, guests, _) = world.guest();
    for (by, id) in [(ann(), chat.id), (guest, guests.id)] {
        world.close(&by, id);
        assert_eq!(refusal(run(world.desk.reopen_session(&by, id, None))), ErrorKind::Forbidden);
        assert_eq!(refusal(run(world.desk.archive_session(&by, id, None))), ErrorKind::Forbidden);
    }
}

#[test]
fn s_02_a_missing_malformed_or_foreign_token_is_nobodys() {
    let world = World::new();
    let (guest, _, token) = world.guest();
    let tenant = support_core::id::TenantId::default();
    let holder = |text: &str| run(world.desk.authenticate_guest(&tenant, text)).unwrap();
    let good = token.reveal();
    assert_eq!(holder(good), Some(guest));
    let foreign = support_core::chat::GuestToken::from_secret([0; 32]);
    let flipped =
        if good.ends_with('A') { good.replacen("sgt_", "sgt-", 1) } else { format!("{}A", &good[..46]) };
    let (short, long, blank) = (&good[..46], format!("{good}A"), format!("{good} "));
    for text in ["", " ", "sgt_", short, &long, &blank, &flipped, &good.to_uppercase(), foreign.reveal()] {
        assert_eq!(holder(text), None, "{text}");
    }
    let elsewhere = support_core::id::TenantId::parse("elsewhere").unwrap();
    assert_eq!(run(world.desk.authenticate_guest(&elsewhere, good)).unwrap(), None);
}

#[test]
fn s_19_the_same_email_twice_is_two_strangers() {
    let world = World::new();
    let (first, firsts, token) = world.guest();
    let (second, seconds, other) = world.guest();
    assert_ne!(token.reveal(), other.reveal());
    world.say(&first, firsts.id, "my secret").unwrap();
    assert_eq!(run(world.desk.find_session(&second, firsts.id)).unwrap(), None);
    assert_eq!(refusal(run(world.desk.list_messages(&second, firsts.id, &latest()))), ErrorKind::NotFound);
    let sort = SessionSort::Recent;
    let list = |by| {
        all_pages(|page| run(world.desk.list_sessions(by, &SessionFilter::default(), sort, page)).unwrap())
    };
    let ids: Vec<_> = list(&second).into_iter().map(|view| view.session.id).collect();
    assert_eq!(ids, [seconds.id]);
}

#[test]
fn s_23_typing_a_users_email_shows_nothing_of_theirs() {
    let world = World::new();
    let theirs = world.chat(&ann());
    world.ticket(&ann());
    let (contact, _) = GuestContact::parse(Some("Ann"), Some("ann@example.org"), Some("+49 30 1234567"));
    let new = NewSession { contact, ..NewSession::default() };
    let started = run(world.desk.start_session(&Principal::anonymous(), &new, None)).unwrap();
    let guest = Principal::guest(started.view.session.id);
    assert_eq!(run(world.desk.find_session(&guest, theirs.id)).unwrap(), None);
    assert_eq!(run(world.desk.count_sessions(&guest, &SessionFilter::default())).unwrap(), 1);
    let tickets = run(world.desk.count_tickets(&guest, &support_core::ticket::TicketFilter::default()));
    assert_eq!(refusal(tickets), ErrorKind::Forbidden);
    // Nor does Ann see the stranger's.
    assert_eq!(run(world.desk.find_session(&ann(), started.view.session.id)).unwrap(), None);
}

#[test]
fn filters_narrow_a_list_and_its_count_alike() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new().answers(about("lamps", true, "Lamps."))));
    let (lamp, taken, over) = (world.chat(&ann()), world.chat(&ann()), world.chat(&ann()));
    world.say(&ann(), lamp.id, "A broken lamp").unwrap();
    world.say(&amy(), taken.id, "I have it").unwrap();
    world.close(&ann(), over.id);
    let all = SessionFilter::default;
    let cases = [
        (all(), vec![lamp.id, taken.id, over.id]),
        (SessionFilter { status: vec![SessionStatus::Closed], ..all() }, vec![over.id]),
        (SessionFilter { owner: vec![Owner::Bot], ..all() }, vec![lamp.id, over.id]),
        (SessionFilter { owner: vec![Owner::Agent, Owner::Queue], ..all() }, vec![taken.id]),
        (SessionFilter { category: vec![Category::parse("lamps").unwrap()], ..all() }, vec![lamp.id]),
        (SessionFilter { assignee: vec![AssigneeFilter::Agent(user_id("amy"))], ..all() }, vec![taken.id]),
        (SessionFilter { assignee: vec![AssigneeFilter::Nobody], ..all() }, vec![lamp.id, over.id]),
        (SessionFilter { user: vec![user_id("ann")], ..all() }, vec![lamp.id, taken.id, over.id]),
        (SessionFilter { user: vec![user_id("bob")], ..all() }, vec![]),
        (SessionFilter { search: Some(search("broken la")), ..all() }, vec![lamp.id]),
        (SessionFilter { search: Some(search("*")), ..all() }, vec![]),
    ];
    for (filter, mut expected) in cases {
        let sort = SessionSort::Recent;
        let list = |page: &PageQuery| run(world.desk.list_sessions(&amy(), &filter, sort, page)).unwrap();
        let mut found: Vec<_> = all_pages(list).into_iter().map(|view| view.session.id).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{filter:?}");
        assert_eq!(run(world.desk.count_sessions(&amy(), &filter)).unwrap(), expected.len() as u64);
    }
}

#[test]
fn the_longest_waiting_chat_comes_first() {
    let world = World::new();
    let (calm, first, second) = (world.chat(&bob()), world.chat(&ann()), world.chat(&ann()));
    for id in [first.id, second.id, calm.id] {
        world.say(&if id == calm.id { bob() } else { ann() }, id, "hello").unwrap();
        world.advance(TimeDelta::minutes(1));
    }
    world.say(&ann(), first.id, "hello?").unwrap();
    world.say(&amy(), calm.id, "hi").unwrap();
    let filter = SessionFilter::default();
    let listed =
        run(world.desk.list_sessions(&amy(), &filter, SessionSort::Waiting, &PageQuery::default())).unwrap();
    let ids: Vec<_> = listed.items.iter().map(|view| view.session.id).collect();
    assert_eq!(ids, [first.id, second.id, calm.id]);
}

#[test]
fn anybody_may_read_figures_that_name_nobody() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "hello").unwrap();
    let stats = || run(world.desk.chat_stats(&support_core::id::TenantId::default())).unwrap();
    let before = stats();
    assert_eq!((before.total_sessions, before.active_sessions, before.total_messages), (1, 1, 1));
    assert_eq!((before.average_rating, before.rating_count), (None, 0));
    world.close(&ann(), chat.id);
    world.rate(&ann(), chat.id, 4).unwrap();
    let after = stats();
    assert_eq!((after.active_sessions, after.average_rating, after.rating_count), (0, Some(4.0), 1));
}
