//! What the bot did, and did not know.

use std::collections::BTreeMap;

use serde_json::json;

use super::fixtures::{Desk, at, first_page, guest, hostile_json, long, page, sender};
use crate::{
    bot::Trace,
    id::{SessionId, UnansweredId},
    message::SenderKind,
    store::{Store, TraceRecord, UnansweredQuestion},
    time::Timestamp,
};

pub(super) fn trace(session: SessionId, seq: u64, moment: Timestamp) -> TraceRecord {
    let stages = BTreeMap::from([("rules".to_owned(), json!([{"intent": "pricing", "score": 0.25}]))]);
    TraceRecord { session_id: session, seq, trace: Trace(stages), created_at: moment }
}

pub(super) fn question(
    desk: &Desk<'_>,
    session: SessionId,
    seq: u64,
    moment: Timestamp,
) -> UnansweredQuestion {
    UnansweredQuestion {
        id: UnansweredId::from_uuid(desk.id()),
        session_id: session,
        seq,
        normalized: "where is my towel".to_owned(),
        created_at: moment,
    }
}

pub async fn a_trace_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut session = desk.add_session(desk.session(guest())).await;
    let other = desk.add_session(desk.session(guest())).await;
    for _ in 0..3 {
        desk.say(&mut session, sender(SenderKind::Bot, None), "hello", at(0)).await;
    }
    let stages = hostile_json().as_map().clone().into_iter().collect();
    let records = [
        TraceRecord { trace: Trace(stages), ..trace(session.id, 1, at(1)) },
        TraceRecord { trace: Trace::default(), ..trace(session.id, 2, at(2)) },
    ];
    for record in &records {
        desk.write(async |t| t.bot_log().append_trace(record).await.unwrap()).await;
    }
    let found =
        async |session, seq| desk.read(async |t| t.bot_log().find_trace(session, seq).await.unwrap()).await;
    for record in &records {
        assert_eq!(found(record.session_id, record.seq).await.as_ref(), Some(record));
    }
    assert_eq!(found(session.id, 3).await, None);
    assert_eq!(found(other.id, 1).await, None);
}

pub async fn questions_are_listed_newest_first_in_pages(store: &dyn Store) {
    let desk = Desk::new(store);
    let none = desk.read(async |t| t.bot_log().list_unanswered(&first_page()).await.unwrap()).await;
    assert_eq!((none.items.len(), none.next), (0, None));
    let mut questions = Vec::new();
    for moment in [3, 1, 2, 3, 2] {
        let mut session = desk.add_session(desk.session(guest())).await;
        desk.say(&mut session, sender(SenderKind::User, None), "where is my towel", at(0)).await;
        let question = question(&desk, session.id, 1, at(moment));
        desk.write(async |t| t.bot_log().append_unanswered(&question).await.unwrap()).await;
        questions.push(question);
    }
    let expected: Vec<_> = [3, 0, 4, 2, 1].map(|index: usize| questions[index].clone()).into();
    for size in [1, 2, 5, 100] {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let request = page(size, after);
            let page = desk.read(async |t| t.bot_log().list_unanswered(&request).await.unwrap()).await;
            found.extend(page.items);
            if let (Some(next), Some(last)) = (page.next, found.last()) {
                let expected = (0, last.created_at.timestamp_micros(), last.id.as_uuid());
                assert_eq!((next.tier, next.key, next.id), expected);
            }
            after = page.next;
            if after.is_none() || found.len() > 5 {
                break;
            }
        }
        assert_eq!(found, expected, "by {size}");
    }
}

pub async fn a_long_question_is_kept_whole(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut session = desk.add_session(desk.session(guest())).await;
    desk.say(&mut session, sender(SenderKind::User, None), "hello", at(0)).await;
    let question = UnansweredQuestion { normalized: long(10_000), ..question(&desk, session.id, 1, at(1)) };
    desk.write(async |t| t.bot_log().append_unanswered(&question).await.unwrap()).await;
    let page = desk.read(async |t| t.bot_log().list_unanswered(&first_page()).await.unwrap()).await;
    assert_eq!(page.items, [question]);
}
