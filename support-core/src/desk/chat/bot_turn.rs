//! The bot's turn: after the customer's message is committed, outside any transaction, and only while it owns the
//! session.

use serde_json::json;

use super::{
    BotReply,
    edit::{Draft, Edit},
    start::visitor,
};
use crate::{
    access::Scope,
    bot::{Answer, BotError, Decision, HandoffReason, KnowledgeVersion, Turn},
    chat::{Owner, Session, SessionStatus},
    desk::{
        SupportDesk,
        bot::{answer_record, handoff_record},
        transact::in_transaction,
    },
    error::{Error, Result},
    id::{SessionId, TenantId, UnansweredId},
    message::{Message, MessageRange, Sender, SenderKind},
    search,
    store::{Limit, TraceRecord, Transaction, UnansweredQuestion},
    text::{Body, Category, JsonObject, holds_nul},
};

/// A message that waits for the bot.
struct Pending {
    session: Session,
    question: Message,
    /// What the bot is to learn before it answers.
    unseen: Vec<KnowledgeVersion>,
}

impl SupportDesk {
    /// Has the bot answer every message of the customer that it has not dealt with, in order.
    ///
    /// Returns the last thing it said, or `None` if it had nothing to say or the session is not the bot's (any more).
    /// What the bot misses, the desk's [`Responder`](crate::responder::Responder) may answer, if it has one.
    /// An answer that comes late is dropped: a human's first word beats it. A bot that fails, panics or takes longer
    /// than [`bot_time_limit`](crate::desk::DeskConfig::bot_time_limit) hands the session to the queue.
    ///
    /// `intent_id` is the category behind the suggestion that the customer clicked for the last message.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn answer_session(
        &self,
        tenant: &TenantId,
        id: SessionId,
        intent_id: Option<&str>,
    ) -> Result<Option<BotReply>> {
        let mut last = None;
        while let Some(Pending { session, question, unseen }) = self.pending(tenant, id).await? {
            self.learn(tenant, unseen).await;
            let intent_id = intent_id.filter(|_| question.seq == session.last_customer_seq);
            let turn = turn(&session, &question, intent_id);
            let answer = self.ask_bot(tenant, &session, &turn).await;
            let completed = match answer {
                Ok(answer) => match self.complete(tenant, &session, &turn, answer).await? {
                    Some(completed) => Ok(completed),
                    // Another caller was at it; what is left is looked up again.
                    None => continue,
                },
                Err(error) => Err(error),
            };
            let answer = completed.as_ref().map(|completed| &completed.answer);
            let hands_over = answer.map_or(true, |answer| answer.decision == Decision::Handoff);
            // A bot's answer that cannot be kept hands over as well, and promises nothing.
            let texts = &self.config().texts;
            let next =
                if hands_over { self.what_comes_next(tenant).await? } else { texts.handed_off_away.as_str() };
            let reply =
                in_transaction!(self, tenant, |tx| self.write_answer(tx, id, &question, answer.ok(), next))?;
            last = reply.or(last);
        }
        Ok(last)
    }

    /// The oldest message of a session that waits for the bot.
    async fn pending(&self, tenant: &TenantId, id: SessionId) -> Result<Option<Pending>> {
        let mut tx = self.begin_read(tenant).await?;
        let session = tx.chats().find(id, &Scope::Everything).await?.filter(is_the_bots);
        let Some(session) = session.filter(|session| session.bot_seq < session.last_customer_seq) else {
            return Ok(None);
        };
        let Some(question) = next_question(&mut *tx, id, session.bot_seq).await? else { return Ok(None) };
        let unseen = self.unseen_knowledge(&mut *tx, tenant).await?;
        Ok(Some(Pending { session, question, unseen }))
    }

    async fn ask_bot(&self, tenant: &TenantId, session: &Session, turn: &Turn) -> Result<Answer, BotError> {
        let Some(bot) = self.known_bot(tenant) else { return Err(BotError::new("this desk has no bot")) };
        // Called from within, so that a panic before the first wait is caught too.
        let answer = self.guarded(self.config().bot_time_limit, async { bot.answer(turn).await }).await;
        let answer = answer.unwrap_or_else(|interrupted| Err(BotError::new(interrupted)));
        if let Err(error) = &answer {
            tracing::error!(session_id = %session.id, error = &*error.source as &dyn std::error::Error, "the bot failed");
        }
        answer
    }

    async fn write_answer(
        &self,
        tx: &mut dyn Transaction,
        id: SessionId,
        question: &Message,
        answer: Option<&Answer>,
        next: &str,
    ) -> Result<Option<BotReply>> {
        let session = tx.chats().find(id, &Scope::Everything).await?;
        let Some(session) = session.filter(|session| is_the_bots(session) && session.bot_seq < question.seq)
        else {
            return Ok(None);
        };
        let now = self.now();
        let mut edit = Edit::new(session, now);
        edit.session.bot_seq = question.seq;
        let draft = answer.and_then(|answer| draft(answer).map(|draft| (answer, draft)));
        let Some((answer, draft)) = draft else {
            return self.bot_failed(tx, edit, next).await.map(Some);
        };
        edit.session.dialogue = answer.dialogue.clone();
        let seq = edit.write(draft, self.next_message_id(now)).seq;
        if edit.session.last_customer_seq > question.seq {
            let next = next_question(tx, id, question.seq).await?;
            edit.session.waiting_since = next.map(|next| next.created_at);
        }
        let task = answer.category.as_deref().filter(|_| answer.is_task);
        let settled = matches!(answer.decision, Decision::Answer | Decision::Handoff);
        if let Some(category) = task.filter(|_| settled).and_then(|category| Category::parse(category).ok())
            && edit.session.category.as_ref() != Some(&category)
        {
            edit.change().category = Some(category);
        }
        let handoff = answer.decision == Decision::Handoff;
        if handoff {
            edit.session.waiting_since = Some(question.created_at);
            edit.queue();
            self.write_handoff(tx, &mut edit, next, answer.handoff.unwrap_or(HandoffReason::Asked)).await?;
        }
        let (_, written) = edit.save(tx).await?;
        let trace = TraceRecord { session_id: id, seq, trace: answer.trace.clone(), created_at: now };
        tx.bot_log().append_trace(&trace).await?;
        tx.answers().append(&answer_record(id, seq, answer, now)).await?;
        if answer.unanswered {
            let normalized = search::normalize(question.body.as_str());
            let id_ = UnansweredId::from_uuid(self.next_id(now));
            let unanswered = UnansweredQuestion {
                id: id_,
                session_id: id,
                seq: question.seq,
                normalized,
                created_at: now,
            };
            tx.bot_log().append_unanswered(&unanswered).await?;
        }
        let message =
            written.into_iter().next().ok_or_else(|| Error::internal("the answer was not written"))?;
        Ok(Some(BotReply { message, category: answer.category.clone(), handoff }))
    }

    /// A visitor is never stranded: a human takes over, and the customer is told.
    async fn bot_failed(&self, tx: &mut dyn Transaction, mut edit: Edit, next: &str) -> Result<BotReply> {
        let sender = Sender { kind: SenderKind::Bot, id: None, name: None };
        let mut draft =
            Draft::new(sender, Body::parse(&self.config().texts.bot_failed).map_err(Error::internal)?);
        draft.metadata = metadata(json!({ "decision": "handoff", "handoff": HandoffReason::BotError }));
        let waiting_since = edit.session.waiting_since;
        let (now, reason) = (edit.now, HandoffReason::BotError);
        let seq = edit.write(draft, self.next_message_id(now)).seq;
        edit.session.waiting_since = waiting_since;
        edit.queue();
        self.write_handoff(tx, &mut edit, next, reason).await?;
        let (session, written) = edit.save(tx).await?;
        let record = handoff_record(session.id, seq, reason, session.category.clone(), now);
        tx.answers().append(&record).await?;
        let message =
            written.into_iter().next().ok_or_else(|| Error::internal("the answer was not written"))?;
        Ok(BotReply { message, category: session.category.map(Into::into), handoff: true })
    }
}

