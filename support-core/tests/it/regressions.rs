//! The faults of the system before this one, each held down by a test.
//!
//! "Reading, posting, closing, rating without a credential" and "lists of everybody's sessions" are in `policy` and
//! `scope` for every use case; here they are told as they were found.

use std::fmt::Debug;

use support_core::{
    ErrorKind, Result,
    access::Principal,
    chat::{Owner, SessionFilter, SessionSort, SessionStatus},
    desk::{
        PageQuery,
        chat::{Converse, NewMessage, NewSession},
    },
    event::EventKind,
    message::SenderKind,
    person::{ActorKind, Availability},
    text::{Body, Rejection},
    ticket::{EntryKind, Period, Priority, TicketStatus},
};

use crate::{
    scripted_bot::ScriptedBot,
    world::{World, amy, ann, bob, body, contact, latest, noon, refusal, run},
};

#[test]
fn a_session_id_is_no_credential() {
    let world = World::new();
    let (_, chat, _) = world.guest();
    let nobody = Principal::anonymous();
    let unauthenticated = ErrorKind::Unauthenticated;
    assert_eq!(refusal(run(world.desk.find_session(&nobody, chat.id))), unauthenticated);
    assert_eq!(refusal(run(world.desk.list_messages(&nobody, chat.id, &latest()))), unauthenticated);
    assert_eq!(refusal(world.say(&nobody, chat.id, "hello")), unauthenticated);
    assert_eq!(refusal(run(world.desk.close_session(&nobody, chat.id, None))), unauthenticated);
    assert_eq!(refusal(world.rate(&nobody, chat.id, 5)), unauthenticated);
    assert_eq!(world.session(chat.id), chat);
}

#[test]
fn nobody_lists_everybodys_sessions() {
    let world = World::new();
    let (guest, guests, _) = world.guest();
    let (anns, bobs) = (world.chat(&ann()), world.chat(&bob()));
    let list = |by: &Principal| {
        let page = PageQuery::default();
        run(world.desk.list_sessions(by, &SessionFilter::default(), SessionSort::Recent, &page))
            .map(|listed| listed.items.into_iter().map(|view| view.session.id).collect::<Vec<_>>())
    };
    assert_eq!(list(&ann()).unwrap(), [anns.id]);
    assert_eq!(list(&bob()).unwrap(), [bobs.id]);
    assert_eq!(list(&guest).unwrap(), [guests.id]);
    assert_eq!(list(&amy()).unwrap().len(), 3);
    assert_eq!(refusal(list(&Principal::anonymous())), ErrorKind::Unauthenticated);
}

#[test]
fn s_03_no_returned_value_holds_the_token() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new()));
    let new = NewSession { contact: contact(), ..NewSession::default() };
    let say = Converse { session_id: None, session: new, message: NewMessage::new(body("hello")) };
    let mut shown = String::new();
    let mut show = |value: &dyn Debug| shown.push_str(&format!("{value:?}\n"));

    let conversed = run(world.desk.converse(&Principal::anonymous(), &say, None)).unwrap();
    show(&conversed);
    let token = conversed.token.unwrap();
    let guest = Principal::guest(conversed.session.id);
    let id = conversed.session.id;
    show(&world.say(&guest, id, "hello").unwrap());
    for by in [&guest, &amy(), &Principal::system()] {
        show(&run(world.desk.find_session(by, id)).unwrap());
        show(&run(world.desk.session_transcript(by, id)).unwrap());
        let page = PageQuery::default();
        show(
            &run(world.desk.list_sessions(by, &SessionFilter::default(), SessionSort::Recent, &page))
                .unwrap(),
        );
    }
    show(&run(world.desk.convert_session(&amy(), id, &Default::default(), None)).unwrap());
    let key = support_core::store::PersonKey::Guest(id);
    show(&run(world.desk.export_person(&Principal::system(), &key)).unwrap());
    show(&world.events());
    show(&world.desk);
    shown.push_str(&serde_json::to_string(&world.session(id)).unwrap());
    shown.push_str(&serde_json::to_string(&world.messages(id)).unwrap());
    shown.push_str(&serde_json::to_string(&world.events()).unwrap());

    let secret = token.reveal().trim_start_matches("sgt_");
    let hash: String = token.hash().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let hash_in_numbers = format!("{:?}", token.hash().as_bytes());
    for canary in [secret, &hash, &hash_in_numbers, "sgt_"] {
        assert!(!shown.contains(canary), "{canary}");
    }
}

#[test]
fn staff_are_kept_as_staff_wherever_they_write() {
    let world = World::new();
    let (ticket, chat) = (world.ticket(&ann()), world.chat(&ann()));
    let reply = world.reply(&amy(), &ticket, "hello").unwrap();
    assert_eq!((reply.entry.author().kind, reply.entry.is_staff()), (ActorKind::Agent, true));
    assert_eq!(world.say(&amy(), chat.id, "hello").unwrap().message.sender.kind, SenderKind::Admin);
    let by_customer = world.reply(&ann(), &ticket, "hello").unwrap().entry;
    assert_eq!((by_customer.author().kind, by_customer.is_staff()), (ActorKind::Customer, false));
    assert_eq!(world.say(&ann(), chat.id, "hello").unwrap().message.sender.kind, SenderKind::User);
}

