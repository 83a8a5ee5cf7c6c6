//! What callers ask for and get.

use serde::{Deserialize, Serialize};

use crate::{
    chat::Session,
    desk::Assign,
    message::Message,
    person::Person,
    text::{Body, Category, JsonObject, Subject},
    ticket::{Priority, Tags, ThreadEntry, Ticket, TicketStatus},
};

/// A ticket to open.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NewTicket {
    /// What it is about.
    pub subject: Subject,
    /// What is needed.
    pub description: Body,
    /// How pressing it is.
    pub priority: Priority,
    /// What it is filed under.
    pub category: Option<Category>,
    /// Its labels.
    pub tags: Tags,
    /// What the host keeps beside it.
    pub custom_fields: JsonObject,
    /// Who needs something, if it is not the caller. For staff.
    pub requester: Option<Person>,
}

impl NewTicket {
    /// A ticket of medium priority and nothing else.
    pub fn new(subject: Subject, description: Body) -> Self {
        Self {
            subject,
            description,
            priority: Priority::default(),
            category: None,
            tags: Tags::default(),
            custom_fields: JsonObject::default(),
            requester: None,
        }
    }
}

/// What is to change of a ticket; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "callers build it; a field they overlook must not compile")]
pub struct TicketChange {
    /// What it is about.
    pub subject: Option<Subject>,
    /// Where it stands.
    pub status: Option<TicketStatus>,
    /// How pressing it is.
    pub priority: Option<Priority>,
    /// What it is filed under; `Some(None)` takes it out of its category.
    pub category: Option<Option<Category>>,
    /// All its labels.
    pub tags: Option<Tags>,
    /// Who takes care of it.
    pub assigned_to: Option<Assign>,
    /// All that the host keeps beside it.
    pub custom_fields: Option<JsonObject>,
}

/// A field of a ticket that can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TicketField {
    /// What it is about.
    Subject,
    /// Where it stands.
    Status,
    /// How pressing it is.
    Priority,
    /// What it is filed under.
    Category,
    /// Its labels.
    Tags,
    /// Who takes care of it.
    AssignedTo,
    /// What the host keeps beside it.
    CustomFields,
}

impl TicketField {
    /// Every field that can be changed.
    pub const ALL: &'static [Self] = &[
        Self::Subject,
        Self::Status,
        Self::Priority,
        Self::Category,
        Self::Tags,
        Self::AssignedTo,
        Self::CustomFields,
    ];

    /// The field's name in commands and in the history.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Category => "category",
            Self::Tags => "tags",
            Self::AssignedTo => "assigned_to",
            Self::CustomFields => "custom_fields",
        }
    }
}

impl TicketChange {
    /// The fields that are to change.
    pub fn fields(&self) -> Vec<TicketField> {
        let Self { subject, status, priority, category, tags, assigned_to, custom_fields } = self;
        let given = [
            (TicketField::Subject, subject.is_some()),
            (TicketField::Status, status.is_some()),
            (TicketField::Priority, priority.is_some()),
            (TicketField::Category, category.is_some()),
            (TicketField::Tags, tags.is_some()),
            (TicketField::AssignedTo, assigned_to.is_some()),
            (TicketField::CustomFields, custom_fields.is_some()),
        ];
        given.into_iter().filter_map(|(field, given)| given.then_some(field)).collect()
    }
}

/// Who is to read a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "callers build it")]
pub enum ReplyKind {
    /// The customer and staff.
    Public,
    /// Staff alone.
    Internal,
}

/// A reply or a note to write.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct NewReply {
    /// What it says.
    pub message: Body,
    /// Who is to read it; the customer and staff if nothing is said. For staff, also to say nothing new.
    pub kind: Option<ReplyKind>,
    /// Where the ticket stands with it. For staff.
    pub status: Option<TicketStatus>,
}

impl NewReply {
    /// A public reply.
    pub const fn new(message: Body) -> Self {
        Self { message, kind: None, status: None }
    }

    /// A note for staff alone.
    pub const fn note(message: Body) -> Self {
        Self { message, kind: Some(ReplyKind::Internal), status: None }
    }
}

/// What a reply led to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Replied {
    /// The entry of the ticket's thread.
    pub entry: ThreadEntry,
    /// The ticket as it stands now.
    pub ticket: Ticket,
    /// The ticket that the reply opened, because this one was closed too long ago. Its description is the reply; the
    /// entry then says so.
    pub follow_up: Option<Ticket>,
}

/// A chat with all its messages.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Transcript {
    /// The chat.
    pub session: Session,
    /// All messages, ascending.
    pub messages: Vec<Message>,
}
