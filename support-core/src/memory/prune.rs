//! Removing what is too old to keep.

use std::{collections::BTreeSet, sync::Arc};

use super::state::Tenant;
use crate::{
    chat::SessionStatus,
    event::EventSubject,
    id::SessionId,
    store::{Limit, PruneBefore, PruneCounts, UnansweredQuestion},
    time::Timestamp,
};

/// Removes what is old enough to go, at most `limit` rows of each class.
pub(super) fn prune(rows: &mut Tenant, before: &PruneBefore, limit: Limit) -> PruneCounts {
    // Taken apart, so that a new class is not overlooked.
    let PruneBefore { idempotency, events, dead_letters, bot_log, archived_sessions } = *before;
    let mut counts = PruneCounts::default();
    if let Some(before) = idempotency {
        let mut goes = AtMost::new(limit);
        rows.first_answers.retain(|_, answer| !goes.take(answer.created_at < before));
        counts.idempotency = goes.taken;
    }
    if let Some(before) = events {
        let mut goes = AtMost::new(limit);
        rows.events.retain(|event| !goes.take(event.at < before));
        counts.events = goes.taken;
    }
    if let Some(before) = dead_letters {
        let mut goes = AtMost::new(limit);
        rows.dead_letters.retain(|_, letter| !goes.take(letter.given_up_at < before));
        counts.dead_letters = goes.taken;
    }
    if let Some(before) = bot_log {
        counts.bot_log = prune_bot_log(rows, before, limit);
    }
    if let Some(before) = archived_sessions {
        counts.sessions = prune_sessions(rows, before, limit);
    }
    counts
}

fn prune_bot_log(rows: &mut Tenant, before: Timestamp, limit: Limit) -> u64 {
    let mut goes = AtMost::new(limit);
    let mut gone_questions = Vec::new();
    for row in rows.sessions.values_mut() {
        let has_old = row.traces.values().any(|trace| trace.created_at < before)
            || row.unanswered.iter().any(|question| question.created_at < before);
        if has_old {
            let row = Arc::make_mut(row);
            row.traces.retain(|_, trace| !goes.take(trace.created_at < before));
            row.unanswered.retain(|question| {
                let goes = goes.take(question.created_at < before);
                if goes {
                    gone_questions.push(question.group_text());
                }
                !goes
            });
        }
    }
    rows.ungroup(gone_questions);
    goes.taken
}

/// Archived sessions without a ticket go with all that belongs to them, their events included.
fn prune_sessions(rows: &mut Tenant, before: Timestamp, limit: Limit) -> u64 {
    let mut goes = AtMost::new(limit);
    let mut gone = BTreeSet::<SessionId>::new();
    let mut gone_questions = Vec::new();
    rows.sessions.retain(|id, row| {
        let session = &row.session;
        let is_old = session.status == SessionStatus::Archived
            && session.ticket_id.is_none()
            && session.updated_at < before;
        let goes = goes.take(is_old);
        if goes {
            gone.insert(*id);
            gone_questions.extend(row.unanswered.iter().map(UnansweredQuestion::group_text));
        }
        !goes
    });
    rows.ungroup(gone_questions);
    let stays = |subject: &EventSubject| match subject {
        EventSubject::Session { session_id, .. } => !gone.contains(session_id),
        EventSubject::Ticket { .. } => true,
    };
    rows.events.retain(|event| stays(&event.subject));
    rows.dead_letters.retain(|_, letter| stays(&letter.event.subject));
    goes.taken
}

/// Lets rows go until there were enough.
struct AtMost {
    limit: u64,
    taken: u64,
}

impl AtMost {
    fn new(limit: Limit) -> Self {
        Self { limit: limit.get().into(), taken: 0 }
    }

    /// Whether a row goes that is to go.
    fn take(&mut self, is_to_go: bool) -> bool {
        let goes = is_to_go && self.taken < self.limit;
        self.taken += u64::from(goes);
        goes
    }
}
