//! Chat sessions as clients send and see them.

use serde::Serialize;
use support_core::{
    FieldError, SupportDesk,
    access::Principal,
    chat::{Customer, GuestContact, LastMessage, Owner, Session, SessionStatus, SessionView as Viewed},
    desk::chat::{NewSession, StartedSession},
    message::SenderKind,
    text::{Rejection, Subject},
};
use uuid::Uuid;

use super::{message::SenderTypeView, moment};
use crate::extract::Fields;

/// A chat session.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionView {
    id: Uuid,
    #[schema(value_type = SessionStatusView)]
    status: SessionStatus,
    #[schema(value_type = OwnerView)]
    owner: Owner,
    #[schema(required)]
    user_id: Option<String>,
    #[schema(required)]
    guest_name: Option<String>,
    #[schema(required)]
    guest_email: Option<String>,
    #[schema(required)]
    guest_phone: Option<String>,
    #[schema(required)]
    subject: Option<String>,
    #[schema(required)]
    category: Option<String>,
    #[schema(required)]
    assigned_to: Option<String>,
    #[schema(required)]
    assigned_name: Option<String>,
    #[schema(required, minimum = 1, maximum = 5)]
    rating: Option<u8>,
    #[schema(required)]
    feedback: Option<String>,
    unread_count: u64,
    last_seq: u64,
    #[schema(required)]
    last_message: Option<LastMessageView>,
    #[schema(required)]
    ticket_id: Option<Uuid>,
    #[schema(minimum = 1)]
    version: u64,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[schema(required, format = DateTime)]
    closed_at: Option<String>,
    #[serde(flatten)]
    details: Option<DetailsView>,
}

/// What only staff see of a session.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = SessionDetails)]
pub(crate) struct DetailsView {
    /// What the customer is called and how they are written to, of one whom the host knows.
    user_name: Option<String>,
    user_email: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    #[schema(value_type = Option<Object>)]
    metadata: serde_json::Value,
}

/// A session that was just begun.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = StartedSession)]
pub(crate) struct StartedView {
    #[serde(flatten)]
    session: SessionView,
    /// The guest's secret, shown this once; absent for people the host knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<String>,
}

/// The last message of a session.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = LastMessage)]
pub(crate) struct LastMessageView {
    #[schema(value_type = SenderTypeView)]
    sender_type: SenderKind,
    #[schema(max_length = 120)]
    preview: String,
    #[schema(format = DateTime)]
    created_at: String,
}

/// Whether a session goes on.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = SessionStatus, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `SessionStatus`")]
pub(crate) enum SessionStatusView {
    Active,
    Closed,
    Archived,
}

/// Who answers in a session.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Owner, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `Owner`")]
pub(crate) enum OwnerView {
    Bot,
    Queue,
    Agent,
}

impl From<LastMessage> for LastMessageView {
    fn from(last: LastMessage) -> Self {
        Self { sender_type: last.sender_type, preview: last.preview, created_at: moment(last.created_at) }
    }
}

impl SessionView {
    /// The session as this caller sees it.
    pub(crate) fn new(desk: &SupportDesk, principal: &Principal, viewed: Viewed) -> Self {
        let details = desk.sees_details(principal, &viewed.session);
        let details = details.then(|| DetailsView::from(&viewed.session));
        Self::with(viewed, details)
    }

    /// The session with what only staff see of it, or without.
    pub(crate) fn with(viewed: Viewed, details: Option<DetailsView>) -> Self {
        let Viewed { session, unread_count } = viewed;
        let (user_id, contact) = match session.customer {
            Customer::User(person) => (Some(person.id.into()), Default::default()),
            Customer::Guest(contact) => (None, contact),
        };
        let (assigned_to, assigned_name) =
            session.assignee.map(|assignee| (assignee.id.into(), assignee.name)).unzip();
        Self {
            id: session.id.as_uuid(),
            status: session.status,
            owner: session.owner,
            user_id,
            guest_name: contact.name.map(Into::into),
            guest_email: contact.email.map(Into::into),
            guest_phone: contact.phone.map(Into::into),
            subject: session.subject.map(Into::into),
            category: session.category.map(Into::into),
            assigned_to,
            assigned_name,
            rating: session.rating.map(Into::into),
            feedback: session.feedback.map(Into::into),
            unread_count,
            last_seq: session.last_seq,
            last_message: session.last_message.map(Into::into),
            ticket_id: session.ticket_id.map(|id| id.as_uuid()),
            version: session.version,
            created_at: moment(session.created_at),
            updated_at: moment(session.updated_at),
            closed_at: session.closed_at.map(moment),
            details,
        }
    }

    pub(crate) const fn id(&self) -> Uuid {
        self.id
    }

    /// A session that was just begun, with the guest's secret.
    pub(crate) fn started(desk: &SupportDesk, principal: &Principal, started: StartedSession) -> StartedView {
        let StartedSession { view, token, .. } = started;
        let session_token = token.map(|token| token.reveal().to_owned());
        StartedView { session: Self::new(desk, principal, view), session_token }
    }
}

impl From<&Session> for DetailsView {
    fn from(session: &Session) -> Self {
        let (user_name, user_email) = match &session.customer {
            Customer::User(person) => (person.name.clone(), person.email.clone()),
            Customer::Guest(_) => (None, None),
        };
        Self {
            user_name,
            user_email,
            ip_address: session.ip_address.map(|address| address.to_string()),
            user_agent: session.user_agent.clone(),
            metadata: session.metadata.as_map().clone().into(),
        }
    }
}

/// A chat to begin.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewSession)]
#[expect(dead_code, reason = "describes what `new_session` takes")]
pub(crate) struct NewSessionBody {
    #[schema(max_length = 255)]
    subject: Option<String>,
    #[schema(max_length = 120)]
    guest_name: Option<String>,
    #[schema(max_length = 254, example = "ann@example.org")]
    guest_email: Option<String>,
    #[schema(max_length = 32, example = "+34 600 123 456")]
    guest_phone: Option<String>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<serde_json::Value>,
}

/// Reads a chat to begin. Which contact fields a caller must or may give is the desk's to say.
pub(crate) fn new_session(
    fields: &mut Fields,
    desk: &SupportDesk,
    principal: &Principal,
) -> Option<NewSession> {
    let subject = fields.optional("subject", Subject::parse);
    let metadata = fields.object("metadata").unwrap_or_default();
    let contact = contact_for(fields, desk, principal);
    Some(NewSession { subject, contact, metadata, ip_address: None, user_agent: None })
}

/// Reads what a caller who begins a chat says of themselves; names what is missing or has no place there.
pub(crate) fn contact_for(fields: &mut Fields, desk: &SupportDesk, principal: &Principal) -> GuestContact {
    let given = ["guest_name", "guest_email", "guest_phone"].map(|field| fields.has(field).then_some(field));
    let (contact, wrong) = guest_contact(fields);
    let mut missing = desk.contact_errors(principal, &contact);
    // A field that cannot be read is not missing too.
    missing.retain(|missing| {
        missing.rejection != Rejection::Required || !given.contains(&Some(missing.field.as_str()))
    });
    fields.refuse_all(&wrong);
    fields.refuse_all(&missing);
    contact
}

/// Reads what a guest says of themselves, and what of it cannot be read.
pub(crate) fn guest_contact(fields: &mut Fields) -> (GuestContact, Vec<FieldError>) {
    let [name, email, phone] = ["guest_name", "guest_email", "guest_phone"].map(|field| fields.text(field));
    GuestContact::parse(name.as_deref(), email.as_deref(), phone.as_deref())
}
