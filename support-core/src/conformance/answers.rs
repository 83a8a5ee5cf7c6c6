//! What became of messages to the bot, and what customers think of its answers.

use super::{
    erasure::erase,
    fixtures::{Desk, HOSTILE, assert_refused, at, guest, sender, user, user_id},
};
use crate::{
    bot::{AnswerCounts, BotStats, Decision, HandoffReason},
    chat::Session,
    id::SessionId,
    message::{AnswerFeedback, MessageRange, SenderKind},
    store::{AnswerRecord, PersonKey, Store, StoreError},
    text::{Category, Feedback},
    ticket::Period,
    time::Timestamp,
};

fn category(id: &str) -> Category {
    Category::parse(id).unwrap()
}

/// An answer about prices.
fn answer(session: SessionId, seq: u64, moment: Timestamp) -> AnswerRecord {
    AnswerRecord {
        session_id: session,
        seq,
        decision: Decision::Answer,
        category: Some(category("pricing")),
        offered: Vec::new(),
        handoff: None,
        feedback: None,
        created_at: moment,
    }
}

fn feedback(helpful: bool, comment: Option<&str>, seconds: i64) -> AnswerFeedback {
    let comment = comment.map(|comment| Feedback::parse(comment).unwrap());
    AnswerFeedback { helpful, comment, given_at: at(seconds) }
}

/// A session in which the bot has spoken some times.
async fn talk(desk: &Desk<'_>, session: Session, times: u64) -> Session {
    let mut session = desk.add_session(session).await;
    for _ in 0..times {
        desk.say(&mut session, sender(SenderKind::Bot, None), "hello", at(0)).await;
    }
    session
}

async fn stats(desk: &Desk<'_>, from: Timestamp, to: Timestamp) -> BotStats {
    desk.read(async |t| t.answers().stats(&Period::new(from, to)).await.unwrap()).await
}

pub async fn an_answer_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = talk(&desk, desk.session(guest()), 3).await;
    let other = talk(&desk, desk.session(guest()), 1).await;
    let records = [
        answer(session.id, 1, at(1)),
        AnswerRecord {
            decision: Decision::DidYouMean,
            category: None,
            offered: vec![category("pricing"), category("a-b_c")],
            ..answer(session.id, 2, at(2))
        },
        AnswerRecord {
            decision: Decision::Handoff,
            handoff: Some(HandoffReason::NotUnderstood),
            feedback: Some(feedback(false, Some(HOSTILE), 9)),
            ..answer(session.id, 3, at(3))
        },
    ];
    for record in &records {
        desk.write(async |t| t.answers().append(record).await.unwrap()).await;
    }
    desk.read(async |t| {
        for record in &records {
            assert_eq!(t.answers().find(session.id, record.seq).await.unwrap().as_ref(), Some(record));
        }
        assert_eq!(t.answers().find(session.id, 4).await.unwrap(), None);
        assert_eq!(t.answers().find(other.id, 1).await.unwrap(), None);
    })
    .await;
    let taken = desk.refused(async |t| t.answers().append(&answer(session.id, 1, at(9))).await).await;
    assert_refused!(taken, StoreError::AlreadyExists);
    let nowhere = SessionId::from_uuid(desk.id());
    let homeless = desk.refused(async |t| t.answers().append(&answer(nowhere, 1, at(9))).await).await;
    assert_refused!(homeless, StoreError::NotFound);
}

pub async fn feedback_is_with_the_message_and_what_was_said_last_counts(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = talk(&desk, desk.session(guest()), 3).await;
    desk.write(async |t| {
        t.answers().append(&answer(session.id, 1, at(1))).await.unwrap();
        t.answers().append(&answer(session.id, 3, at(3))).await.unwrap();
    })
    .await;
    let range = MessageRange { after_seq: None, before_seq: None, limit: super::fixtures::limited(9) };
    for given in [feedback(false, Some(HOSTILE), 5), feedback(true, None, 6)] {
        desk.write(async |t| t.answers().rate(session.id, 3, &given).await.unwrap()).await;
        desk.read(async |t| {
            let found = t.answers().find(session.id, 3).await.unwrap().unwrap();
            assert_eq!(found, AnswerRecord { feedback: Some(given.clone()), ..answer(session.id, 3, at(3)) });
            let messages = t.messages().list(session.id, &range).await.unwrap();
            let told: Vec<_> = messages.into_iter().map(|message| message.feedback).collect();
            assert_eq!(told, [None, None, Some(given.clone())]);
            assert_eq!(
                t.messages().find(session.id, 3).await.unwrap().unwrap().feedback,
                Some(given.clone())
            );
        })
        .await;
        let counts = stats(&desk, at(0), at(100)).await.total;
        assert_eq!(
            (counts.helpful, counts.not_helpful),
            (u64::from(given.helpful), u64::from(!given.helpful))
        );
    }
    let export = desk.read(async |t| t.people().export(&PersonKey::Guest(session.id)).await.unwrap()).await;
    assert_eq!(export.sessions[0]["messages"][2]["feedback"]["helpful"], true);
    let given = feedback(true, None, 7);
    let missing = desk.refused(async |t| t.answers().rate(session.id, 2, &given).await).await;
    assert_refused!(missing, StoreError::NotFound);
}

