//! Small records that stores keep beside the domain's own.

use serde::{Deserialize, Serialize};

use crate::{
    access::Principal,
    bot::{Decision, HandoffReason, Trace},
    id::{SessionId, UnansweredId, UserId},
    message::AnswerFeedback,
    person::{Person, codes},
    text::{Body, Category, IdempotencyKey},
    time::Timestamp,
};

/// The first answer to a request that must not be carried out twice.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct IdempotencyRecord {
    /// Who asked: [`Principal::key`](crate::access::Principal::key).
    pub actor: String,
    /// The use case and the object it was asked about.
    pub operation: String,
    /// The client's key.
    pub key: IdempotencyKey,
    /// SHA-256 of the request.
    pub fingerprint: [u8; 32],
    /// What the use case returned.
    pub outcome: serde_json::Value,
    /// When.
    pub created_at: Timestamp,
}

/// Why the bot said what it said.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct TraceRecord {
    /// The session.
    pub session_id: SessionId,
    /// The bot's message.
    pub seq: u64,
    /// Why.
    pub trace: Trace,
    /// When.
    pub created_at: Timestamp,
}

/// What became of a message to the bot, or of a wish for a human: what figures about the bot are counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct AnswerRecord {
    /// The session.
    pub session_id: SessionId,
    /// The bot's message; for a wish that came by a click, the desk's own message that follows it.
    pub seq: u64,
    /// How the bot decided.
    pub decision: Decision,
    /// What it took the customer's message to be about.
    pub category: Option<Category>,
    /// What it asked the customer to choose among.
    pub offered: Vec<Category>,
    /// Why it handed over; set exactly when that is the decision.
    pub handoff: Option<HandoffReason>,
    /// Whether it helped, if the customer said so.
    pub feedback: Option<AnswerFeedback>,
    /// When.
    pub created_at: Timestamp,
}

/// A message that the bot had no answer to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct UnansweredQuestion {
    /// Its id.
    pub id: UnansweredId,
    /// The session.
    pub session_id: SessionId,
    /// The customer's message.
    pub seq: u64,
    /// The text in the form of [`search::normalize`](crate::search::normalize), for grouping.
    pub normalized: String,
    /// When.
    pub created_at: Timestamp,
}

impl UnansweredQuestion {
    /// Of how many characters the text of a group is at most.
    pub const MAX_GROUP_TEXT: usize = 200;

    /// What it is grouped by: the text, or the beginning of a long one.
    pub fn group_text(&self) -> String {
        self.normalized.chars().take(Self::MAX_GROUP_TEXT).collect()
    }
}

/// Messages that say the same, and that the bot had no answer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct UnansweredGroup {
    /// Its id.
    pub id: UnansweredId,
    /// What they say: [`UnansweredQuestion::group_text`].
    pub text: String,
    /// How many of them are kept.
    pub count: u64,
    /// When it was first asked.
    pub first_seen_at: Timestamp,
    /// When it was last asked.
    pub last_seen_at: Timestamp,
    /// The last of them as it was written; `None` if it is not kept any more.
    pub sample: Option<UnansweredSample>,
}

/// A message that the bot had no answer to, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct UnansweredSample {
    /// The session.
    pub session_id: SessionId,
    /// The customer's message.
    pub seq: u64,
    /// What it says.
    pub message: Body,
}

/// An order of groups of unanswered questions; whatever was asked more often, or later, comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "stores answer for each")]
pub enum UnansweredSort {
    /// By how often it was asked.
    #[default]
    Count,
    /// By when it was asked last.
    Recent,
}

codes!(UnansweredSort { Count => "count", Recent => "recent" });

/// What an agent has in hand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct AgentLoad {
    /// Tickets that are neither resolved nor closed.
    pub open_tickets: u64,
    /// Sessions that go on.
    pub active_chats: u64,
}

/// How personal data names its person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "stores match on it")]
pub enum PersonKey {
    /// Somebody the host knows.
    User(UserId),
    /// The guest of one session. The same e-mail twice is two strangers (S-19).
    Guest(SessionId),
}

impl PersonKey {
    /// Under which names the person's first answers are kept: [`IdempotencyRecord::actor`].
    pub fn actor_keys(&self) -> Vec<String> {
        let principals = match self {
            Self::Guest(session) => vec![Principal::guest(*session)],
            Self::User(id) => {
                let person = Person::new(id.clone());
                vec![Principal::user(person.clone()), Principal::agent(person)]
            }
        };
        principals.iter().filter_map(Principal::key).collect()
    }
}

/// Everything the desk keeps about one person, as JSON for people to read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct PersonExport {
    /// Tickets they opened, each with its public thread.
    pub tickets: Vec<serde_json::Value>,
    /// Sessions they held, each with its messages.
    pub sessions: Vec<serde_json::Value>,
    /// Entries and messages they wrote elsewhere, as staff.
    pub written: Vec<serde_json::Value>,
    /// Their record as an agent.
    pub agent: Option<serde_json::Value>,
}

/// What an erasure removed or made anonymous.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct ErasureCounts {
    /// Tickets removed, with their threads and histories.
    pub tickets: u64,
    /// Thread entries removed with them.
    pub entries: u64,
    /// Sessions removed.
    pub sessions: u64,
    /// Messages removed with them.
    pub messages: u64,
    /// Traces, unanswered questions and records of answers removed.
    pub bot_log: u64,
    /// Events removed.
    pub events: u64,
    /// Events removed that a hook did not take.
    pub dead_letters: u64,
    /// First answers removed.
    pub idempotency_records: u64,
    /// Rows of others in which the person's id and name were blotted out.
    pub anonymized: u64,
}

/// What is old enough to go. `None` keeps a class for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct PruneBefore {
    /// First answers given before then.
    pub idempotency: Option<Timestamp>,
    /// Events before then.
    pub events: Option<Timestamp>,
    /// Events that hooks did not take, given up before then.
    pub dead_letters: Option<Timestamp>,
    /// Traces and unanswered questions before then.
    pub bot_log: Option<Timestamp>,
    /// Archived sessions without a ticket that last changed before then, with all that belongs to them.
    pub archived_sessions: Option<Timestamp>,
}

/// What was pruned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct PruneCounts {
    /// First answers.
    pub idempotency: u64,
    /// Events.
    pub events: u64,
    /// Events that hooks did not take.
    pub dead_letters: u64,
    /// Traces and unanswered questions.
    pub bot_log: u64,
    /// Sessions.
    pub sessions: u64,
}
