//! What the bot did, and did not know.

use std::collections::BTreeMap;

use serde_json::json;

use super::fixtures::{Desk, at, first_page, guest, hostile_json, long, page, sender};
use crate::{
    bot::Trace,
    id::{SessionId, UnansweredId},
    message::SenderKind,
    store::{
        PersonKey, PruneBefore, Store, TraceRecord, UnansweredGroup, UnansweredQuestion, UnansweredSort,
    },
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

/// All groups in an order, read in pages of a size.
async fn groups(desk: &Desk<'_>, sort: UnansweredSort, size: i64) -> Vec<UnansweredGroup> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let request = page(size, after);
        let page =
            desk.read(async |t| t.bot_log().list_unanswered_groups(sort, &request).await.unwrap()).await;
        found.extend(page.items);
        after = page.next;
        if after.is_none() || found.len() > 100 {
            return found;
        }
    }
}

/// Adds a session whose customer asks something that is not answered.
async fn ask(desk: &Desk<'_>, text: &str, moment: Timestamp) -> UnansweredQuestion {
    let mut session = desk.add_session(desk.session(guest())).await;
    desk.say(&mut session, sender(SenderKind::User, None), text, moment).await;
    let normalized = crate::search::normalize(text);
    let question = UnansweredQuestion { normalized, ..question(desk, session.id, 1, moment) };
    desk.write(async |t| t.bot_log().append_unanswered(&question).await.unwrap()).await;
    question
}

pub async fn questions_that_say_the_same_are_one_group(store: &dyn Store) {
    let desk = Desk::new(store);
    assert_eq!(groups(&desk, UnansweredSort::Count, 9).await, []);
    let beginning = "towel ".repeat(40);
    let asked = [
        ("Where is my towel?", 1),
        ("where is MY towel", 5),
        ("Can I pay in shells?", 7),
        ("Where is my towel...", 3),
        (&format!("{beginning} one"), 4),
        (&format!("{beginning} two"), 6),
    ];
    let mut questions = Vec::new();
    for (text, moment) in asked {
        questions.push(ask(&desk, text, at(moment)).await);
    }
    // A neighbor's questions are no one else's.
    ask(&desk.neighbor(), "Where is my towel?", at(9)).await;
    let expected = |first: usize, last: usize, count, from, to| {
        let question: &UnansweredQuestion = &questions[last];
        let (session_id, seq) = (question.session_id, question.seq);
        let sample =
            crate::store::UnansweredSample { session_id, seq, message: super::fixtures::body(asked[last].0) };
        UnansweredGroup {
            id: questions[first].id,
            text: questions[first].group_text(),
            count,
            first_seen_at: at(from),
            last_seen_at: at(to),
            sample: Some(sample),
        }
    };
    let towel = expected(0, 1, 3, 1, 5);
    let shells = expected(2, 2, 1, 7, 7);
    let long = expected(4, 5, 2, 4, 6);
    assert_eq!(long.text.chars().count(), UnansweredQuestion::MAX_GROUP_TEXT);
    for size in [1, 2, 9] {
        let by_count = [towel.clone(), long.clone(), shells.clone()];
        assert_eq!(groups(&desk, UnansweredSort::Count, size).await, by_count, "by {size}");
        let by_age = [shells.clone(), long.clone(), towel.clone()];
        assert_eq!(groups(&desk, UnansweredSort::Recent, size).await, by_age, "by {size}");
    }
}

pub async fn a_group_goes_with_its_last_question(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut asked = Vec::new();
    for moment in 1..=4 {
        asked.push(ask(&desk, "Where is my towel?", at(moment)).await);
    }
    ask(&desk, "Can I pay in shells?", at(1)).await;
    let counts = async || -> Vec<(String, u64, bool)> {
        let found = groups(&desk, UnansweredSort::Count, 9).await;
        found.into_iter().map(|group| (group.text, group.count, group.sample.is_some())).collect()
    };
    let erase = async |question: &UnansweredQuestion| {
        super::erasure::erase(&desk, &PersonKey::Guest(question.session_id)).await
    };
    let towel = |count, has_sample| ("where is my towel".to_owned(), count, has_sample);
    let shells = ("can i pay in shells".to_owned(), 1, true);
    // Whoever asked last takes the sample with them.
    erase(&asked[3]).await;
    assert_eq!(counts().await, [towel(3, false), shells.clone()]);
    erase(&asked[2]).await;
    assert_eq!(counts().await, [towel(2, false), shells.clone()]);
    let prune = async |before| {
        let before = PruneBefore { bot_log: Some(before), ..PruneBefore::default() };
        desk.write(async |t| t.people().prune(&before, super::fixtures::limited(9)).await.unwrap()).await
    };
    assert_eq!(prune(at(2)).await.bot_log, 2);
    assert_eq!(counts().await, [towel(1, false)]);
    let again = ask(&desk, "Where is my towel?", at(9)).await;
    assert_eq!(counts().await, [towel(2, true)]);
    erase(&again).await;
    prune(at(3)).await;
    assert_eq!(counts().await, []);
}
