//! Removing a person: what is theirs goes, and their id and name go from what is others'.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    person::{owns_session, owns_ticket},
    state::{SessionRow, Tenant, TicketRow},
};
use crate::{
    bot::KnowledgeVersion,
    chat::{Owner, Participant},
    event::EventSubject,
    id::{SessionId, TicketId, UserId},
    store::{ErasureCounts, PersonKey, UnansweredQuestion},
    ticket::Assignee,
};

/// Removes a person.
pub(super) fn erase(rows: &mut Tenant, person: &PersonKey) -> ErasureCounts {
    let mut counts = ErasureCounts::default();
    let mut gone_tickets = BTreeSet::<TicketId>::new();
    let mut gone_sessions = BTreeSet::<SessionId>::new();
    rows.tickets.retain(|id, row| {
        let goes = owns_ticket(person, &row.ticket);
        if goes {
            gone_tickets.insert(*id);
            counts.tickets += 1;
            counts.entries += row.entries.len() as u64;
        }
        !goes
    });
    let mut gone_questions = Vec::new();
    rows.sessions.retain(|id, row| {
        let goes = owns_session(person, &row.session);
        if goes {
            gone_questions.extend(row.unanswered.iter().map(UnansweredQuestion::group_text));
            gone_sessions.insert(*id);
            counts.sessions += 1;
            counts.messages += row.messages.len() as u64;
            counts.bot_log += (row.traces.len() + row.unanswered.len() + row.answers.len()) as u64;
        }
        !goes
    });
    rows.ungroup(gone_questions);
    let happened_to_what_is_gone = |subject: &EventSubject| match subject {
        EventSubject::Ticket { ticket_id, .. } => gone_tickets.contains(ticket_id),
        EventSubject::Session { session_id, .. } => gone_sessions.contains(session_id),
    };
    let events = rows.events.len();
    rows.events.retain(|event| !happened_to_what_is_gone(&event.subject));
    counts.events = (events - rows.events.len()) as u64;
    let dead_letters = rows.dead_letters.len();
    rows.dead_letters.retain(|_, letter| !happened_to_what_is_gone(&letter.event.subject));
    counts.dead_letters = (dead_letters - rows.dead_letters.len()) as u64;
    let actors = person.actor_keys();
    let answers = rows.first_answers.len();
    let gone =
        gone_tickets.iter().map(ToString::to_string).chain(gone_sessions.iter().map(ToString::to_string));
    let gone: Vec<_> = gone.collect();
    // What somebody else was answered about what is gone holds it too.
    rows.first_answers.retain(|(actor, ..), answer| {
        let outcome = answer.outcome.to_string();
        !actors.contains(actor) && !gone.iter().any(|id| outcome.contains(id))
    });
    counts.idempotency_records = (answers - rows.first_answers.len()) as u64;
    if let PersonKey::User(id) = person {
        rows.agents.remove(id);
        counts.anonymized = rows.tickets.values_mut().map(|row| blot_ticket(row, id)).sum::<u64>()
            + rows.sessions.values_mut().map(|row| blot_session(row, id)).sum::<u64>()
            + rows.knowledge.values_mut().map(|version| blot_version(version, id)).sum::<u64>();
    }
    counts
}

/// Blots a person out of a knowledge base that they saved; returns how many rows that changed.
fn blot_version(version: &mut Arc<KnowledgeVersion>, id: &UserId) -> u64 {
    if version.info.author.id.as_ref() != Some(id) {
        return 0;
    }
    let author = &mut Arc::make_mut(version).info.author;
    (author.id, author.name) = (None, None);
    1
}

/// Blots a person out of somebody else's ticket; returns how many rows that changed.
fn blot_ticket(row: &mut Arc<TicketRow>, id: &UserId) -> u64 {
    let row = Arc::make_mut(row);
    let mut changed = 0;
    if is_assigned(row.ticket.assignee.as_ref(), id) {
        row.ticket.assignee = None;
        row.ticket.version += 1;
        changed += 1;
    }
    for entry in row.entries.iter_mut().filter(|entry| entry.author.id.as_ref() == Some(id)) {
        let author = &mut Arc::make_mut(entry).author;
        (author.id, author.name) = (None, None);
        changed += 1;
    }
    for change in &mut row.history {
        changed += u64::from(Arc::make_mut(change).blot_out(id));
    }
    changed
}

/// Blots a person out of somebody else's session; returns how many rows that changed.
fn blot_session(row: &mut Arc<SessionRow>, id: &UserId) -> u64 {
    let reader = Participant::Agent(id.clone());
    let concerned = is_assigned(row.session.assignee.as_ref(), id)
        || row.cursors.contains_key(&reader)
        || row.messages.values().any(|message| message.sender.id.as_ref() == Some(id));
    if !concerned {
        return 0;
    }
    let row = Arc::make_mut(row);
    // Where somebody stopped reading is their own, and no row of others.
    row.cursors.remove(&reader);
    let mut changed = 0;
    if is_assigned(row.session.assignee.as_ref(), id) {
        row.session.assignee = None;
        if row.session.owner == Owner::Agent {
            // Nobody has the chat any more: it waits for somebody else.
            row.session.owner = Owner::Queue;
        }
        row.session.version += 1;
        changed += 1;
    }
    for message in row.messages.values_mut().filter(|message| message.sender.id.as_ref() == Some(id)) {
        let message = Arc::make_mut(message);
        (message.sender.id, message.sender.name) = (None, None);
        // The key was unique among its author's, and must not meet a key of the session's guest.
        message.client_message_id = None;
        changed += 1;
    }
    changed
}

fn is_assigned(assignee: Option<&Assignee>, id: &UserId) -> bool {
    assignee.is_some_and(|assignee| assignee.id == *id)
}
