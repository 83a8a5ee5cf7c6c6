//! Following a chat: a stream that is opened again behind the last event, whatever cut it.

use std::time::Duration;

use http_body_util::BodyExt as _;
use serde_json::Value;

use crate::api::{Api, Failure};

/// Prints what happens in a chat, for ever.
pub(crate) async fn follow(api: Api, chat: String) {
    let mut last_id = None;
    let mut pause = Duration::from_millis(250);
    loop {
        match follow_once(&api, &chat, &mut last_id).await {
            Ok(()) => pause = Duration::from_millis(250),
            Err(error) => {
                eprintln!("! {error}; trying again");
                pause = (pause * 2).min(Duration::from_secs(30));
            }
        }
        tokio::time::sleep(pause).await;
    }
}

async fn follow_once(api: &Api, chat: &str, last_id: &mut Option<String>) -> Result<(), Failure> {
    let mut body = api.events(last_id.as_deref()).await?.into_body();
    let mut pending = Vec::new();
    // Nothing for 45 seconds, though the server speaks every 15: the line is dead.
    while let Some(frame) = tokio::time::timeout(Duration::from_secs(45), body.frame()).await? {
        if let Ok(bytes) = frame?.into_data() {
            pending.extend_from_slice(&bytes);
        }
        while let Some(end) = pending.windows(2).position(|window| window == b"\n\n") {
            let block = String::from_utf8(pending.drain(..end + 2).collect())?;
            take(&block, chat, last_id)?;
        }
    }
    Ok(())
}

/// One block of the stream: an event, or a comment with the place the stream has come to.
fn take(block: &str, chat: &str, last_id: &mut Option<String>) -> Result<(), Failure> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
    if let Some(id) = field("id: ") {
        *last_id = Some(id.to_owned());
    }
    let (Some(kind), Some(data)) = (field("event: "), field("data: ")) else { return Ok(()) };
    let data: Value = serde_json::from_str(data)?;
    let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
    match kind {
        "message_created" if data["session_id"] == chat => {
            let name = data["sender_name"].as_str().map_or_else(|| text("sender_type"), str::to_owned);
            println!("{name}: {}", text("message"));
        }
        "typing" if data["session_id"] == chat && data["typing"] == true => {
            println!("  … {} is typing", data["name"].as_str().unwrap_or(&text("kind")));
        }
        "session_updated" if data["id"] == chat => println!("  ({})", text("status")),
        "reset" => println!("  (away for too long: read the chat anew)"),
        "denied" => return Err(text("title").into()),
        _ => {}
    }
    Ok(())
}
