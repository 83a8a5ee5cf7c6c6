//! `/support`.

mod agents;
mod change;
mod events;
mod history;
mod presence;
mod replies;
mod stats;
mod tickets;
mod transcript;

use support_core::{
    access::{Action, Identity, Principal},
    desk::Target,
    ticket::TicketKey,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{extract, problem::Problem, state::AppState};

/// All routes below `/support`.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(tickets::list_tickets, tickets::create_ticket))
        .routes(routes!(tickets::find_ticket, change::update_ticket))
        .routes(routes!(replies::list_replies, replies::create_reply))
        .routes(routes!(change::close_ticket))
        .routes(routes!(change::reopen_ticket))
        .routes(routes!(change::assign_ticket))
        .routes(routes!(history::list_ticket_history))
        .routes(routes!(transcript::find_ticket_transcript))
        .routes(routes!(stats::find_ticket_stats))
        .routes(routes!(presence::show_typing_on_ticket))
        .routes(routes!(presence::show_presence_on_ticket))
        .routes(routes!(agents::list_agents))
        .routes(routes!(agents::set_availability))
        .routes(routes!(events::follow_tickets))
}

/// The ticket that a path names. A guest is refused whatever it names: nothing here is for them.
async fn ticket_key(app: &AppState, principal: &Principal, text: &str) -> Result<TicketKey, Problem> {
    let key = extract::ticket_key(text);
    if key.is_err() && matches!(principal.identity, Identity::Guest { .. }) {
        app.desk.authorize(principal, Action::ReadTicket, Target::Desk).await?;
    }
    key
}
