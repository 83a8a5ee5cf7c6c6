//! Who may do what: tenants, strangers, and a host's own rules.

use support_core::{
    Error, ErrorKind, Result,
    access::{AccessPolicy, Action, DefaultPolicy, Denied, Identity, Object, ObjectKind, Principal, Scope},
    chat::{SessionFilter, SessionSort, Unread},
    desk::{
        Assign, PageQuery, Target,
        chat::{Converse, NewMessage, NewSession, TicketFromChat},
        ticket::{NewReply, TicketChange, TicketField},
    },
    id::{SessionId, TenantId, UserId},
    message::SenderKind,
    person::{ActorKind, Person},
    text::Rejection,
    ticket::{Period, ThreadEntry, Ticket, TicketFilter, TicketSort, TicketStatus},
};

use crate::world::{World, amy, ann, bob, body, latest, new_ticket, noon, refusal, run, user_id};

/// Every use case on one object, by name.
fn on_session(world: &World, by: &Principal, id: SessionId) -> Vec<(&'static str, Result<()>)> {
    let desk = &world.desk;
    let message = NewMessage::new(body("hello"));
    let found = |found: Result<Option<support_core::chat::SessionView>>| {
        found.and_then(|view| view.map(drop).ok_or_else(|| ErrorKind::NotFound.into()))
    };
    let say = Converse { session_id: Some(id), session: NewSession::default(), message: message.clone() };
    vec![
        ("find", found(run(desk.find_session(by, id)))),
        ("list_messages", run(desk.list_messages(by, id, &latest())).map(drop)),
        ("transcript", run(desk.session_transcript(by, id)).map(drop)),
        ("send", run(desk.send_message(by, id, &message, None)).map(drop)),
        ("converse", run(desk.converse(by, &say, None)).map(drop)),
        ("mark_read", run(desk.mark_read(by, id, 0))),
        ("handoff", run(desk.request_handoff(by, id, None)).map(drop)),
        ("assign", run(desk.assign_session(by, id, &Assign::Me, None)).map(drop)),
        ("convert", run(desk.convert_session(by, id, &TicketFromChat::default(), None)).map(drop)),
        ("close", run(desk.close_session(by, id, None)).map(drop)),
        ("rate", world.rate(by, id, 5).map(drop)),
        ("archive", run(desk.archive_session(by, id, None)).map(drop)),
        ("reopen", run(desk.reopen_session(by, id, None)).map(drop)),
    ]
}

fn on_ticket(world: &World, by: &Principal, ticket: &Ticket) -> Vec<(&'static str, Result<()>)> {
    let desk = &world.desk;
    let key = ticket.id.into();
    let page = PageQuery::default();
    let found = |found: Result<Option<Ticket>>| {
        found.and_then(|ticket| ticket.map(drop).ok_or_else(|| ErrorKind::NotFound.into()))
    };
    let reply = NewReply::new(body("hello"));
    vec![
        ("find", found(run(desk.find_ticket(by, &key)))),
        ("replies", run(desk.list_replies(by, &key, &page)).map(drop)),
        ("history", run(desk.list_ticket_history(by, &key, &page)).map(drop)),
        ("transcript", run(desk.ticket_transcript(by, &key)).map(drop)),
        ("reply", run(desk.reply_to_ticket(by, &key, &reply, None)).map(drop)),
        ("update", run(desk.update_ticket(by, &key, &TicketChange::default(), None)).map(drop)),
        ("assign", run(desk.assign_ticket(by, &key, &Assign::Me, None)).map(drop)),
        ("close", run(desk.close_ticket(by, &key, None)).map(drop)),
        ("reopen", run(desk.reopen_ticket(by, &key, None)).map(drop)),
    ]
}

