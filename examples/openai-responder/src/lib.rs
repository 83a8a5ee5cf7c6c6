//! A [`Responder`](support_core::responder::Responder) that asks a language model behind an OpenAI-compatible
//! endpoint: `POST {base}/chat/completions`, streamed.
//!
//! It works with OpenAI's own service and with any server that speaks the same (llama.cpp, Ollama, vLLM, LiteLLM, …).
//! The desk asks it only for what its bot misses, and shows a customer nothing that the passages do not hold; see
//! [`support_core::responder`]. What is done here:
//!
//! - The model is told what it is for, gets passages and question as data, and no tools.
//! - The stream is read as it comes and given up when the desk refuses what is in it; that ends the request, so that
//!   no more is generated or paid for.
//! - A stream that is not one, breaks off, is over its size or stalls is an error. Nothing is tried twice: a customer
//!   waits, and the bot has an answer of its own.
//! - No redirect is followed: the key goes to the host that it was given for, and nowhere else.
//!
//! ```no_run
//! use openai_responder::{OpenAiResponder, Settings};
//! use support_core::{
//!     SupportDesk,
//!     bot::RuleBot,
//!     memory::MemoryStore,
//!     responder::{Passage, Passages},
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let help = Passages::new([Passage::new("backups", "Backups are made every night and kept for 14 days.")]);
//! let desk = SupportDesk::builder(MemoryStore::new())
//!     .bot(RuleBot::with_default_knowledge_base())
//!     .responder(OpenAiResponder::new(Settings::from_env()?)?, help)
//!     .build();
//! # drop(desk);
//! # Ok(())
//! # }
//! ```

mod answer;
mod events;
mod prompt;
mod responder;
mod settings;

pub use self::{
    responder::OpenAiResponder,
    settings::{Settings, SettingsError},
};
