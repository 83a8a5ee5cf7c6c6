//! Which changes are made: random ones, of the kind that use cases make.

mod rest;
mod sessions;
mod tickets;

use std::collections::BTreeSet;

use chrono::{TimeDelta, Timelike};
use uuid::Uuid;

use super::{operation::Operation, random::Random};
use crate::{
    access::Scope,
    chat::{Participant, Session, TokenHash},
    conformance::fixtures::{at, person, reader, user_id},
    event::Position,
    id::{DeadLetterId, SessionId, TicketId, UserId},
    message::Side,
    person::{Actor, ActorKind},
    store::{PersonKey, Transaction},
    ticket::{Ticket, TicketNumber},
    time::Timestamp,
};

pub(in crate::conformance::oracle) const CUSTOMERS: [&str; 4] = ["ann", "Ann", "eve", "bob"];
pub(in crate::conformance::oracle) const STAFF: [&str; 3] = ["bob", "dan", "Dan "];
pub(in crate::conformance::oracle) const CATEGORIES: [&str; 3] = ["billing", "billing-2", "technical"];
pub(in crate::conformance::oracle) const TAGS: [&str; 4] = ["vip", "VIP", "eu", "ünï 👍"];
pub(in crate::conformance::oracle) const CLIENT_KEYS: [&str; 4] = ["k1", "K1", "k2", "k3"];
pub(in crate::conformance::oracle) const ACTORS: [&str; 4] =
    ["user:ann", "user:Ann", "agent:bob", "guest:nobody"];
pub(in crate::conformance::oracle) const WORDS: [&str; 10] =
    ["printer", "print", "fire", "Été", "ete", "naïve", "invoice-2", "refund", "漢字", "towel"];

/// Makes operations. What it knows may be gone; what it made in a transaction that was dropped, it forgets.
pub(in crate::conformance::oracle) struct Generator {
    pub(in crate::conformance::oracle) random: Random,
    /// Ends every id, so that two runs with one seed do not meet in one database.
    salt: u64,
    /// Seconds since the beginning; no two moments of it are the same.
    clock: i64,
    /// The moments it made, so that it can ask about exactly these.
    moments: Vec<Timestamp>,
    pub(in crate::conformance::oracle) known: Known,
    kept: Known,
}

/// What has been made so far.
#[derive(Clone, Default)]
pub(in crate::conformance::oracle) struct Known {
    pub(in crate::conformance::oracle) tickets: Vec<TicketId>,
    pub(in crate::conformance::oracle) sessions: Vec<SessionId>,
    pub(in crate::conformance::oracle) tokens: Vec<TokenHash>,
    pub(in crate::conformance::oracle) numbers: BTreeSet<TicketNumber>,
    pub(in crate::conformance::oracle) dead_letters: Vec<DeadLetterId>,
}

impl Generator {
    pub(in crate::conformance::oracle) fn new(seed: u64, salt: Uuid) -> Self {
        let salt = salt.as_u64_pair().1;
        Self {
            random: Random::new(seed),
            salt,
            clock: 0,
            moments: Vec::new(),
            known: Known::default(),
            kept: Known::default(),
        }
    }

    /// The transaction was committed.
    pub(in crate::conformance::oracle) fn keep(&mut self) {
        self.kept = self.known.clone();
    }

    /// The transaction was dropped.
    pub(in crate::conformance::oracle) fn forget(&mut self) {
        self.known = self.kept.clone();
    }

    /// Keeps a number that was given; `false` if it was before.
    pub(in crate::conformance::oracle) fn takes(&mut self, number: &TicketNumber) -> bool {
        self.known.numbers.insert(number.clone())
    }

    /// A moment later than all before: seconds later, and now and then some days, so that periods hold whole days and
    /// what is counted by day moves from one to another.
    pub(in crate::conformance::oracle) fn now(&mut self) -> Timestamp {
        self.clock += 1 + i64::try_from(self.random.below(20)).unwrap();
        if self.random.one_in(30) {
            self.clock += 86_400 * (1 + i64::try_from(self.random.below(3)).unwrap());
        }
        let now =
            at(self.clock) + TimeDelta::microseconds(i64::try_from(self.random.below(800_000)).unwrap());
        self.moments.push(now);
        now
    }

    /// A moment at which other things may have happened as well.
    fn about_now(&mut self) -> Timestamp {
        let now = self.now();
        if self.random.one_in(2) { now } else { now.with_nanosecond(0).unwrap().with_second(0).unwrap() }
    }

    /// A moment at which something happened, or another of the past or of the near future.
    pub(in crate::conformance::oracle) fn any_moment(&mut self) -> Timestamp {
        let any = at(i64::try_from(self.random.below(u64::try_from(self.clock).unwrap() + 100)).unwrap());
        if self.random.one_in(2) { any } else { self.random.pick_if_any(&self.moments).unwrap_or(any) }
    }

    pub(in crate::conformance::oracle) fn id(&mut self) -> Uuid {
        // Random, so that the order of ids is not that of time.
        Uuid::from_u64_pair(self.random.next(), self.salt)
    }

    /// A new id, or rarely one that was given before to what may still be there.
    fn taken_or_new(&mut self, taken: impl FnOnce(&Known) -> Vec<Uuid>) -> Uuid {
        let taken = if self.random.one_in(20) { self.random.pick_if_any(&taken(&self.known)) } else { None };
        taken.unwrap_or_else(|| self.id())
    }

