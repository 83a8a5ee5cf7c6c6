//! Changes to a ticket.

use support_core::{
    desk::ticket::{TicketChange, TicketField},
    text::{Category, Subject},
};

use super::{PriorityView, TagText, TicketStatusView, new::tags};
use crate::{
    dto::assign::assigned_to,
    extract::{Fields, Read},
};

/// What is to change of a ticket; a field that is absent, `null` or blank stays as it is. Customers may set `priority`.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = TicketChange)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `Read for TicketChange` takes")]
pub(crate) struct TicketChangeBody {
    #[schema(max_length = 255)]
    subject: Option<String>,
    status: Option<TicketStatusView>,
    priority: Option<PriorityView>,
    #[schema(max_length = 50, pattern = "^[a-z0-9_-]*$", example = "billing")]
    category: Option<String>,
    /// All the labels.
    #[schema(max_items = 20)]
    tags: Option<Vec<TagText>>,
    /// An agent's id, `me`, or `null` for nobody.
    #[schema(max_length = 128)]
    assigned_to: Option<String>,
    /// All the fields; at most 16 KiB and 8 levels.
    #[schema(value_type = Option<Object>)]
    custom_fields: Option<serde_json::Value>,
}

const ASSIGNED_TO: &str = TicketField::AssignedTo.as_str();

impl Read for TicketChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let assigned_to = match changes(fields, TicketField::AssignedTo) {
            true => assigned_to(fields),
            false => fields.raw(ASSIGNED_TO).and(None),
        };
        Some(Self {
            subject: fields.optional("subject", Subject::parse),
            status: fields.optional("status", |text| text.parse()),
            priority: fields.optional("priority", |text| text.parse()),
            category: fields.optional("category", Category::parse).map(Some),
            tags: tags(fields),
            assigned_to,
            custom_fields: fields.object("custom_fields"),
        })
    }
}

/// Which fields a body changes, whatever it changes them to.
pub(crate) fn changed_fields(fields: &Fields) -> Vec<TicketField> {
    TicketField::ALL.iter().copied().filter(|field| changes(fields, *field)).collect()
}

/// Whether a body changes a field. `null` says nothing, except that a ticket is nobody's.
fn changes(fields: &Fields, field: TicketField) -> bool {
    fields.has(field.as_str()) || (field == TicketField::AssignedTo && fields.is_null(ASSIGNED_TO))
}
