//! Entries of a ticket's thread as clients send and see them.

use serde::Serialize;
use support_core::{
    desk::ticket::{NewReply, Replied, ReplyKind},
    text::Body,
    ticket::{ThreadEntry, Ticket},
};
use uuid::Uuid;

use super::{actor::ActorView, moment, ticket::TicketStatusView};
use crate::extract::{BodyKind, Fields, Read};

/// A reply, a note or a word of the desk itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Reply)]
pub(crate) struct ReplyView {
    id: Uuid,
    ticket_id: Uuid,
    /// Its place in the thread.
    #[schema(minimum = 1)]
    seq: u64,
    author: ActorView,
    is_staff: bool,
    /// Whether it is a note; customers never get one.
    internal: bool,
    message: String,
    #[schema(format = DateTime)]
    created_at: String,
}

/// A reply that was just written.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WrittenReply)]
pub(crate) struct RepliedView {
    #[serde(flatten)]
    reply: ReplyView,
    /// The ticket that the reply opened, if this one was closed too long ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    follow_up: Option<FollowUpView>,
}

/// A ticket on which another one goes on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = FollowUp)]
pub(crate) struct FollowUpView {
    id: Uuid,
    #[schema(example = "TKT-20260131-0001")]
    number: String,
}

impl From<ThreadEntry> for ReplyView {
    fn from(entry: ThreadEntry) -> Self {
        let (is_staff, internal) = (entry.is_staff(), entry.is_internal());
        // Taken apart one by one: what is added to a staff entry must not reach customers unnoticed.
        let (id, ticket_id, seq, author, body, created_at) = match entry {
            ThreadEntry::Staff(e) => (e.id, e.ticket_id, e.seq, e.author, e.body, e.created_at),
            ThreadEntry::Customer(e) => (e.id, e.ticket_id, e.seq, e.author, e.body, e.created_at),
        };
        Self {
            id: id.as_uuid(),
            ticket_id: ticket_id.as_uuid(),
            seq,
            author: author.into(),
            is_staff,
            internal,
            message: body.into(),
            created_at: moment(created_at),
        }
    }
}

impl From<Replied> for RepliedView {
    fn from(replied: Replied) -> Self {
        Self { reply: replied.entry.into(), follow_up: replied.follow_up.map(Into::into) }
    }
}

impl From<Ticket> for FollowUpView {
    fn from(ticket: Ticket) -> Self {
        Self { id: ticket.id.as_uuid(), number: ticket.number.into() }
    }
}

/// A reply or a note to write.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewReply)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `Read for NewReply` takes")]
pub(crate) struct NewReplyBody {
    #[schema(min_length = 1, max_length = 10_000)]
    message: String,
    /// Whether staff alone may read it; for staff.
    internal: Option<bool>,
    /// Where the ticket stands with it; for staff.
    status: Option<TicketStatusView>,
}

impl Read for NewReply {
    const KIND: BodyKind = BodyKind::Creates;

    fn read(fields: &mut Fields) -> Option<Self> {
        let message = fields.required("message", Body::parse);
        let internal = fields.boolean("internal");
        let status = fields.optional("status", |text| text.parse());
        let kind = internal.map(|internal| match internal {
            true => ReplyKind::Internal,
            false => ReplyKind::Public,
        });
        Some(Self { message: message?, kind, status })
    }
}