/// Records of every kind at two moments of different days, and what they come to.
async fn add_all_kinds(desk: &Desk<'_>, session: SessionId, moment: Timestamp) -> BotStats {
    let start = desk.made();
    let mut seq = start;
    let mut add = async |record: AnswerRecord| {
        seq += 1;
        desk.id();
        let record = AnswerRecord { seq, session_id: session, created_at: moment, ..record };
        desk.write(async |t| t.answers().append(&record).await.unwrap()).await;
    };
    let plain = answer(session, 1, moment);
    add(plain.clone()).await;
    add(AnswerRecord { feedback: Some(feedback(true, None, 1)), ..plain.clone() }).await;
    add(AnswerRecord { feedback: Some(feedback(false, None, 1)), category: None, ..plain.clone() }).await;
    let offered = vec![category("pricing"), category("domain")];
    add(AnswerRecord { decision: Decision::DidYouMean, category: None, offered, ..plain.clone() }).await;
    add(AnswerRecord { decision: Decision::Fallback, category: None, ..plain.clone() }).await;
    for reason in [HandoffReason::Asked, HandoffReason::BotError, HandoffReason::Asked] {
        add(AnswerRecord { decision: Decision::Handoff, handoff: Some(reason), ..plain.clone() }).await;
    }
    let handed_off = [(HandoffReason::Asked, 2), (HandoffReason::BotError, 1)];
    let total = AnswerCounts {
        answered: 3,
        offered: 1,
        missed: 1,
        handed_off: handed_off.into(),
        helpful: 1,
        not_helpful: 1,
    };
    let none = AnswerCounts { answered: 1, missed: 1, not_helpful: 1, ..AnswerCounts::default() };
    let domain = AnswerCounts { offered: 1, ..AnswerCounts::default() };
    let pricing = AnswerCounts {
        answered: 2,
        offered: 1,
        handed_off: handed_off.into(),
        helpful: 1,
        ..AnswerCounts::default()
    };
    let by_category =
        [(None, none), (Some(category("domain")), domain), (Some(category("pricing")), pricing)].into();
    BotStats { total, by_category }
}

pub async fn figures_are_what_the_answers_of_a_period_say(store: &dyn Store) {
    let desk = Desk::new(store);
    assert_eq!(stats(&desk, at(0), at(100)).await, BotStats::default());
    let session = talk(&desk, desk.session(guest()), 1).await;
    let (first, second) = (at(0), at(2 * 86_400));
    let expected = add_all_kinds(&desk, session.id, first).await;
    assert_eq!(add_all_kinds(&desk, session.id, second).await, expected);
    let day = |days| super::fixtures::day(days).and_time(chrono::NaiveTime::MIN).and_utc();
    let one = chrono::TimeDelta::microseconds(1);
    // Whole days, parts of days, and both.
    for (from, to) in [
        (day(0), day(1)),
        (day(2), day(9)),
        (first, first + one),
        (second, day(3)),
        (day(1), second + one),
        (first + one, day(30)),
    ] {
        assert_eq!(stats(&desk, from, to).await, expected, "from {from} to {to}");
    }
    assert_eq!(stats(&desk, day(0), day(9)).await.total.answered, 6);
    assert_eq!(stats(&desk, first, second + one).await.total.answered, 6);
    for (from, to) in [(day(1), day(2)), (first + one, second), (day(3), day(9)), (day(9), day(0))] {
        assert_eq!(stats(&desk, from, to).await, BotStats::default(), "from {from} to {to}");
    }
    // Inside of a transaction as well.
    let seen = desk
        .write(async |t| {
            t.answers().append(&answer(session.id, 9_999, first)).await.unwrap();
            t.answers().stats(&Period::new(day(0), day(1))).await.unwrap().total.answered
        })
        .await;
    assert_eq!(seen, 4);
}

pub async fn figures_forget_who_was_erased(store: &dyn Store) {
    let desk = Desk::new(store);
    let anns = talk(&desk, desk.session(user("ann")), 2).await;
    let others = talk(&desk, desk.session(guest()), 1).await;
    desk.write(async |t| {
        let rated =
            AnswerRecord { feedback: Some(feedback(true, Some("hers"), 3)), ..answer(anns.id, 1, at(1)) };
        t.answers().append(&rated).await.unwrap();
        t.answers().append(&answer(anns.id, 2, at(2))).await.unwrap();
        t.answers().append(&answer(others.id, 1, at(1))).await.unwrap();
    })
    .await;
    assert_eq!(stats(&desk, at(0), at(9)).await.total.answered, 3);
    let counts = erase(&desk, &PersonKey::User(user_id("ann"))).await;
    assert_eq!((counts.sessions, counts.bot_log), (1, 2));
    let left = stats(&desk, at(0), at(9)).await.total;
    assert_eq!((left.answered, left.helpful), (1, 0));
    let day = super::fixtures::day(0).and_time(chrono::NaiveTime::MIN).and_utc();
    assert_eq!(stats(&desk, day, day + chrono::TimeDelta::days(1)).await.total, left);
    assert_eq!(desk.read(async |t| t.answers().find(anns.id, 1).await.unwrap()).await, None);
}

pub async fn answers_stay_at_home(store: &dyn Store) {
    let desk = Desk::new(store);
    let session = talk(&desk, desk.session(guest()), 1).await;
    desk.write(async |t| t.answers().append(&answer(session.id, 1, at(1))).await.unwrap()).await;
    let neighbor = desk.neighbor();
    assert_eq!(neighbor.read(async |t| t.answers().find(session.id, 1).await.unwrap()).await, None);
    assert_eq!(stats(&neighbor, at(0), at(9)).await, BotStats::default());
    let given = feedback(false, None, 2);
    let refused = neighbor.refused(async |t| t.answers().rate(session.id, 1, &given).await).await;
    assert_refused!(refused, StoreError::NotFound);
    let refused = neighbor.refused(async |t| t.answers().append(&answer(session.id, 2, at(1))).await).await;
    assert_refused!(refused, StoreError::NotFound);
    assert_eq!(
        desk.read(async |t| t.answers().find(session.id, 1).await.unwrap()).await,
        Some(answer(session.id, 1, at(1)))
    );
}
