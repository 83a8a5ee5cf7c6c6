//! What time alone brings about.

use chrono::TimeDelta;
use support_core::{
    access::Principal,
    chat::{Owner, SessionStatus},
    desk::{DeskConfig, Ticked, chat::NewMessage},
    event::EventKind,
    id::TenantId,
    store::PruneCounts,
};

use crate::{
    scripted_bot::ScriptedBot,
    world::{World, amy, ann, body, key, new_ticket, run},
};

const IDLE: TimeDelta = TimeDelta::minutes(30);
const INSTANT: TimeDelta = TimeDelta::microseconds(1);

fn tick(world: &World) -> Ticked {
    run(world.desk.tick()).unwrap()
}

#[test]
fn a_chat_whose_customer_is_silent_closes_after_30_minutes() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.advance(IDLE);
    assert_eq!(tick(&world).closed, 0);
    world.advance(INSTANT);
    let events = world.events_of(|| assert_eq!(tick(&world).closed, 1));
    assert_eq!(events, [EventKind::SessionUpdated]);
    let session = world.session(chat.id);
    assert_eq!((session.status, session.closed_at), (SessionStatus::Closed, Some(world.now())));
    assert_eq!(tick(&world).closed, 0);
}

#[test]
fn silence_counts_from_the_last_word_of_either_side() {
    let world = World::new();
    let chat = world.chat(&ann());
    for by in [ann(), amy()] {
        world.advance(IDLE);
        world.say(&by, chat.id, "still here").unwrap();
        world.advance(INSTANT);
        assert_eq!(tick(&world).closed, 0);
    }
    world.advance(IDLE);
    assert_eq!(tick(&world).closed, 1);
}

#[test]
fn a_tick_ends_however_many_wait() {
    let world = World::new();
    for _ in 0..60 {
        let chat = world.chat(&ann());
        world.say(&ann(), chat.id, "Anybody?").unwrap();
    }
    world.advance(IDLE + INSTANT);
    assert_eq!(tick(&world).closed, 0);
}

#[test]
fn more_idle_chats_than_a_page_holds_close_in_one_tick() {
    let world = World::new();
    for _ in 0..120 {
        world.chat(&ann());
    }
    world.advance(IDLE + INSTANT);
    assert_eq!(tick(&world).closed, 120);
}

#[test]
fn a_message_that_the_bot_missed_is_answered() {
    let bot = ScriptedBot::new();
    let world = World::build(|desk| desk.bot(bot.clone()));
    let chat = world.chat(&ann());
    // The process ended between the message and the answer.
    run(world.desk.post_message(&ann(), chat.id, &NewMessage::new(body("hello")), None)).unwrap();
    world.advance(TimeDelta::seconds(10));
    assert_eq!(tick(&world).answered, 0);
    world.advance(INSTANT);
    assert_eq!(tick(&world).answered, 1);
    assert_eq!((world.messages(chat.id).len(), world.session(chat.id).owner), (2, Owner::Bot));
    assert_eq!(tick(&world).answered, 0);
}

#[test]
fn a_desk_that_lost_its_bot_hands_the_bots_chats_over() {
    let world = World::build(|desk| desk.bot(ScriptedBot::new()));
    let chat = world.chat(&ann());
    run(world.desk.post_message(&ann(), chat.id, &NewMessage::new(body("hello")), None)).unwrap();
    let without = World::on(world.store.clone(), world.store.clone(), |desk| desk);
    without.advance(TimeDelta::minutes(1));
    assert_eq!(tick(&without).answered, 1);
    assert_eq!(world.session(chat.id).owner, Owner::Queue);
}

#[test]
fn every_tenant_is_served() {
    let world = World::new();
    for tenant in ["one", "two"] {
        world.chat(&ann().at(TenantId::parse(tenant).unwrap()));
    }
    world.advance(IDLE + INSTANT);
    assert_eq!(tick(&world).closed, 2);
}

#[test]
fn what_is_too_old_goes_by_its_class() {
    let mut config = DeskConfig::default();
    config.archived_session_retention = Some(TimeDelta::days(30));
    config.bot_log_retention = Some(TimeDelta::days(10));
    let world = World::build(|desk| desk.config(config).bot(ScriptedBot::new()));
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "hello").unwrap();
    world.close(&ann(), chat.id);
    run(world.desk.archive_session(&amy(), chat.id, None)).unwrap();
    run(world.desk.create_ticket(&ann(), &new_ticket("x"), Some(&key("k")))).unwrap();
    let events = world.events().len() as u64;

    world.advance(TimeDelta::hours(24));
    assert_eq!(tick(&world).pruned, PruneCounts::default());
    world.advance(INSTANT);
    assert_eq!(tick(&world).pruned, PruneCounts { idempotency: 1, events, ..PruneCounts::default() });
    world.advance(TimeDelta::days(10));
    assert_eq!(tick(&world).pruned, PruneCounts { bot_log: 1, ..PruneCounts::default() });
    world.advance(TimeDelta::days(20));
    assert_eq!(tick(&world).pruned, PruneCounts { sessions: 1, ..PruneCounts::default() });
    assert_eq!(run(world.desk.find_session(&Principal::system(), chat.id)).unwrap(), None);
}

#[test]
fn an_archived_chat_with_a_ticket_is_kept() {
    let mut config = DeskConfig::default();
    config.archived_session_retention = Some(TimeDelta::days(30));
    let world = World::build(|desk| desk.config(config));
    let chat = world.chat(&ann());
    run(world.desk.convert_session(&amy(), chat.id, &Default::default(), None)).unwrap();
    world.close(&ann(), chat.id);
    run(world.desk.archive_session(&amy(), chat.id, None)).unwrap();
    world.advance(TimeDelta::days(365));
    assert_eq!(tick(&world).pruned.sessions, 0);
}

#[test]
fn a_customer_who_waits_for_an_answer_is_not_idle() {
    let world = World::new();
    let chat = world.chat(&ann());
    world.say(&ann(), chat.id, "Anybody?").unwrap();
    world.advance(TimeDelta::days(1));
    assert_eq!(tick(&world).closed, 0);
    assert_eq!(world.session(chat.id).status, SessionStatus::Active);
    world.say(&amy(), chat.id, "Sorry!").unwrap();
    world.advance(IDLE + INSTANT);
    assert_eq!(tick(&world).closed, 1);
}