fn all_refused(results: Vec<(&'static str, Result<()>)>, refused: &ErrorKind) {
    for (name, result) in results {
        assert_eq!(&refusal(result), refused, "{name}");
    }
}

/// A desk with a chat and a ticket of Ann's, in a state where every use case would go through.
fn world_of_ann() -> (World, SessionId, Ticket) {
    let world = World::new();
    let (chat, ticket) = (world.chat(&ann()), world.ticket(&ann()));
    (world, chat.id, ticket)
}

#[test]
fn s_01_ids_are_no_credentials() {
    let (world, chat, ticket) = world_of_ann();
    let events = world.events_of(|| {
        all_refused(on_session(&world, &Principal::anonymous(), chat), &ErrorKind::Unauthenticated);
        all_refused(on_ticket(&world, &Principal::anonymous(), &ticket), &ErrorKind::Unauthenticated);
    });
    assert_eq!(events, []);
}

#[test]
fn s_15_a_strangers_object_and_no_object_are_the_same() {
    let (world, chat, ticket) = world_of_ann();
    let (guest, ..) = world.guest();
    let nothing = SessionId::from_uuid(uuid());
    let unknown = Ticket { id: support_core::id::TicketId::from_uuid(uuid()), ..ticket.clone() };
    let elsewhere = TenantId::parse("elsewhere").unwrap();
    let events = world.events_of(|| {
        for by in [bob(), guest.clone(), ann().at(elsewhere.clone()), amy().at(elsewhere.clone())] {
            all_refused(on_session(&world, &by, chat), &ErrorKind::NotFound);
            all_refused(on_session(&world, &by, nothing), &ErrorKind::NotFound);
        }
        for by in [bob(), ann().at(elsewhere.clone()), amy().at(elsewhere.clone())] {
            all_refused(on_ticket(&world, &by, &ticket), &ErrorKind::NotFound);
            all_refused(on_ticket(&world, &by, &unknown), &ErrorKind::NotFound);
        }
        all_refused(on_ticket(&world, &guest, &ticket), &ErrorKind::Forbidden);
    });
    assert_eq!(events, []);
    assert_eq!(run(world.store_tenants()), [TenantId::default()], "a refusal writes nothing");
}

fn uuid() -> uuid::Uuid {
    uuid::Uuid::from_u128(7)
}

impl World {
    async fn store_tenants(&self) -> Vec<TenantId> {
        support_core::store::Store::list_tenants(&self.store).await.unwrap()
    }
}

#[test]
fn tenants_are_worlds_apart() {
    let (world, ..) = world_of_ann();
    let elsewhere = amy().at(TenantId::parse("elsewhere").unwrap());
    assert_eq!(run(world.desk.count_tickets(&elsewhere, &TicketFilter::default())).unwrap(), 0);
    assert_eq!(run(world.desk.count_sessions(&elsewhere, &SessionFilter::default())).unwrap(), 0);
    let period = Period::new(noon(), noon() + chrono::TimeDelta::hours(1));
    assert_eq!(run(world.desk.ticket_stats(&elsewhere, period)).unwrap().total, 0);
    let theirs = run(world.desk.create_ticket(&elsewhere, &new_ticket("x"), None)).unwrap();
    assert!(theirs.number.as_str().ends_with("-0001"), "each counts for itself");
    assert_eq!(world.events().len(), 2);
    assert_eq!(world.events_at(&elsewhere.tenant).len(), 1);
}

#[test]
fn a_users_id_is_opaque_text_of_at_most_128_characters() {
    let odd = " O'Brien|42 <é> ";
    assert_eq!(UserId::parse(odd).unwrap().as_str(), odd);
    assert!(UserId::parse("é".repeat(128)).is_ok());
    assert_eq!(UserId::parse("é".repeat(129)), Err(Rejection::TooLong { max: 128 }));
    assert_eq!(UserId::parse(""), Err(Rejection::Blank));
    assert_eq!(UserId::parse("a\u{0}b"), Err(Rejection::ControlCharacter));
    // Compared exactly: neither case nor blanks make two people one.
    let world = World::new();
    let chat = world.chat(&ann());
    for other in ["Ann", "ann ", " ann"] {
        let other = Principal::user(Person::new(user_id(other)));
        assert_eq!(run(world.desk.find_session(&other, chat.id)).unwrap(), None);
    }
}

#[test]
fn what_would_be_refused_is_refused_when_asked_beforehand() {
    let (world, chat, ticket) = world_of_ann();
    let key = ticket.id.into();
    let may = |by: &Principal, action, target| {
        run(world.desk.authorize(by, action, target)).map_err(Error::into_kind)
    };
    let close = |by: &Principal| may(by, Action::CloseTicket, Target::Ticket(&key));
    assert_eq!((close(&ann()), close(&bob())), (Ok(()), Err(ErrorKind::NotFound)));
    let assign = |by: &Principal| may(by, Action::AssignSession, Target::Session(chat));
    assert_eq!((assign(&amy()), assign(&ann())), (Ok(()), Err(ErrorKind::Forbidden)));
    let start = may(&Principal::anonymous(), Action::StartSession, Target::Desk);
    let list = may(&Principal::anonymous(), Action::ListTickets, Target::Desk);
    assert_eq!((start, list), (Ok(()), Err(ErrorKind::Unauthenticated)));

    let change = |by: &Principal, field| {
        run(world.desk.authorize_ticket_change(by, &key, &[field])).map_err(Error::into_kind)
    };
    assert_eq!(change(&ann(), TicketField::Priority), Ok(()));
    assert_eq!(change(&ann(), TicketField::Status), Err(ErrorKind::ForbiddenField { field: "status" }));
    assert_eq!(change(&bob(), TicketField::Priority), Err(ErrorKind::NotFound));
    let reply = |by: &Principal, kind, status| {
        run(world.desk.authorize_reply(by, &key, kind, status)).map_err(Error::into_kind)
    };
    assert_eq!((reply(&ann(), false, false), reply(&amy(), true, true)), (Ok(()), Ok(())));
    assert_eq!(reply(&ann(), true, false), Err(ErrorKind::ForbiddenField { field: "internal" }));
    assert_eq!(reply(&ann(), false, true), Err(ErrorKind::ForbiddenField { field: "status" }));
}

#[test]
fn strangers_list_and_count_nothing() {
    let (world, ..) = world_of_ann();
    let nobody = Principal::anonymous();
    let page = PageQuery::default();
    let unauthenticated = ErrorKind::Unauthenticated;
    let (tickets, sessions) = (TicketFilter::default(), SessionFilter::default());
    assert_eq!(
        refusal(run(world.desk.list_tickets(&nobody, &tickets, TicketSort::Waiting, &page))),
        unauthenticated
    );
    assert_eq!(refusal(run(world.desk.count_tickets(&nobody, &tickets))), unauthenticated);
    assert_eq!(
        refusal(run(world.desk.list_sessions(&nobody, &sessions, SessionSort::Recent, &page))),
        unauthenticated
    );
    assert_eq!(refusal(run(world.desk.count_sessions(&nobody, &sessions))), unauthenticated);
    assert_eq!(refusal(run(world.desk.create_ticket(&nobody, &new_ticket("x"), None))), unauthenticated);
}

/// A host's own rules: Bob, a customer, has agent rights; Amy, an agent, sees no tickets at all.
#[derive(Debug)]
struct HostPolicy;

impl HostPolicy {
    fn as_staff(principal: &Principal) -> Principal {
        match principal.person() {
            Some(person) if person.id.as_str() == "bob" => {
                Principal::agent(person.clone()).at(principal.tenant.clone())
            }
            _ => principal.clone(),
        }
    }
}

impl AccessPolicy for HostPolicy {
    fn may(&self, principal: &Principal, action: Action, object: Object<'_>) -> Result<(), Denied> {
        match (&principal.identity, action) {
            (Identity::Agent(_), Action::ReadTicket) => Err(Denied::Hidden),
            _ => DefaultPolicy.may(&Self::as_staff(principal), action, object),
        }
    }

    fn scope(&self, principal: &Principal, kind: ObjectKind) -> Scope {
        DefaultPolicy.scope(&Self::as_staff(principal), kind)
    }
}

#[test]
fn staff_is_whom_the_policy_grants_agent_rights() {
    let world = World::build(|desk| desk.policy(HostPolicy));
    let ticket = world.ticket(&ann());
    let noted = world.note(&bob(), &ticket, "canary").unwrap();
    assert!(noted.entry.is_internal(), "a note never becomes public");
    let texts = |by: &Principal| world.thread(by, &ticket).len();
    assert_eq!((texts(&ann()), texts(&bob())), (0, 1));

    world.advance(chrono::TimeDelta::minutes(1));
    let replied = world.reply(&bob(), &ticket, "On it").unwrap();
    assert_eq!(replied.ticket.status, TicketStatus::InProgress);
    assert_eq!((replied.ticket.waiting_since, replied.ticket.first_response_at), (None, Some(world.now())));
    let seen = world.thread(&ann(), &ticket);
    assert!(matches!(&seen[0], ThreadEntry::Customer(entry) if entry.author.kind == ActorKind::Agent));
    assert_eq!(seen[0].author().id, Some(user_id("bob")));
}

#[test]
fn whom_the_policy_grants_agent_rights_writes_in_chats_as_staff() {
    let world = World::build(|desk| desk.policy(HostPolicy));
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "hello").unwrap();
    let unread = SessionFilter { unread: Some(Unread::Some), ..SessionFilter::default() };
    assert_eq!(run(world.desk.count_sessions(&bob(), &unread)).unwrap(), 1);
    let sent = world.say(&bob(), chat.id, "I have it").unwrap();
    assert_eq!(sent.message.sender.kind, SenderKind::Admin);
    assert_eq!(world.session(chat.id).assignee.unwrap().id, user_id("bob"));
    assert_eq!((world.unread(&ann(), chat.id), world.unread(&bob(), chat.id)), (1, 0));
    assert_eq!(run(world.desk.count_sessions(&bob(), &unread)).unwrap(), 0);
    // In a chat of his own he is the customer all the same.
    let own = world.chat(&bob());
    assert_eq!(world.say(&bob(), own.id, "hello").unwrap().message.sender.kind, SenderKind::User);
}

#[test]
fn what_the_policy_hides_does_not_exist() {
    let world = World::build(|desk| desk.policy(HostPolicy));
    let ticket = world.ticket(&ann());
    assert_eq!(run(world.desk.find_ticket(&amy(), &ticket.id.into())).unwrap(), None);
    all_refused(on_ticket(&world, &amy(), &ticket), &ErrorKind::NotFound);
}
