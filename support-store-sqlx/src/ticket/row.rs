//! Tickets as rows.

use support_core::{
    id::{SessionId, TicketId, UserId},
    store::StoreError,
    ticket::{Assignee, Priority, Ticket},
};

use crate::{
    counts::{Fact, TicketFacts},
    dialect::Dialect,
    row::{Row, json},
    sql::{Bind, Sql},
};

/// The columns of a ticket, in the order of [`values`], behind `tenant`.
pub(super) const COLUMNS: &str = "id, number, subject, description, status, priority, category, tags, \
    requester_id, requester, assignee_id, assignee_name, custom_fields, reply_count, waiting_since, \
    first_response_at, cycle_started_at, resolved_at, closed_at, follow_up_of, chat_session_id, version, \
    created_at, updated_at";

/// The columns that decide what a ticket counts for.
pub(crate) const COUNTED: &str = "id, status, priority, category, assignee_id, created_at, first_response_at";

/// Reads what a ticket counts for.
pub(crate) fn read_facts<DB: Dialect>(row: &Row<DB>) -> Result<Vec<Fact>, StoreError> {
    let (category, assignee) = (row.text_or_null("category")?, row.text_or_null("assignee_id")?);
    let facts = TicketFacts {
        status: row.named("status")?,
        priority: row.integer("priority")?,
        category: category.as_deref(),
        assignee: assignee.as_deref(),
        created_at: row.time("created_at")?,
        first_response_at: row.time_or_null("first_response_at")?,
    };
    Ok(facts.list())
}

/// Reads a ticket.
pub(crate) fn read<DB: Dialect>(row: &Row<DB>) -> Result<Ticket, StoreError> {
    Ok(Ticket {
        id: TicketId::from_uuid(row.uuid("id")?),
        number: row.parsed("number")?,
        subject: row.parsed("subject")?,
        description: row.parsed("description")?,
        status: row.named("status")?,
        priority: priority(row)?,
        category: row.parsed_or_null("category")?,
        tags: row.json("tags")?,
        requester: row.json("requester")?,
        assignee: assignee(row)?,
        custom_fields: row.json("custom_fields")?,
        reply_count: u32::try_from(row.integer("reply_count")?)
            .map_err(|error| row.corrupt("reply_count", error))?,
        waiting_since: row.time_or_null("waiting_since")?,
        first_response_at: row.time_or_null("first_response_at")?,
        cycle_started_at: row.time("cycle_started_at")?,
        resolved_at: row.time_or_null("resolved_at")?,
        closed_at: row.time_or_null("closed_at")?,
        follow_up_of: row.uuid_or_null("follow_up_of")?.map(TicketId::from_uuid),
        chat_session_id: row.uuid_or_null("chat_session_id")?.map(SessionId::from_uuid),
        version: row.unsigned("version")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// Priorities are kept as their rank, by which lists are ordered.
pub(super) fn priority<DB: Dialect>(row: &Row<DB>) -> Result<Priority, StoreError> {
    ranked(row.integer("priority")?).ok_or_else(|| row.corrupt("priority", "is no priority's rank"))
}

/// The priority of a rank.
pub(super) fn ranked(rank: i64) -> Option<Priority> {
    Priority::ALL.iter().copied().find(|priority| i64::from(priority.rank()) == rank)
}

/// The agent who takes care of something.
pub(crate) fn assignee<DB: Dialect>(row: &Row<DB>) -> Result<Option<Assignee>, StoreError> {
    let Some(id) = row.parsed_or_null::<UserId>("assignee_id")? else { return Ok(None) };
    Ok(Some(Assignee { id, name: row.text("assignee_name")? }))
}

/// The values of a ticket, in the order of [`COLUMNS`].
pub(super) fn values(ticket: &Ticket) -> Result<Vec<Bind>, StoreError> {
    let assignee = ticket.assignee.as_ref();
    Ok(vec![
        ticket.id.as_uuid().into(),
        ticket.number.as_str().into(),
        ticket.subject.as_str().into(),
        ticket.description.as_str().into(),
        ticket.status.as_str().into(),
        i64::from(ticket.priority.rank()).into(),
        ticket.category.as_ref().map(support_core::text::Category::as_str).into(),
        json(&ticket.tags)?.into(),
        ticket.requester.user_id().map(UserId::as_str).into(),
        json(&ticket.requester)?.into(),
        assignee.map(|assignee| assignee.id.as_str()).into(),
        assignee.map(|assignee| assignee.name.as_str()).into(),
        json(&ticket.custom_fields)?.into(),
        i64::from(ticket.reply_count).into(),
        ticket.waiting_since.into(),
        ticket.first_response_at.into(),
        ticket.cycle_started_at.into(),
        ticket.resolved_at.into(),
        ticket.closed_at.into(),
        ticket.follow_up_of.map(|id| id.as_uuid()).into(),
        ticket.chat_session_id.map(|id| id.as_uuid()).into(),
        ticket.version.into(),
        ticket.created_at.into(),
        ticket.updated_at.into(),
    ])
}

/// `column = ?, …` for all columns.
pub(crate) fn set(columns: &'static str, values: Vec<Bind>) -> Sql {
    let mut sql = Sql::default();
    for (index, (column, value)) in columns.split(", ").zip(values).enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        sql = sql.push(comma).push(column.trim()).push(" = ?").bind(value);
    }
    sql
}
