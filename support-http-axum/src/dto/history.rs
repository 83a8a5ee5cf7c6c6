//! What changed on a ticket, as staff see it.

use serde::Serialize;
use support_core::ticket::HistoryChange;

use super::{actor::ActorView, moment};

/// One change of one field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = HistoryChange)]
pub(crate) struct HistoryView {
    #[schema(format = DateTime)]
    at: String,
    actor: ActorView,
    #[schema(example = "status")]
    field: String,
    /// What it was; `null` if it was unset.
    #[schema(value_type = Value)]
    old: serde_json::Value,
    /// What it became; `null` if it was cleared.
    #[schema(value_type = Value)]
    new: serde_json::Value,
}

impl From<HistoryChange> for HistoryView {
    fn from(change: HistoryChange) -> Self {
        Self {
            at: moment(change.at),
            actor: change.actor.into(),
            field: change.field,
            old: change.old,
            new: change.new,
        }
    }
}
