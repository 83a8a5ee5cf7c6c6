//! The bot's administration: what it knows, why it said something, what it did not know, and how well it does.

mod answers;
mod knowledge;
mod taught;
mod trace;
mod unanswered;

pub use self::{
    answers::NewAnswerFeedback,
    knowledge::{KnowledgeInForce, NewKnowledge},
    trace::ExplainedMessage,
};
pub(in crate::desk) use self::{
    answers::{answer_record, handoff_record},
    taught::TaughtBots,
};
