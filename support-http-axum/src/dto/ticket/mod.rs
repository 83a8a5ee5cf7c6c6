//! Tickets as clients send and see them.

mod change;
mod filter;
mod new;

use serde::Serialize;
use support_core::{
    chat::Customer,
    ticket::{Priority, Ticket, TicketStatus},
};
use uuid::Uuid;

pub(crate) use self::{
    change::{TicketChangeBody, changed_fields},
    filter::{TicketListParams, ticket_list},
    new::NewTicketBody,
};
use super::moment;

/// A ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Ticket)]
pub(crate) struct TicketView {
    id: Uuid,
    #[schema(pattern = "^TKT-[0-9]{8}-[0-9]{4,}$", example = "TKT-20260131-0001")]
    number: String,
    subject: String,
    description: String,
    #[schema(value_type = TicketStatusView)]
    status: TicketStatus,
    #[schema(value_type = PriorityView)]
    priority: Priority,
    #[schema(required)]
    category: Option<String>,
    #[schema(max_items = 20)]
    tags: Vec<String>,
    requester: RequesterView,
    #[schema(required)]
    assigned_to: Option<String>,
    #[schema(required)]
    assigned_name: Option<String>,
    #[schema(value_type = Object)]
    custom_fields: serde_json::Value,
    /// The number of public replies.
    reply_count: u32,
    /// Since when the customer waits for an answer.
    #[schema(required, format = DateTime)]
    waiting_since: Option<String>,
    #[schema(required, format = DateTime)]
    first_response_at: Option<String>,
    #[schema(required, format = DateTime)]
    resolved_at: Option<String>,
    #[schema(required, format = DateTime)]
    closed_at: Option<String>,
    /// The closed ticket whose late reply opened this one.
    #[schema(required)]
    follow_up_of: Option<Uuid>,
    /// The chat it was made from.
    #[schema(required)]
    chat_session_id: Option<Uuid>,
    #[schema(minimum = 1)]
    version: u64,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// Who needs something. A guest has no id.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Requester)]
pub(crate) struct RequesterView {
    #[schema(required)]
    id: Option<String>,
    #[schema(required)]
    name: Option<String>,
    #[schema(required)]
    email: Option<String>,
}

/// Where a ticket stands.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = TicketStatus, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `TicketStatus`")]
pub(crate) enum TicketStatusView {
    Open,
    InProgress,
    WaitingForCustomer,
    OnHold,
    Resolved,
    Closed,
}

/// How pressing a ticket is.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Priority, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `Priority`")]
pub(crate) enum PriorityView {
    Low,
    Medium,
    High,
    Urgent,
}

/// A label.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Tag, min_length = 1, max_length = 50, example = "vip")]
#[expect(dead_code, reason = "describes `Tag`")]
pub(crate) struct TagText(String);

impl From<Customer> for RequesterView {
    fn from(customer: Customer) -> Self {
        Self {
            id: customer.user_id().map(ToString::to_string),
            name: customer.name().map(str::to_owned),
            email: customer.email().map(str::to_owned),
        }
    }
}

impl From<Ticket> for TicketView {
    fn from(ticket: Ticket) -> Self {
        let (assigned_to, assigned_name) =
            ticket.assignee.map(|assignee| (assignee.id.to_string(), assignee.name)).unzip();
        Self {
            id: ticket.id.as_uuid(),
            number: ticket.number.into(),
            subject: ticket.subject.into(),
            description: ticket.description.into(),
            status: ticket.status,
            priority: ticket.priority,
            category: ticket.category.map(Into::into),
            tags: ticket.tags.into_iter().map(Into::into).collect(),
            requester: ticket.requester.into(),
            assigned_to,
            assigned_name,
            custom_fields: serde_json::Map::from(ticket.custom_fields).into(),
            reply_count: ticket.reply_count,
            waiting_since: ticket.waiting_since.map(moment),
            first_response_at: ticket.first_response_at.map(moment),
            resolved_at: ticket.resolved_at.map(moment),
            closed_at: ticket.closed_at.map(moment),
            follow_up_of: ticket.follow_up_of.map(|id| id.as_uuid()),
            chat_session_id: ticket.chat_session_id.map(|id| id.as_uuid()),
            version: ticket.version,
            created_at: moment(ticket.created_at),
            updated_at: moment(ticket.updated_at),
        }
    }
}