#[test]
fn unread_falls_when_it_is_read() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "hello").unwrap();
    assert_eq!(world.unread(&amy(), chat.id), 1);
    run(world.desk.mark_read(&amy(), chat.id, 1)).unwrap();
    assert_eq!(world.unread(&amy(), chat.id), 0);
}

#[test]
fn talk_to_a_human_does_something() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new()));
    let (guest, chat, _) = world.guest();
    assert_eq!(chat.owner, Owner::Bot);
    run(world.desk.request_handoff(&guest, chat.id, None)).unwrap();
    let page = PageQuery::default();
    let queue = SessionFilter { owner: vec![Owner::Queue], ..SessionFilter::default() };
    let listed = run(world.desk.list_sessions(&amy(), &queue, SessionSort::Waiting, &page)).unwrap();
    assert_eq!(listed.items[0].session.id, chat.id);
    assert_eq!(world.messages(chat.id).len(), 1, "the customer is told");
}

#[test]
fn the_bot_never_talks_over_a_human() {
    let bot = ScriptedBot::new();
    let world = World::build(|desk| desk.bot(bot.clone()));
    let chat = world.chat(&ann());
    world.say(&amy(), chat.id, "I am here").unwrap();
    for _ in 0..3 {
        world.say(&ann(), chat.id, "hello").unwrap();
    }
    run(world.desk.answer_session(&ann().tenant, chat.id, None)).unwrap();
    world.advance(chrono::TimeDelta::minutes(1));
    run(world.desk.tick()).unwrap();
    assert_eq!(bot.heard(), []);
    assert!(world.messages(chat.id).iter().all(|message| message.sender.kind != SenderKind::Bot));
}

#[test]
fn a_closed_tickets_reply_is_never_accepted_silently() {
    let world = World::new();
    let ticket = world.ticket_that_is(TicketStatus::Closed);
    assert_eq!(refusal(world.reply(&amy(), &ticket, "psst")), ErrorKind::TicketClosed);
    let reopened = world.reply(&ann(), &ticket, "Again").unwrap();
    assert_eq!(reopened.ticket.status, TicketStatus::Open);
    world.set_status(&ticket, TicketStatus::Closed).unwrap();
    world.advance(chrono::TimeDelta::days(15));
    let late = world.reply(&ann(), &ticket, "And again").unwrap();
    assert_eq!(late.follow_up.unwrap().description.as_str(), "And again");
}

#[test]
fn resolved_at_is_cleared_when_work_goes_on() {
    let world = World::new();
    let ticket = world.ticket_that_is(TicketStatus::Resolved);
    assert!(ticket.resolved_at.is_some());
    assert_eq!(world.set_status(&ticket, TicketStatus::Open).unwrap().resolved_at, None);
}

#[test]
fn satisfaction_is_not_a_constant() {
    let world = World::new();
    let csat = || {
        let day = Period::new(noon(), noon() + chrono::TimeDelta::days(1));
        run(world.desk.ticket_stats(&amy(), day)).unwrap().csat.average
    };
    assert_eq!(csat(), None);
    for (stars, average) in [(1, 1.0), (4, 2.5)] {
        let chat = world.chat(&ann());
        world.close(&ann(), chat.id);
        world.rate(&ann(), chat.id, stars).unwrap();
        assert_eq!(csat(), Some(average));
    }
}

#[test]
fn unknown_values_of_every_enum_are_refused_and_not_a_fault() {
    fn refuses<T: std::str::FromStr<Err = Rejection> + serde::de::DeserializeOwned + Debug>() {
        for unknown in ["", "bogus", "OPEN", "open ", "Active", "null"] {
            let refused = unknown.parse::<T>();
            assert!(matches!(refused, Err(Rejection::Format { .. })), "{unknown}: {refused:?}");
            assert!(serde_json::from_value::<T>(unknown.into()).is_err());
        }
    }
    refuses::<TicketStatus>();
    refuses::<Priority>();
    refuses::<EntryKind>();
    refuses::<SessionStatus>();
    refuses::<Owner>();
    refuses::<SenderKind>();
    refuses::<ActorKind>();
    refuses::<Availability>();
    refuses::<EventKind>();
}

#[test]
fn messages_that_are_empty_or_of_5_megabytes_are_refused() {
    let nothing: [&str; 5] = ["", "   \n\t ", "\u{200b}\u{feff}", "\u{3164}", "\u{2800}"];
    for blank in nothing {
        assert_eq!(Body::parse(blank), Err(Rejection::Blank), "{blank:?}");
    }
    let too_long = Err(Rejection::TooLong { max: 10_000 });
    assert_eq!(Body::parse("x".repeat(5 * 1024 * 1024)), too_long);
    assert_eq!(Body::parse("é".repeat(10_001)), too_long);
    assert_eq!(Body::parse("a\u{0}b"), Err(Rejection::ControlCharacter));
    assert!(Body::parse("é".repeat(10_000)).is_ok());
}

#[test]
fn text_is_kept_as_typed() -> Result<()> {
    let world = World::new();
    let chat = world.chat(&ann());
    let typed = "<b>Grüße</b> & \"quotes\" 👩‍🚀\n\tnext — عربى";
    assert_eq!(world.say(&ann(), chat.id, typed)?.message.body.as_str(), typed);
    assert_eq!(world.messages(chat.id)[0].body.as_str(), typed);
    Ok(())
}