    pub(in crate::conformance::oracle) fn text(&mut self) -> String {
        if self.random.one_in(12)
            && let Some(number) = self.known.numbers.last()
        {
            return format!("see {number}");
        }
        let count = 1 + self.random.below(3);
        (0..count).map(|_| self.random.pick(&WORDS)).collect::<Vec<_>>().join(" ")
    }

    pub(in crate::conformance::oracle) fn user(&mut self) -> UserId {
        user_id(self.random.pick(&CUSTOMERS))
    }

    pub(in crate::conformance::oracle) fn staff(&mut self) -> UserId {
        user_id(self.random.pick(&STAFF))
    }

    pub(in crate::conformance::oracle) fn sink(&mut self) -> String {
        self.random.pick(&["host", "Host"]).to_owned()
    }

    pub(in crate::conformance::oracle) fn participant(&mut self) -> Participant {
        if self.random.one_in(2) { Participant::Customer } else { reader(self.random.pick(&STAFF)) }
    }

    pub(in crate::conformance::oracle) fn any_ticket(&mut self) -> TicketId {
        self.random.pick_often_late(&self.known.tickets).unwrap_or_else(|| TicketId::from_uuid(Uuid::nil()))
    }

    pub(in crate::conformance::oracle) fn any_session(&mut self) -> SessionId {
        self.random.pick_often_late(&self.known.sessions).unwrap_or_else(|| SessionId::from_uuid(Uuid::nil()))
    }

    pub(in crate::conformance::oracle) fn person(&mut self) -> PersonKey {
        if self.random.one_in(2) {
            PersonKey::User(self.user())
        } else {
            PersonKey::Guest(self.any_session())
        }
    }

    fn actor(&mut self) -> Actor {
        match self.random.below(4) {
            0 => Actor::nameless(ActorKind::System),
            1 => Actor::person(&person(self.random.pick(&CUSTOMERS)), ActorKind::Customer),
            _ => Actor::person(&person(self.random.pick(&STAFF)), ActorKind::Agent),
        }
    }

    /// A change that fits what is there.
    pub(in crate::conformance::oracle) async fn change(&mut self, there: &mut dyn Transaction) -> Operation {
        let ticket = self.ticket_that_is(there).await;
        let session = self.session_that_is(there).await;
        match (self.random.below(47), ticket, session) {
            (0..2, _, _) => self.insert_ticket(),
            (2..4, _, _) => self.insert_session(),
            (4, _, Some(session)) if session.ticket_id.is_none() => self.convert(session),
            (5..10, Some(ticket), _) => self.update_ticket(ticket),
            (10..13, Some(ticket), _) => self.append_entry(ticket.id),
            (13, Some(ticket), _) => self.append_history(ticket.id),
            (14, Some(ticket), _) => self.append_resolution(ticket.id),
            (15..19, _, Some(session)) => self.update_session(session),
            (19..27, _, Some(session)) => self.say(session),
            (27, _, Some(session)) if session.last_seq > 0 => self.take_a_taken_place(&session),
            (28..30, _, Some(session)) => {
                let up_to = self.random.below(session.last_seq + 1);
                Operation::MoveReadCursor(session.id, self.participant(), up_to)
            }
            (30, _, Some(session)) => {
                let side = if self.random.one_in(2) { Side::Customer } else { Side::Desk };
                Operation::MarkRead(session.id, side, self.random.below(session.last_seq + 1), self.now())
            }
            (31, Some(ticket), Some(session)) => self.append_event(ticket.id, session.id),
            (32, _, Some(session)) if session.last_seq > 0 => self.append_to_bot_log(&session, there).await,
            (33, _, _) if self.random.one_in(2) => {
                Operation::MoveSink(self.sink(), Position(self.random.below(99)))
            }
            (33, Some(ticket), Some(session)) => self.deliver(ticket.id, session.id),
            (34, _, _) => self.insert_answer(),
            (35, _, _) => Operation::DeleteAnswer(self.random.pick(&ACTORS).to_owned(), self.key()),
            (36, _, _) => self.upsert_agent(),
            (37, _, _) if self.random.one_in(2) => Operation::Erase(self.person()),
            (37, _, _) if self.random.one_in(3) => Operation::Erase(PersonKey::User(self.staff())),
            (38, _, _) if self.random.one_in(2) => self.prune(),
            (39, _, _) => Operation::AppendEntry(self.entry(TicketId::from_uuid(Uuid::max()))),
            (40..43, _, Some(session)) if session.last_seq > 0 => self.answer_or_rate(&session, there).await,
            // An agent reads to the end, as agents do; what comes then is news.
            (43..47, _, Some(session)) => {
                Operation::MoveReadCursor(session.id, reader(self.random.pick(&STAFF)), session.last_seq)
            }
            (n, _, _) if n % 2 == 0 => self.insert_ticket(),
            _ => self.insert_session(),
        }
    }

    async fn ticket_that_is(&mut self, there: &mut dyn Transaction) -> Option<Ticket> {
        let id = self.any_ticket();
        there.tickets().find(&id.into(), &Scope::Everything).await.unwrap()
    }

    async fn session_that_is(&mut self, there: &mut dyn Transaction) -> Option<Session> {
        let id = self.any_session();
        there.chats().find(id, &Scope::Everything).await.unwrap()
    }
}
