//! Tickets as clients send and see them.

use serde::Serialize;
use support_core::{
    chat::Customer,
    desk::ticket::NewTicket,
    id::UserId,
    person::Person,
    text::{Body, Category, PersonName, Subject, Tag},
    ticket::{Tags, Ticket},
};
use uuid::Uuid;

use super::moment;
use crate::extract::{BodyKind, Fields, Read};

/// A ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Ticket)]
pub(crate) struct TicketView {
    id: Uuid,
    #[schema(example = "TKT-20260131-0001")]
    number: String,
    subject: String,
    description: String,
    status: String,
    priority: String,
    #[schema(required)]
    category: Option<String>,
    tags: Vec<String>,
    requester: RequesterView,
    #[schema(required)]
    assigned_to: Option<String>,
    #[schema(required)]
    assigned_name: Option<String>,
    #[schema(value_type = Object)]
    custom_fields: serde_json::Value,
    reply_count: u32,
    #[schema(required)]
    waiting_since: Option<String>,
    #[schema(required)]
    first_response_at: Option<String>,
    #[schema(required)]
    resolved_at: Option<String>,
    #[schema(required)]
    closed_at: Option<String>,
    #[schema(required)]
    follow_up_of: Option<Uuid>,
    #[schema(required)]
    chat_session_id: Option<Uuid>,
    version: u64,
    created_at: String,
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
            status: ticket.status.to_string(),
            priority: ticket.priority.to_string(),
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

/// A ticket to open.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewTicket)]
#[expect(dead_code, reason = "describes what `Read for NewTicket` takes")]
pub(crate) struct NewTicketBody {
    #[schema(min_length = 1, max_length = 255)]
    subject: String,
    #[schema(min_length = 1, max_length = 10_000)]
    description: String,
    #[schema(example = "medium")]
    priority: Option<String>,
    #[schema(max_length = 50, pattern = "^[a-z0-9_-]*$")]
    category: Option<String>,
    #[schema(max_items = 20)]
    tags: Option<Vec<String>>,
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<serde_json::Value>,
    requester: Option<RequesterBody>,
}

/// In whose name a ticket is opened; for staff.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewRequester)]
#[expect(dead_code, reason = "describes what `requester` takes")]
pub(crate) struct RequesterBody {
    #[schema(min_length = 1, max_length = 128)]
    id: String,
    name: Option<String>,
    email: Option<String>,
}

impl Read for NewTicket {
    const KIND: BodyKind = BodyKind::Creates;

    fn read(fields: &mut Fields) -> Option<Self> {
        let subject = fields.required("subject", Subject::parse);
        let description = fields.required("description", Body::parse);
        let priority = fields.optional("priority", |text| text.parse());
        let category = fields.optional("category", Category::parse);
        let tags = fields.list("tags", Tag::parse).map(Tags::new);
        let custom_fields = fields.object("custom_fields");
        let requester = fields.nested("requester", requester);
        let mut ticket = Self::new(subject?, description?);
        ticket.priority = priority.unwrap_or_default();
        ticket.category = category;
        ticket.custom_fields = custom_fields.unwrap_or_default();
        ticket.requester = requester;
        match tags {
            Some(Ok(tags)) => ticket.tags = tags,
            Some(Err(rejection)) => fields.refuse("tags", &rejection),
            None => {}
        }
        Some(ticket)
    }
}

fn requester(fields: &mut Fields) -> Option<Person> {
    let id = fields.required("id", UserId::parse);
    let name = fields.optional("name", PersonName::parse);
    let email = fields.optional("email", support_core::text::Email::parse);
    let mut person = Person::new(id?);
    if let Some(name) = name {
        person = person.named(name);
    }
    if let Some(email) = email {
        person = person.with_email(email.as_str());
    }
    Some(person)
}
