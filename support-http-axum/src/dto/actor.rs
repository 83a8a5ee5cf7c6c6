//! Who did something.

use serde::Serialize;
use support_core::person::{Actor, ActorKind};

/// Who did something, as they were called then. Guests, the bot and the system have no id.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Actor)]
pub(crate) struct ActorView {
    #[schema(required)]
    id: Option<String>,
    #[schema(required)]
    name: Option<String>,
    #[schema(value_type = ActorKindView)]
    kind: ActorKind,
}

/// In which role somebody did something.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = ActorKind, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes `ActorKind`")]
pub(crate) enum ActorKindView {
    Customer,
    Agent,
    Bot,
    System,
}

impl From<Actor> for ActorView {
    fn from(actor: Actor) -> Self {
        Self { id: actor.id.map(Into::into), name: actor.name, kind: actor.kind }
    }
}
