//! Changes beside tickets and sessions.

use serde_json::json;

use super::{ACTORS, CATEGORIES, CLIENT_KEYS, Generator, Operation};
use crate::{
    bot::{Decision, HandoffReason, Trace},
    chat::Session,
    conformance::{
        fixtures::{at, category},
        oracle::operation::ANSWERED,
    },
    event::{DeadLetter, DeliveryState, Event, EventKind, EventSubject, Lease, NewEvent, Position},
    id::{DeadLetterId, SessionId, TicketId, UnansweredId},
    message::{AnswerFeedback, SenderKind},
    person::{Agent, Availability},
    store::{AnswerRecord, IdempotencyRecord, PruneBefore, TraceRecord, Transaction, UnansweredQuestion},
    text::{Feedback, IdempotencyKey},
};

impl Generator {
    pub(super) fn append_event(&mut self, ticket_id: TicketId, session_id: SessionId) -> Operation {
        let seq = self.random.maybe(|random| random.below(9));
        let subject = if self.random.one_in(2) {
            EventSubject::Session { session_id, seq }
        } else {
            EventSubject::Ticket { ticket_id, seq }
        };
        Operation::AppendEvent(NewEvent { kind: self.random.pick(EventKind::ALL), subject, at: self.now() })
    }

    /// Something of telling hooks: how it stands, or what was given up.
    pub(super) fn deliver(&mut self, ticket_id: TicketId, session_id: SessionId) -> Operation {
        let (id, now) = (self.id(), self.now());
        match self.random.below(4) {
            0 => {
                let lease = self.random.maybe(|_| Lease { holder: id, until: now });
                let failures = u32::try_from(self.random.below(9)).unwrap();
                let retry_at = self.random.maybe(|_| now);
                let one_by_one_to = Position(self.random.below(99));
                let state = DeliveryState { lease, failures, retry_at, one_by_one_to };
                Operation::UpsertDelivery(self.sink(), state)
            }
            1 => {
                let known = self.random.pick_if_any(&self.known.dead_letters);
                Operation::DeleteDeadLetter(known.unwrap_or(DeadLetterId::from_uuid(id)))
            }
            _ => {
                let id = DeadLetterId::from_uuid(id);
                self.known.dead_letters.push(id);
                let seq = self.random.maybe(|random| random.below(9));
                let subject = if self.random.one_in(2) {
                    EventSubject::Session { session_id, seq }
                } else {
                    EventSubject::Ticket { ticket_id, seq }
                };
                let position = Position(1 + self.random.below(99));
                let event = Event { position, kind: self.random.pick(EventKind::ALL), subject, at: now };
                let (sink, error) = (self.sink(), self.text());
                let letter =
                    DeadLetter { id, sink, event, failures: 3, error, given_up_at: self.about_now() };
                Operation::UpsertDeadLetter(Box::new(letter))
            }
        }
    }

    pub(super) async fn append_to_bot_log(
        &mut self,
        session: &Session,
        there: &mut dyn Transaction,
    ) -> Operation {
        let seq = 1 + self.random.below(session.last_seq);
        let created_at = self.now();
        let has_trace = there.bot_log().find_trace(session.id, seq).await.unwrap().is_some();
        if has_trace || self.random.one_in(2) {
            let id = UnansweredId::from_uuid(self.id());
            let normalized = crate::search::normalize(&self.text());
            let question = UnansweredQuestion { id, session_id: session.id, seq, normalized, created_at };
            return Operation::AppendUnanswered(question);
        }
        let trace = Trace([("rules".to_owned(), json!(self.text()))].into());
        Operation::AppendTrace(TraceRecord { session_id: session.id, seq, trace, created_at })
    }

    pub(super) async fn answer_or_rate(
        &mut self,
        session: &Session,
        there: &mut dyn Transaction,
    ) -> Operation {
        let seq = 1 + self.random.below(session.last_seq);
        let message = there.messages().find(session.id, seq).await.unwrap();
        // Nobody but the bot gives such answers, and stores need not look for them elsewhere.
        if message.is_none_or(|message| message.sender.kind != SenderKind::Bot) {
            return self.upsert_agent();
        }
        let has_answer = there.answers().find(session.id, seq).await.unwrap().is_some();
        if has_answer {
            return Operation::RateAnswer(session.id, seq, self.feedback());
        }
        let decision = self.random.pick(Decision::ALL);
        let is_handoff = decision == Decision::Handoff;
        Operation::AppendAnswer(Box::new(AnswerRecord {
            session_id: session.id,
            seq,
            decision,
            category: self.random.maybe(|random| category(random.pick(&CATEGORIES))),
            offered: self.random.some_of(&CATEGORIES).into_iter().map(category).collect(),
            handoff: is_handoff.then(|| self.random.pick(HandoffReason::ALL)),
            feedback: if self.random.one_in(4) { Some(self.feedback()) } else { None },
            created_at: self.now(),
        }))
    }

    fn feedback(&mut self) -> AnswerFeedback {
        let comment = Feedback::parse(self.text()).ok();
        let comment = comment.filter(|_| self.random.one_in(2));
        AnswerFeedback { helpful: self.random.one_in(2), comment, given_at: self.now() }
    }

    pub(in crate::conformance::oracle) fn key(&mut self) -> IdempotencyKey {
        IdempotencyKey::parse(self.random.pick(&CLIENT_KEYS)).unwrap()
    }

    pub(super) fn insert_answer(&mut self) -> Operation {
        Operation::InsertAnswer(IdempotencyRecord {
            actor: self.random.pick(&ACTORS).to_owned(),
            operation: ANSWERED.to_owned(),
            key: self.key(),
            fingerprint: self.random.bytes(),
            outcome: json!({"text": self.text(), "about": [self.any_ticket(), self.any_session()]}),
            created_at: self.now(),
        })
    }

    pub(super) fn upsert_agent(&mut self) -> Operation {
        let mut agent = Agent::new(self.staff(), self.text());
        agent.availability = self.random.pick(Availability::ALL);
        Operation::UpsertAgent(agent)
    }

    pub(super) fn prune(&mut self) -> Operation {
        let half = at(self.clock / 2);
        let mut moment =
            || self.random.maybe(|random| random.pick_if_any(&self.moments).map_or(half, |m| m.min(half)));
        Operation::Prune(PruneBefore {
            idempotency: moment(),
            events: moment(),
            dead_letters: moment(),
            bot_log: moment(),
            archived_sessions: moment(),
        })
    }
}
