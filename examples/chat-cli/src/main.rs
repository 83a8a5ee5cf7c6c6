//! A chat in a terminal: the shortest client that loses nothing.
//!
//! ```sh
//! cargo run -p support-server                                     # and keep the secret: SUPPORT_JWT_SECRET=…
//! cargo run -p chat-cli                                           # a guest; prints the chat's id
//! cargo run -p chat-cli -- --chat ID --token "$(cargo run -p support-server -- token --sub ada --name Ada --admin)"
//! ```
//!
//! A line is a message; `/typing` tells the other side that one is being written. Stop the server and start it again:
//! what was said meanwhile arrives, once.

mod api;
mod follow;

use clap::Parser;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::api::{Api, Failure};

#[derive(Debug, Parser)]
struct Args {
    /// Where the desk is mounted.
    #[arg(long, default_value = "http://127.0.0.1:3000/api/v1")]
    url: String,
    /// The chat to take part in; a new one without.
    #[arg(long)]
    chat: Option<String>,
    /// A bearer token; without one, a guest.
    #[arg(long)]
    token: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let Args { url, chat, token } = Args::parse();
    let mut api = Api::new(&url);
    if let Some(token) = token {
        api = api.with("authorization", format!("Bearer {token}"));
    }
    let chat = match chat {
        Some(chat) => chat,
        None => {
            let contact = json!({ "guest_email": "guest@example.org", "guest_phone": "+34 600 123 456" });
            let begun = api.post("/chat/sessions", &contact).await?;
            if let Some(token) = begun["session_token"].as_str() {
                api = api.with("x-support-session-token", token.to_owned());
            }
            begun["id"].as_str().ok_or("a chat has an id")?.to_owned()
        }
    };
    println!("chat {chat}");
    let following = tokio::spawn(follow::follow(api.clone(), chat.clone()));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let said = match line.trim() {
            "" => continue,
            "/typing" => api.post(&format!("/chat/sessions/{chat}/typing"), &json!({ "typing": true })).await,
            text => api.post(&format!("/chat/sessions/{chat}/messages"), &json!({ "message": text })).await,
        };
        if let Err(error) = said {
            eprintln!("! {error}");
        }
    }
    following.abort();
    Ok(())
}
