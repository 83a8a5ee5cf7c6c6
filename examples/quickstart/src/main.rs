//! A support desk in memory: guests chat with the bot, and whoever has a token opens tickets.

use axum::Router;
use support_core::{
    SupportDesk,
    bot::RuleBot,
    memory::MemoryStore,
    time::{IdGenerator as _, SystemIds},
};
use support_http_axum::{JwtAuthenticator, Server, SupportRouter};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let desk = SupportDesk::builder(MemoryStore::default()).bot(RuleBot::default()).build();

    // Your application signs its users' tokens with a secret of its own; this one is for this run.
    let secret = SystemIds::default().secret()?.map(|byte| format!("{byte:02x}")).concat();
    let users = JwtAuthenticator::hs256(secret.as_bytes())?;
    let app = Router::new().nest("/help", SupportRouter::new(desk).authenticator(users).build());

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("{}", hint(&secret));
    let ctrl_c = async { drop(tokio::signal::ctrl_c().await) };
    Server::new(listener, app).run_until(ctrl_c).await;
    Ok(())
}

fn hint(secret: &str) -> String {
    format!(
        r#"Ask the bot as a guest. Send the `session_token` back as `X-Support-Session-Token` to go on:

  curl http://127.0.0.1:3000/help/chat/bot \
    --json '{{"message": "How much do your plans cost?",
             "guest_email": "ann@example.org", "guest_phone": "+1 212 555 0100"}}'

Open a ticket as a user:

  TOKEN=$(SUPPORT_JWT_SECRET={secret} \
    cargo run -q -p support-server -- token --sub ann)
  curl http://127.0.0.1:3000/help/support/tickets -H "Authorization: Bearer $TOKEN" \
    --json '{{"subject": "Payment failed", "description": "My card was refused."}}'
"#
    )
}
