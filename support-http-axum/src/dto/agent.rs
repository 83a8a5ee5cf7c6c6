//! Agents as staff see them.

use serde::Serialize;
use support_core::{desk::AgentOverview, person::Availability};

use crate::extract::{Fields, Read};

/// All agents, in the directory's order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = AgentList)]
pub(crate) struct AgentListView {
    items: Vec<AgentView>,
}

/// An agent and what they have in hand.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Agent)]
pub(crate) struct AgentView {
    id: String,
    name: String,
    #[schema(value_type = AvailabilityView)]
    availability: Availability,
    /// Their tickets that are neither resolved nor closed.
    open_tickets: u64,
    active_chats: u64,
}

/// Whether an agent takes conversations now.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Availability, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `Availability`")]
pub(crate) enum AvailabilityView {
    Online,
    Away,
    Busy,
}

/// Whether the caller takes conversations now.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewAvailability)]
pub(crate) struct AvailabilityBody {
    #[schema(value_type = AvailabilityView)]
    pub(crate) availability: Availability,
}

impl Read for AvailabilityBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let availability = fields.required("availability", |text| text.parse())?;
        Some(Self { availability })
    }
}

impl From<Vec<AgentOverview>> for AgentListView {
    fn from(agents: Vec<AgentOverview>) -> Self {
        Self { items: agents.into_iter().map(Into::into).collect() }
    }
}

impl From<AgentOverview> for AgentView {
    fn from(overview: AgentOverview) -> Self {
        let AgentOverview { agent, load, .. } = overview;
        Self {
            id: agent.id.into(),
            name: agent.name,
            availability: agent.availability,
            open_tickets: load.open_tickets,
            active_chats: load.active_chats,
        }
    }
}
