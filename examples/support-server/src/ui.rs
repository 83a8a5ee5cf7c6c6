//! The web pages.

use axum::Router;
use support_core::SupportDesk;
use support_http_axum::SupportUi;

use crate::{demo, home};

/// Where agents work.
pub(crate) const AGENTS: &str = "/support";

/// Where customers see their own tickets.
pub(crate) const CUSTOMERS: &str = "/my-tickets";

/// The script that a site embeds.
pub(crate) const WIDGET: &str = "/widget.js";

/// The pages of the desk, the widget and the home page that has it; with a way to sign in if there is a demo.
pub(crate) fn routes(desk: &SupportDesk, is_demo: Demo) -> Router {
    let ui = SupportUi::new().api("../api/v1");
    let ui = match is_demo {
        Demo::On => ui.name(demo::NAME).sign_in(demo::SIGN_IN),
        Demo::Off => ui,
    };
    Router::new()
        .nest_service(AGENTS, ui.build_agents::<()>())
        .nest_service(CUSTOMERS, ui.build_customers::<()>())
        .merge(ui.api("./api/v1").build_widget::<()>(desk))
        .merge(home::routes(is_demo))
}

/// Whether there is a demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demo {
    On,
    Off,
}