/// The customer's first message behind a place.
async fn next_question(tx: &mut dyn Transaction, id: SessionId, mut after: u64) -> Result<Option<Message>> {
    loop {
        let range = MessageRange { after_seq: Some(after), before_seq: None, limit: Limit::default() };
        let messages = tx.messages().list(id, &range).await?;
        let Some(end) = messages.last().map(|message| message.seq) else { return Ok(None) };
        after = end;
        if let Some(message) = messages.into_iter().find(|message| message.sender.kind == SenderKind::User) {
            return Ok(Some(message));
        }
    }
}

/// What the bot is asked.
fn turn(session: &Session, question: &Message, intent_id: Option<&str>) -> Turn {
    let visitor = visitor(session.id, &session.customer);
    Turn::new(visitor, question.body.as_str(), session.dialogue.clone(), question.created_at)
        .with_intent(intent_id.map(str::to_owned))
}

pub(super) fn is_the_bots(session: &Session) -> bool {
    session.owner == Owner::Bot && session.status == SessionStatus::Active
}

/// The bot's message, or `None` if it cannot be kept: that is a bot that failed.
fn draft(answer: &Answer) -> Option<Draft> {
    let mut draft = Draft::of_bot(&answer.text, &answer.suggestions, &answer.dialogue)?;
    if serde_json::to_value(&answer.trace).is_ok_and(|trace| holds_nul(&trace)) {
        return None;
    }
    let mut about = json!({
        "decision": answer.decision,
        "category": answer.category,
        "score": answer.score,
        "handoff": answer.handoff,
    });
    if answer.generated {
        about["generated"] = json!(true);
    }
    draft.metadata = metadata(about);
    Some(draft)
}

fn metadata(value: serde_json::Value) -> JsonObject {
    match value {
        serde_json::Value::Object(object) => JsonObject::new(object).unwrap_or_default(),
        _ => JsonObject::default(),
    }
}
