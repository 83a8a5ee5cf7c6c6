//! The web pages.

use axum::Router;
use support_http_axum::SupportUi;

use crate::demo;

/// Where agents work.
pub(crate) const AGENTS: &str = "/support";

/// Where customers see their own tickets.
pub(crate) const CUSTOMERS: &str = "/my-tickets";

/// The pages of the desk; with a way to sign in if there is a demo.
pub(crate) fn routes(is_demo: Demo) -> Router {
    let ui = SupportUi::new().api("../api/v1");
    let ui = match is_demo {
        Demo::On => ui.name(demo::NAME).sign_in(demo::SIGN_IN),
        Demo::Off => ui,
    };
    Router::new()
        .nest_service(AGENTS, ui.build_agents::<()>())
        .nest_service(CUSTOMERS, ui.build_customers::<()>())
}

/// Whether there is a demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demo {
    On,
    Off,
}
