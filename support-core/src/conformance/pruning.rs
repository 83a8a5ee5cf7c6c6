//! Removing what is too old to keep.

use super::{
    bot_log, deliveries,
    fixtures::{Desk, at, first_page, guest, limited, sender, session_event, ticket_event},
    idempotency::record,
};
use crate::{
    access::Scope,
    chat::{Session, SessionStatus},
    event::{EventSubject, Position},
    id::TicketId,
    message::SenderKind,
    store::{IdempotencyRecord, PruneBefore, PruneCounts, Store},
};

async fn prune(desk: &Desk<'_>, before: PruneBefore, limit: i64) -> PruneCounts {
    desk.write(async |t| t.people().prune(&before, limited(limit)).await.unwrap()).await
}

/// Rows of every class at the moments 1 to 4.
async fn add_ages(desk: &Desk<'_>) -> Vec<Session> {
    let mut archived = Vec::new();
    for n in 1..=4 {
        let mut session = desk.add_session(desk.session(guest())).await;
        desk.say(&mut session, sender(SenderKind::User, None), "hello", at(n)).await;
        session.status = SessionStatus::Archived;
        desk.write(async |t| {
            t.chats().update(&mut session).await.unwrap();
            let key = format!("key-{n}");
            let record = IdempotencyRecord { created_at: at(n), ..record("user:ann", "create", &key) };
            t.idempotency().insert(&record).await.unwrap();
            let ticket_id = TicketId::from_uuid(desk.id());
            t.events().append(&ticket_event(ticket_id, at(n))).await.unwrap();
            let subject = EventSubject::Ticket { ticket_id, seq: None };
            let letter = deliveries::dead_letter(desk, subject, at(n));
            t.deliveries().upsert_dead_letter(&letter).await.unwrap();
        })
        .await;
        archived.push(session);
    }
    let mut session = desk.add_session(desk.session(guest())).await;
    for n in 1..=4 {
        desk.say(&mut session, sender(SenderKind::Bot, None), "hello", at(n)).await;
        desk.write(async |t| {
            t.bot_log().append_trace(&bot_log::trace(session.id, n.cast_unsigned(), at(n))).await.unwrap();
            let question = bot_log::question(desk, session.id, n.cast_unsigned(), at(n));
            t.bot_log().append_unanswered(&question).await.unwrap();
        })
        .await;
    }
    desk.settle_events().await;
    archived
}

pub async fn without_a_moment_everything_is_kept(store: &dyn Store) {
    let desk = Desk::new(store);
    add_ages(&desk).await;
    assert_eq!(prune(&desk, PruneBefore::default(), 100).await, PruneCounts::default());
}

pub async fn every_class_has_its_own_moment_which_is_kept_itself(store: &dyn Store) {
    let desk = Desk::new(store);
    let archived = add_ages(&desk).await;
    let ages = PruneBefore {
        idempotency: Some(at(2)),
        events: Some(at(3)),
        dead_letters: Some(at(4)),
        bot_log: Some(at(4)),
        archived_sessions: Some(at(3)),
    };
    let counts = prune(&desk, ages, 100).await;
    assert_eq!(counts, PruneCounts { idempotency: 1, events: 2, dead_letters: 3, bot_log: 6, sessions: 2 });
    assert_eq!(prune(&desk, ages, 100).await, PruneCounts::default());
    desk.read(async |t| {
        for (n, stays) in [(1, false), (2, true), (4, true)] {
            let key = super::fixtures::idempotency_key(&format!("key-{n}"));
            let found = t.idempotency().find("user:ann", "create", &key).await.unwrap();
            assert_eq!(found.is_some(), stays, "{n}");
        }
        let events = t.events().list_after(Position::default(), limited(100)).await.unwrap();
        assert_eq!(events.iter().map(|event| event.at).collect::<Vec<_>>(), [at(3), at(4)]);
        let letters = t.deliveries().list_dead_letters(&first_page()).await.unwrap().items;
        assert_eq!(letters.iter().map(|letter| letter.given_up_at).collect::<Vec<_>>(), [at(4)]);
        let questions = t.bot_log().list_unanswered(&first_page()).await.unwrap().items;
        assert_eq!(questions.iter().map(|question| question.created_at).collect::<Vec<_>>(), [at(4)]);
        let session = questions[0].session_id;
        assert_eq!(t.bot_log().find_trace(session, 3).await.unwrap(), None);
        assert!(t.bot_log().find_trace(session, 4).await.unwrap().is_some());
        for (n, session) in archived.iter().enumerate() {
            let found = t.chats().find(session.id, &Scope::Everything).await.unwrap();
            assert_eq!(found.is_some(), n >= 2, "{n}");
        }
    })
    .await;
}

pub async fn one_class_at_a_time_leaves_the_others(store: &dyn Store) {
    let desk = Desk::new(store);
    add_ages(&desk).await;
    let none = PruneBefore::default();
    let all = Some(at(100));
    let counts = prune(&desk, PruneBefore { idempotency: all, ..none }, 100).await;
    assert_eq!(counts, PruneCounts { idempotency: 4, ..PruneCounts::default() });
    let counts = prune(&desk, PruneBefore { events: all, ..none }, 100).await;
    assert_eq!(counts, PruneCounts { events: 4, ..PruneCounts::default() });
    let counts = prune(&desk, PruneBefore { dead_letters: all, ..none }, 100).await;
    assert_eq!(counts, PruneCounts { dead_letters: 4, ..PruneCounts::default() });
    let counts = prune(&desk, PruneBefore { bot_log: all, ..none }, 100).await;
    assert_eq!(counts, PruneCounts { bot_log: 8, ..PruneCounts::default() });
    let counts = prune(&desk, PruneBefore { archived_sessions: all, ..none }, 100).await;
    assert_eq!(counts, PruneCounts { sessions: 4, ..PruneCounts::default() });
}

