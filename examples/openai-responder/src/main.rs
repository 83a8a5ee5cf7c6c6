//! Talks to a desk whose bot has a language model behind it, in the terminal; see `README.md` beside this.
//!
//! ```sh
//! OPENAI_BASE_URL=http://127.0.0.1:11434/v1 OPENAI_MODEL=llama3.2 cargo run -p openai-responder -- help/*.md
//! ```
//!
//! Each file is a passage. Every line that is typed is a customer's message; what is printed is what the customer
//! sees, and below it what came of the model if it was asked.

use std::{error::Error, fs, path::Path};

use openai_responder::{OpenAiResponder, Settings};
use support_core::{
    SupportDesk,
    access::Principal,
    bot::RuleBot,
    desk::chat::{NewMessage, NewSession},
    id::{SessionId, TenantId, UserId},
    memory::MemoryStore,
    message::{Message, SenderKind},
    person::Person,
    responder::{Passage, Passages},
    store::Store as _,
    text::Body,
};
use tokio::io::{AsyncBufReadExt as _, BufReader, stdin};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let passages: Vec<Passage> = std::env::args().skip(1).map(passage).collect::<Result<_, _>>()?;
    if passages.is_empty() {
        return Err("name at least one file with a passage of your help pages".into());
    }
    let responder = OpenAiResponder::new(Settings::from_env()?)?;
    let store = MemoryStore::new();
    let bot = RuleBot::with_default_knowledge_base();
    let desk =
        SupportDesk::builder(store.clone()).bot(bot).responder(responder, Passages::new(passages)).build();
    let customer = Principal::user(Person::new(UserId::parse("you")?).named("You"));
    let id = desk.start_session(&customer, &NewSession::default(), None).await?.view.session.id;
    let mut shown = show(&desk, &store, &customer, id, 0).await?;
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let Ok(text) = Body::parse(&line) else { continue };
        desk.send_message(&customer, id, &NewMessage::new(text), None).await?;
        shown = show(&desk, &store, &customer, id, shown).await?;
    }
    Ok(())
}

fn passage(path: String) -> Result<Passage, String> {
    let text = fs::read_to_string(Path::new(&path)).map_err(|error| format!("{path}: {error}"))?;
    Ok(Passage::new(path, text))
}

/// Prints what was said since `after`, and returns the place of the last of it.
async fn show(
    desk: &SupportDesk,
    store: &MemoryStore,
    customer: &Principal,
    id: SessionId,
    after: u64,
) -> Result<u64, Box<dyn Error>> {
    let mut last = after;
    for message in desk.session_transcript(customer, id).await?.messages {
        if message.seq <= after {
            continue;
        }
        last = message.seq;
        if message.sender.kind != SenderKind::User {
            println!("{}> {}", message.sender.kind.as_str(), message.body);
            if let Some(outcome) = outcome(store, &message).await? {
                println!("     ({outcome})");
            }
        }
    }
    Ok(last)
}

/// What came of the model, from the trace, which only staff may see.
async fn outcome(store: &MemoryStore, message: &Message) -> Result<Option<String>, Box<dyn Error>> {
    let mut tx = store.begin_read(&TenantId::default()).await?;
    let record = tx.bot_log().find_trace(message.session_id, message.seq).await?;
    Ok(record.and_then(|record| record.trace.0.get("12_responder").map(ToString::to_string)))
}
