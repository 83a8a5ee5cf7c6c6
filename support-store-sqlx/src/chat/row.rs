//! Sessions as rows.

use support_core::{
    chat::{LastMessage, Session, TokenHash},
    id::{SessionId, TicketId, UserId},
    store::StoreError,
    text::Rating,
};

use crate::{
    dialect::Dialect,
    row::{Row, json},
    sql::Bind,
    ticket::row::assignee,
};

/// The columns of a session, in the order of [`values`], behind `tenant`.
pub(super) const COLUMNS: &str = "id, status, owner, user_id, customer, subject, category, assignee_id, \
    assignee_name, rating, feedback, rated_at, last_seq, last_customer_seq, bot_seq, last_sender, last_preview, \
    last_at, waiting_since, customer_active_at, ticket_id, dialogue, metadata, ip_address, user_agent, version, \
    created_at, updated_at, closed_at";

/// Reads a session.
pub(crate) fn read<DB: Dialect>(row: &Row<DB>) -> Result<Session, StoreError> {
    Ok(Session {
        id: SessionId::from_uuid(row.uuid("id")?),
        status: row.named("status")?,
        owner: row.named("owner")?,
        customer: row.json("customer")?,
        subject: row.parsed_or_null("subject")?,
        category: row.parsed_or_null("category")?,
        assignee: assignee(row)?,
        rating: rating(row)?,
        feedback: row.parsed_or_null("feedback")?,
        rated_at: row.time_or_null("rated_at")?,
        last_seq: row.unsigned("last_seq")?,
        last_customer_seq: row.unsigned("last_customer_seq")?,
        bot_seq: row.unsigned("bot_seq")?,
        last_message: last_message(row)?,
        waiting_since: row.time_or_null("waiting_since")?,
        customer_active_at: row.time("customer_active_at")?,
        ticket_id: row.uuid_or_null("ticket_id")?.map(TicketId::from_uuid),
        dialogue: row.json("dialogue")?,
        metadata: row.json("metadata")?,
        ip_address: row.named_or_null("ip_address")?,
        user_agent: row.text_or_null("user_agent")?,
        version: row.unsigned("version")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
        closed_at: row.time_or_null("closed_at")?,
    })
}

fn rating<DB: Dialect>(row: &Row<DB>) -> Result<Option<Rating>, StoreError> {
    let stars = row.integer_or_null("rating")?;
    stars.map(Rating::new).transpose().map_err(|rejection| row.corrupt("rating", rejection))
}

fn last_message<DB: Dialect>(row: &Row<DB>) -> Result<Option<LastMessage>, StoreError> {
    let Some(sender_type) = row.named_or_null("last_sender")? else { return Ok(None) };
    Ok(Some(LastMessage {
        sender_type,
        preview: row.text("last_preview")?,
        created_at: row.time("last_at")?,
    }))
}

/// Reads the session of a token, with the hash that is kept.
pub(super) fn read_token<DB: Dialect>(row: &Row<DB>) -> Result<(SessionId, TokenHash), StoreError> {
    Ok((SessionId::from_uuid(row.uuid("id")?), TokenHash::from_bytes(row.bytes_32("token_hash")?)))
}

/// The values of a session, in the order of [`COLUMNS`].
pub(super) fn values(session: &Session) -> Result<Vec<Bind>, StoreError> {
    let assignee = session.assignee.as_ref();
    let last = session.last_message.as_ref();
    Ok(vec![
        session.id.as_uuid().into(),
        session.status.as_str().into(),
        session.owner.as_str().into(),
        session.customer.user_id().map(UserId::as_str).into(),
        json(&session.customer)?.into(),
        session.subject.as_ref().map(support_core::text::Subject::as_str).into(),
        session.category.as_ref().map(support_core::text::Category::as_str).into(),
        assignee.map(|assignee| assignee.id.as_str()).into(),
        assignee.map(|assignee| assignee.name.as_str()).into(),
        session.rating.map(|rating| i64::from(rating.stars())).into(),
        session.feedback.as_ref().map(support_core::text::Feedback::as_str).into(),
        session.rated_at.into(),
        session.last_seq.into(),
        session.last_customer_seq.into(),
        session.bot_seq.into(),
        last.map(|last| last.sender_type.as_str()).into(),
        last.map(|last| last.preview.as_str()).into(),
        last.map(|last| last.created_at).into(),
        session.waiting_since.into(),
        session.customer_active_at.into(),
        session.ticket_id.map(|id| id.as_uuid()).into(),
        json(&session.dialogue)?.into(),
        json(&session.metadata)?.into(),
        session.ip_address.map(|address| address.to_string()).into(),
        session.user_agent.as_deref().into(),
        session.version.into(),
        session.created_at.into(),
        session.updated_at.into(),
        session.closed_at.into(),
    ])
}
