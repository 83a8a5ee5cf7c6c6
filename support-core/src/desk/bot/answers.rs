//! What became of messages to the bot, and what customers think of its answers.

use crate::{
    access::{Action, Object, Principal},
    bot::{Answer, BotStats, Decision, HandoffReason},
    chat::SessionStatus,
    desk::{SupportDesk, transact::in_transaction},
    error::{ErrorKind, Result},
    id::SessionId,
    message::{AnswerFeedback, Message, SenderKind},
    store::AnswerRecord,
    text::{Category, Feedback},
    ticket::Period,
    time::Timestamp,
};

/// What a customer thinks of an answer of the bot.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct NewAnswerFeedback {
    /// Whether it helped.
    pub helpful: bool,
    /// Words beside it; `None` keeps those given before.
    pub comment: Option<Feedback>,
}

impl SupportDesk {
    /// Says whether an answer of the bot helped, for the session's customer. It can be said again, until the session is
    /// archived; what was said last counts. No event tells of it: nothing in the conversation changes.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], also for what is no answer of the bot; [`ErrorKind::Forbidden`] for others than the
    /// session's customer, [`ErrorKind::SessionArchived`].
    pub async fn rate_answer(
        &self,
        principal: &Principal,
        id: SessionId,
        seq: u64,
        new: &NewAnswerFeedback,
    ) -> Result<Message> {
        in_transaction!(self, &principal.tenant, |tx| async {
            let session = self.session_for(tx, principal, id, Action::RateAnswer).await?;
            let message = tx.messages().find(id, seq).await?.ok_or(ErrorKind::NotFound)?;
            let answer = tx.answers().find(id, seq).await?.ok_or(ErrorKind::NotFound)?;
            if message.sender.kind != SenderKind::Bot {
                return Err(ErrorKind::NotFound.into());
            }
            if session.status == SessionStatus::Archived {
                return Err(ErrorKind::SessionArchived.into());
            }
            let before = answer.feedback.as_ref();
            let comment = new.comment.clone().or_else(|| before.and_then(|before| before.comment.clone()));
            let is_same =
                |before: &AnswerFeedback| before.helpful == new.helpful && before.comment == comment;
            if before.is_some_and(is_same) {
                return Ok(message);
            }
            let feedback = AnswerFeedback { helpful: new.helpful, comment, given_at: self.now() };
            tx.answers().rate(id, seq, &feedback).await?;
            Ok(Message { feedback: Some(feedback), ..message })
        })
    }

    /// Figures about what the bot did in a period, for staff.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`].
    pub async fn bot_stats(&self, principal: &Principal, period: &Period) -> Result<BotStats> {
        self.allow(principal, Action::ReadBotLog, Object::Desk)?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        Ok(tx.answers().stats(period).await?)
    }
}

/// The record of an answer that the bot gave.
pub(in crate::desk) fn answer_record(
    session_id: SessionId,
    seq: u64,
    answer: &Answer,
    created_at: Timestamp,
) -> AnswerRecord {
    // A bot of the host's own may call its categories what it likes; what cannot be one is none.
    let known = |category: &String| Category::parse(category).ok();
    let handoff = answer.handoff.unwrap_or(HandoffReason::Asked);
    AnswerRecord {
        session_id,
        seq,
        decision: answer.decision,
        category: answer.category.as_ref().and_then(known),
        offered: match answer.decision {
            Decision::DidYouMean => answer.offered.iter().filter_map(known).collect(),
            Decision::Answer | Decision::Handoff | Decision::Fallback => Vec::new(),
        },
        handoff: (answer.decision == Decision::Handoff).then_some(handoff),
        feedback: None,
        created_at,
    }
}

/// The record of a handoff that was no answer of the bot.
pub(in crate::desk) fn handoff_record(
    session_id: SessionId,
    seq: u64,
    reason: HandoffReason,
    category: Option<Category>,
    created_at: Timestamp,
) -> AnswerRecord {
    AnswerRecord {
        session_id,
        seq,
        decision: Decision::Handoff,
        category,
        offered: Vec::new(),
        handoff: Some(reason),
        feedback: None,
        created_at,
    }
}
