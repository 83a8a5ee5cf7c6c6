//! What the bot misses, and a responder may know.

use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value, json};

use super::bot_turn::is_the_bots;
use crate::{
    access::Scope,
    bot::{Answer, Bot, Decision, HandoffReason, Turn},
    chat::Session,
    desk::SupportDesk,
    error::Result,
    id::{SessionId, TenantId},
    responder::{
        Budget, Denied, Draft, Finish, Grounds, Pass, Passage, PassageSource, Question, Refusal, Responder,
        ResponderError, ResponderLimits,
    },
};

/// Behind the last stage of the bot.
const STAGE: &str = "12_responder";

/// A responder, what its answers have to rest on, and what it was asked so far.
#[derive(Debug)]
pub(in crate::desk) struct Grounded {
    responder: Arc<dyn Responder>,
    passages: Arc<dyn PassageSource>,
    budget: Budget,
}

impl Grounded {
    pub(in crate::desk) fn new(
        responder: impl Responder + 'static,
        passages: impl PassageSource + 'static,
    ) -> Self {
        Self { responder: Arc::new(responder), passages: Arc::new(passages), budget: Budget::default() }
    }
}

/// What to write. Nobody asks the responder for the same session again before it is.
pub(super) struct Completed<'d> {
    pub(super) answer: Answer,
    _pass: Option<Pass<'d>>,
}

/// Why there is no text to show.
enum Silence {
    /// No passage fits; nobody was asked.
    NoPassages,
    /// It would not answer.
    Declined,
    /// Its text must not be shown.
    Refused(Refusal),
    /// It, or the search for passages, failed.
    Failed(ResponderError),
}

impl From<ResponderError> for Silence {
    fn from(error: ResponderError) -> Self {
        Self::Failed(error)
    }
}

impl SupportDesk {
    /// The bot's answer, or in place of a miss that of the responder; `None` if another caller has had the same
    /// message dealt with meanwhile.
    pub(super) async fn complete(
        &self,
        tenant: &TenantId,
        session: &Session,
        turn: &Turn,
        answer: Answer,
    ) -> Result<Option<Completed<'_>>> {
        let by_bot = |answer| Ok(Some(Completed { answer, _pass: None }));
        let (Some(grounded), Some(bot)) = (&self.inner.responder, self.known_bot(tenant)) else {
            return by_bot(answer);
        };
        if !is_miss(turn, &answer) {
            return by_bot(answer);
        }
        if grounded.budget.is_asking(session.id) {
            self.wait_for(grounded, session.id).await;
            return Ok(None);
        }
        if !self.is_still_the_bots(tenant, session.id).await? {
            // Whether it is written is decided again there; here nobody is asked in vain.
            return by_bot(answer);
        }
        let pass = match grounded.budget.spend(session.id, &self.config().responder, self.now()) {
            Ok(pass) => pass,
            Err(Denied::Busy) => return Ok(None),
            Err(denied) => {
                let about = json!({ "outcome": "over_budget", "why": denied.as_str() });
                return by_bot(noted(answer, grounded, &[], about));
            }
        };
        let answer = self.respond(grounded, &*bot, turn, answer).await;
        Ok(Some(Completed { answer, _pass: Some(pass) }))
    }

    async fn respond(&self, grounded: &Grounded, bot: &dyn Bot, turn: &Turn, missed: Answer) -> Answer {
        let limits = &self.config().responder;
        let mut passages = Vec::new();
        let work = propose(grounded, limits, turn, &missed, &mut passages);
        let proposed = self.guarded(limits.time_limit, work).await;
        let silence = match proposed {
            Ok(Ok(text)) => {
                let mut answer = bot.pass_on(turn, missed, text);
                answer.generated = true;
                return noted(answer, grounded, &passages, json!({ "outcome": "answered" }));
            }
            Ok(Err(Silence::NoPassages)) => json!({ "outcome": "no_passages" }),
            Ok(Err(Silence::Declined)) => json!({ "outcome": "declined" }),
            Ok(Err(Silence::Refused(refusal))) => {
                tracing::warn!(
                    responder = grounded.responder.name(),
                    why = refusal.as_str(),
                    "a text was refused"
                );
                json!({ "outcome": "refused", "why": refusal.as_str(), "text": visible(&refusal.to_string()) })
            }
            Ok(Err(Silence::Failed(error))) => {
                let source = &error as &dyn std::error::Error;
                tracing::warn!(responder = grounded.responder.name(), error = source, "the responder failed");
                json!({ "outcome": "failed", "why": visible(&error.message) })
            }
            Err(interrupted) => {
                tracing::warn!(responder = grounded.responder.name(), why = %interrupted, "the responder gave no answer");
                json!({ "outcome": "failed", "why": interrupted.to_string() })
            }
        };
        noted(missed, grounded, &passages, silence)
    }

    async fn is_still_the_bots(&self, tenant: &TenantId, id: SessionId) -> Result<bool> {
        let mut tx = self.begin_read(tenant).await?;
        Ok(tx.chats().find(id, &Scope::Everything).await?.is_some_and(|session| is_the_bots(&session)))
    }

    /// Until no other caller of this process asks for this session.
    async fn wait_for(&self, grounded: &Grounded, id: SessionId) {
        const STEP: Duration = Duration::from_millis(50);
        while grounded.budget.is_asking(id) {
            self.inner.timer.sleep(STEP).await;
        }
    }
}

