//! A whole chat, as JSON or as text.

use std::fmt::Write as _;

use chrono::SecondsFormat;
use serde::Serialize;
use support_core::{
    chat::Session,
    desk::ticket::Transcript,
    message::{Message, SenderKind},
    time::Timestamp,
};

use super::{message::MessageView, session::SessionView};

/// A chat with all its messages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Transcript)]
pub(crate) struct TranscriptView {
    session: SessionView,
    /// Ascending by `seq`.
    messages: Vec<MessageView>,
}

impl TranscriptView {
    /// The chat as this caller sees it.
    pub(crate) fn new(session: SessionView, messages: Vec<Message>) -> Self {
        Self { session, messages: messages.into_iter().map(Into::into).collect() }
    }
}

/// The chat for people to read: what it is about, and each message with its moment and who wrote it.
pub(crate) fn text(transcript: &Transcript) -> String {
    let mut text = String::new();
    let Session { id, subject, created_at, .. } = &transcript.session;
    // Writing to a string cannot fail.
    let _ = writeln!(text, "Chat {id}");
    if let Some(subject) = subject {
        let _ = writeln!(text, "Subject: {subject}");
    }
    let _ = writeln!(text, "Began: {}", seconds(*created_at));
    for message in &transcript.messages {
        let _ = write!(text, "\n[{}] {}:", seconds(message.created_at), sender(message));
        // Further lines are indented, so that no message can be taken for two.
        let mut lines = message.body.as_str().split(['\n', '\u{2028}', '\u{2029}']);
        let _ = writeln!(text, " {}", lines.next().unwrap_or_default());
        for line in lines {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

/// A moment as people read it.
fn seconds(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Who wrote a message: the role always, since anybody can call themselves anything.
fn sender(message: &Message) -> String {
    let role = match message.sender.kind {
        SenderKind::User => "customer",
        SenderKind::Admin => "agent",
        SenderKind::Bot => "bot",
        SenderKind::System => "system",
    };
    match &message.sender.name {
        Some(name) => format!("{name} ({role})"),
        None => role.to_owned(),
    }
}
