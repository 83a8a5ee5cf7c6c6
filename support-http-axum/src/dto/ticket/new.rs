//! Tickets to open.

use support_core::{
    desk::ticket::NewTicket,
    id::UserId,
    person::Person,
    text::{Body, Category, Email, PersonName, Subject, Tag},
    ticket::Tags,
};

use super::{PriorityView, TagText};
use crate::extract::{BodyKind, Fields, Read};

/// A ticket to open.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewTicket)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `Read for NewTicket` takes")]
pub(crate) struct NewTicketBody {
    #[schema(min_length = 1, max_length = 255)]
    subject: String,
    #[schema(min_length = 1, max_length = 10_000)]
    description: String,
    /// `medium` if nothing is said.
    priority: Option<PriorityView>,
    #[schema(max_length = 50, pattern = "^[a-z0-9_-]*$", example = "billing")]
    category: Option<String>,
    #[schema(max_items = 20)]
    tags: Option<Vec<TagText>>,
    /// At most 16 KiB and 8 levels.
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<serde_json::Value>,
    /// For staff.
    requester: Option<RequesterBody>,
}

/// In whose name a ticket is opened.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewRequester)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `requester` takes")]
pub(crate) struct RequesterBody {
    #[schema(min_length = 1, max_length = 128)]
    id: String,
    #[schema(max_length = 120)]
    name: Option<String>,
    #[schema(max_length = 254, example = "ann@example.org")]
    email: Option<String>,
}

impl Read for NewTicket {
    const KIND: BodyKind = BodyKind::Creates;

    fn read(fields: &mut Fields) -> Option<Self> {
        let subject = fields.required("subject", Subject::parse);
        let description = fields.required("description", Body::parse);
        let priority = fields.optional("priority", |text| text.parse());
        let category = fields.optional("category", Category::parse);
        let tags = tags(fields);
        let custom_fields = fields.object("custom_fields");
        let requester = fields.nested("requester", requester);
        let mut ticket = Self::new(subject?, description?);
        ticket.priority = priority.unwrap_or_default();
        ticket.category = category;
        ticket.tags = tags.unwrap_or_default();
        ticket.custom_fields = custom_fields.unwrap_or_default();
        ticket.requester = requester;
        Some(ticket)
    }
}

/// Reads a ticket's labels.
pub(super) fn tags(fields: &mut Fields) -> Option<Tags> {
    let tags = fields.list("tags", Tag::parse)?;
    Tags::new(tags).map_err(|rejection| fields.refuse("tags", &rejection)).ok()
}

fn requester(fields: &mut Fields) -> Option<Person> {
    let id = fields.required("id", UserId::parse);
    let name = fields.optional("name", PersonName::parse);
    let email = fields.optional("email", Email::parse);
    let mut person = Person::new(id?);
    if let Some(name) = name {
        person = person.named(name);
    }
    if let Some(email) = email {
        person = person.with_email(email.as_str());
    }
    Some(person)
}