/// Whether the bot did not know what the customer typed: not what they clicked, wished for or lost patience with.
fn is_miss(turn: &Turn, answer: &Answer) -> bool {
    let missed = match answer.decision {
        Decision::Fallback => true,
        Decision::Handoff => answer.handoff == Some(HandoffReason::NotUnderstood),
        Decision::Answer | Decision::DidYouMean => false,
    };
    missed && answer.unanswered && turn.intent_id.is_none()
}

/// A text that may be shown.
async fn propose(
    grounded: &Grounded,
    limits: &ResponderLimits,
    turn: &Turn,
    missed: &Answer,
    passages: &mut Vec<Passage>,
) -> std::result::Result<String, Silence> {
    let language = missed.dialogue.0.get("language").and_then(Value::as_str);
    *passages = grounded.passages.find(&turn.text, language, limits.max_passages).await?;
    passages.truncate(limits.max_passages);
    if passages.is_empty() {
        return Err(Silence::NoPassages);
    }
    let question = Question {
        text: turn.text.clone(),
        language: language.map(str::to_owned),
        passages: passages.clone(),
        max_length: limits.max_length,
        session_id: turn.visitor.session_id,
    };
    let mut draft = Draft::new(limits.max_length);
    let finish = grounded.responder.respond(&question, &mut draft).await;
    // A draft that was given up explains an error better than the error does.
    if let Some(refusal) = draft.refusal() {
        return Err(Silence::Refused(refusal.clone()));
    }
    match finish? {
        Finish::Declined => Err(Silence::Declined),
        Finish::Complete => {
            Grounds::of(passages).check(draft.text(), limits.max_length).map_err(Silence::Refused)
        }
    }
}

/// An answer whose trace says what came of the responder.
fn noted(mut answer: Answer, grounded: &Grounded, passages: &[Passage], outcome: Value) -> Answer {
    let mut entry = Map::new();
    entry.insert("responder".to_owned(), json!(visible(grounded.responder.name())));
    let ids: Vec<String> = passages.iter().map(|passage| visible(&passage.id)).collect();
    entry.insert("passages".to_owned(), json!(ids));
    if let Value::Object(outcome) = outcome {
        entry.extend(outcome);
    }
    answer.trace.0.insert(STAGE.to_owned(), Value::Object(entry));
    answer
}

/// Foreign words for a trace: short, and nothing in them that a store cannot keep.
fn visible(text: &str) -> String {
    const MAX: usize = 200;
    text.chars().take(MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