pub async fn a_limit_holds_for_each_class(store: &dyn Store) {
    let desk = Desk::new(store);
    add_ages(&desk).await;
    let all = Some(at(100));
    let ages = PruneBefore {
        idempotency: all,
        events: all,
        dead_letters: all,
        bot_log: all,
        archived_sessions: all,
    };
    let mut total = PruneCounts::default();
    for _ in 0..20 {
        let counts = prune(&desk, ages, 3).await;
        let PruneCounts { idempotency, events, dead_letters, bot_log, sessions } = counts;
        for count in [idempotency, events, dead_letters, bot_log, sessions] {
            assert!(count <= 3, "{counts:?}");
        }
        if counts == PruneCounts::default() {
            break;
        }
        total.idempotency += counts.idempotency;
        total.events += counts.events;
        total.dead_letters += counts.dead_letters;
        total.bot_log += counts.bot_log;
        total.sessions += counts.sessions;
    }
    assert_eq!(total, PruneCounts { idempotency: 4, events: 4, dead_letters: 4, bot_log: 8, sessions: 4 });
}

pub async fn only_archived_sessions_without_a_ticket_go(store: &dyn Store) {
    let desk = Desk::new(store);
    let ticket = desk.add_ticket(desk.ticket()).await;
    let aged = |status, ticket_id, moment| Session {
        status,
        ticket_id,
        updated_at: at(moment),
        ..desk.session(guest())
    };
    let archived = SessionStatus::Archived;
    let goes = desk.add_session(aged(archived, None, 1)).await;
    let mut stay = Vec::new();
    for session in [
        aged(SessionStatus::Active, None, 1),
        aged(SessionStatus::Closed, None, 1),
        aged(archived, Some(ticket.id), 1),
        aged(archived, None, 2),
    ] {
        stay.push(desk.add_session(session).await);
    }
    let ages = PruneBefore { archived_sessions: Some(at(2)), ..PruneBefore::default() };
    assert_eq!(prune(&desk, ages, 100).await, PruneCounts { sessions: 1, ..PruneCounts::default() });
    desk.read(async |t| {
        assert_eq!(t.chats().find(goes.id, &Scope::Everything).await.unwrap(), None);
        for session in &stay {
            assert!(t.chats().find(session.id, &Scope::Everything).await.unwrap().is_some(), "{session:?}");
        }
    })
    .await;
}

pub async fn a_pruned_session_takes_all_that_belongs_to_it(store: &dyn Store) {
    let desk = Desk::new(store);
    let token = crate::chat::GuestToken::from_secret([4; 32]).hash();
    let mut session = desk.add_guest_session(Some(&token)).await;
    let mut other = desk.add_session(desk.session(guest())).await;
    for session in [&mut session, &mut other] {
        desk.say(session, sender(SenderKind::Bot, None), "hello", at(1)).await;
        desk.write(async |t| {
            t.bot_log().append_trace(&bot_log::trace(session.id, 1, at(50))).await.unwrap();
            let question = bot_log::question(&desk, session.id, 1, at(50));
            t.bot_log().append_unanswered(&question).await.unwrap();
            t.chats().move_read_cursor(session.id, &crate::chat::Participant::Customer, 1).await.unwrap();
            let event = session_event(session.id, 1, at(50));
            t.events().append(&event).await.unwrap();
            let letter = deliveries::dead_letter(&desk, event.subject, at(50));
            t.deliveries().upsert_dead_letter(&letter).await.unwrap();
        })
        .await;
    }
    session.status = SessionStatus::Archived;
    desk.write(async |t| t.chats().update(&mut session).await.unwrap()).await;
    let last = desk.settle_events().await;
    let ages = PruneBefore { archived_sessions: Some(at(2)), ..PruneBefore::default() };
    assert_eq!(prune(&desk, ages, 100).await, PruneCounts { sessions: 1, ..PruneCounts::default() });
    desk.read(async |t| {
        assert_eq!(t.messages().find(session.id, 1).await.unwrap(), None);
        assert_eq!(t.bot_log().find_trace(session.id, 1).await.unwrap(), None);
        assert_eq!(t.chats().find_by_token(&token).await.unwrap(), None);
        let cursor = t.chats().read_cursor(session.id, &crate::chat::Participant::Customer).await.unwrap();
        assert_eq!(cursor, 0);
        let questions = t.bot_log().list_unanswered(&first_page()).await.unwrap().items;
        assert_eq!(questions.iter().map(|q| q.session_id).collect::<Vec<_>>(), [other.id]);
        let events = t.events().list_after(Position::default(), limited(9)).await.unwrap();
        let subjects: Vec<_> = events.iter().map(|event| event.subject).collect();
        assert_eq!(subjects, [session_event(other.id, 1, at(50)).subject]);
        let letters = t.deliveries().list_dead_letters(&first_page()).await.unwrap().items;
        assert_eq!(letters.iter().map(|letter| letter.event.subject).collect::<Vec<_>>(), subjects);
        assert_eq!(t.events().last_position().await.unwrap(), last);
        assert_eq!(t.chats().stats().await.unwrap().total_messages, 1);
        assert!(t.bot_log().find_trace(other.id, 1).await.unwrap().is_some());
    })
    .await;
}
