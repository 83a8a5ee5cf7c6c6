//! To whom something is given.

use serde_json::Value;
use support_core::{access::Principal, desk::Assign, id::UserId, text::Rejection, ticket::AssigneeFilter};

use crate::extract::{Fields, Read};

const FIELD: &str = "assigned_to";

/// To whom something is given.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Assignment)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes what `Read for Assign` takes")]
pub(crate) struct AssignmentBody {
    /// An agent's id, `me`, or `null` for nobody; for a chat also `bot`, which gives it back to the bot.
    #[schema(required, min_length = 1, max_length = 128)]
    assigned_to: Option<String>,
}

impl Read for Assign {
    fn read(fields: &mut Fields) -> Option<Self> {
        if !fields.contains(FIELD) {
            fields.refuse(FIELD, &Rejection::Required);
        }
        assigned_to(fields)
    }
}

/// Who answers a chat from now on.
pub(crate) enum Owner {
    /// The bot again.
    Bot,
    /// An agent, or whoever takes it from the queue.
    Human(Assign),
}

impl Read for Owner {
    fn read(fields: &mut Fields) -> Option<Self> {
        if !fields.contains(FIELD) {
            fields.refuse(FIELD, &Rejection::Required);
        }
        match fields.raw(FIELD)? {
            Value::String(id) if id == "bot" => Some(Self::Bot),
            value => assign(value, fields).map(Self::Human),
        }
    }
}

/// Takes `assigned_to` out, where `null` means nobody and is not the same as absent.
pub(crate) fn assigned_to(fields: &mut Fields) -> Option<Assign> {
    let value = fields.raw(FIELD)?;
    assign(value, fields)
}

fn assign(value: Value, fields: &mut Fields) -> Option<Assign> {
    match value {
        Value::Null => Some(Assign::Nobody),
        Value::String(id) if id == "me" => Some(Assign::Me),
        Value::String(id) => {
            UserId::parse(id).map(Assign::Agent).map_err(|rejection| fields.refuse(FIELD, &rejection)).ok()
        }
        _ => {
            fields.refuse_type(FIELD, "a string or null");
            None
        }
    }
}

/// Reads whose work a list shows: an agent's id, `me`, or `none` for nobody's.
pub(crate) fn assignee_filter(text: String, principal: &Principal) -> Result<AssigneeFilter, Rejection> {
    match text.as_str() {
        "none" => Ok(AssigneeFilter::Nobody),
        "me" => {
            let me = principal.person().map(|person| AssigneeFilter::Agent(person.id.clone()));
            me.ok_or(Rejection::Unknown)
        }
        _ => UserId::parse(text).map(AssigneeFilter::Agent),
    }
}
