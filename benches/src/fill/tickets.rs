//! Tickets as a desk would have left them: opened, taken, answered back and forth, resolved and closed, each step some
//! time after the one before. What would lie in the future has not happened yet.

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;
use support_core::{
    chat::Customer,
    id::{EntryId, TicketId},
    person::{Actor, ActorKind, Person},
    store::{StoreError, Transaction},
    text::{Body, JsonObject, Tag},
    ticket::{
        EntryKind, HistoryChange, NewEntry, Priority, ResolutionCycle, Ticket, TicketNumber, TicketStatus,
    },
    time::Timestamp,
};

use super::{
    random::Random,
    world::{World, acting, after, assignee, id},
    write::Thing,
};
use crate::Failure;

const KIND: u64 = 3;

/// A ticket with what belongs to it.
pub(super) struct Filled {
    ticket: Ticket,
    entries: Vec<NewEntry>,
    history: Vec<HistoryChange>,
    cycle: Option<ResolutionCycle>,
}

/// A ticket in the making.
struct Story<'w> {
    world: &'w World,
    random: Random,
    filled: Filled,
    agent: Person,
    requester: Person,
    now: Timestamp,
}

/// The `number`th of so many tickets. Its own number it gets where it is written.
fn ticket(world: &World, number: u64, of: u64) -> Result<Filled, Failure> {
    let mut random = world.random(KIND, number);
    let now = world.moment(number, of, &mut random);
    let requester = world.customer(number, &mut random)?;
    let mut tags: Vec<Tag> = Vec::new();
    for _ in 0..random.below(4) {
        let tag = World::tag(&mut random)?;
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let ticket = Ticket {
        id: TicketId::from_uuid(id(now, &mut random)),
        number: TicketNumber::new(day(now), 0),
        subject: world.subject(&mut random)?,
        description: world.body(&mut random, 40)?,
        status: TicketStatus::Open,
        priority: random.share(&[
            (20, Priority::Low),
            (50, Priority::Medium),
            (22, Priority::High),
            (8, Priority::Urgent),
        ]),
        category: if random.percent(90) { Some(World::category(&mut random)?) } else { None },
        tags,
        requester: Customer::User(requester.clone()),
        assignee: None,
        custom_fields: JsonObject::default(),
        reply_count: 0,
        waiting_since: Some(now),
        first_response_at: None,
        cycle_started_at: now,
        resolved_at: None,
        closed_at: None,
        follow_up_of: None,
        chat_session_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let agent = world.agent(&mut random)?;
    let filled = Filled { ticket, entries: Vec::new(), history: Vec::new(), cycle: None };
    let mut story = Story { world, random, filled, agent, requester, now };
    story.happen()?;
    Ok(story.filled)
}

/// The day that a ticket's number is of.
fn day(moment: Timestamp) -> NaiveDate {
    moment.date_naive()
}

impl Story<'_> {
    fn happen(&mut self) -> Result<(), Failure> {
        // A few are spam, or answer themselves.
        if self.random.percent(6) {
            if self.wait(TimeDelta::hours(20)) {
                self.end(TicketStatus::Closed);
            }
            return Ok(());
        }
        if !self.wait(TimeDelta::hours(2)) {
            return Ok(());
        }
        self.take();
        for round in 0..1 + self.random.below(3) {
            if round > 0 {
                if !self.wait(TimeDelta::hours(10)) {
                    return Ok(());
                }
                self.customer_replies()?;
            }
            if !self.wait(TimeDelta::hours(4)) {
                return Ok(());
            }
            self.staff_replies()?;
        }
        if self.random.percent(25) && self.wait(TimeDelta::hours(1)) {
            let (agent, body) = (self.agent.clone(), self.world.body(&mut self.random, 15)?);
            self.entry(EntryKind::InternalNote, acting(&agent, ActorKind::Agent), body);
        }
        // Every desk has some that never end.
        if self.random.below(1_000) < 3 {
            if self.wait(TimeDelta::hours(3)) {
                self.change_status(TicketStatus::OnHold);
                self.changed();
            }
            return Ok(());
        }
        if self.wait(TimeDelta::hours(30)) {
            self.end(TicketStatus::Resolved);
            if self.wait(TimeDelta::days(5)) {
                self.end(TicketStatus::Closed);
            }
        }
        Ok(())
    }

    /// Lets time pass. `false` if that takes us into the future.
    fn wait(&mut self, typical: TimeDelta) -> bool {
        let then = after(self.now, typical, &mut self.random);
        let has_come = then <= self.world.until();
        if has_come {
            self.now = then;
        }
        has_come
    }

    fn changed(&mut self) {
        self.filled.ticket.version += 1;
        self.filled.ticket.updated_at = self.now;
    }

    fn record(&mut self, field: &str, old: Value, new: Value) {
        let (ticket_id, at) = (self.filled.ticket.id, self.now);
        let actor = acting(&self.agent, ActorKind::Agent);
        self.filled.history.push(HistoryChange { ticket_id, at, actor, field: field.to_owned(), old, new });
    }

    fn change_status(&mut self, to: TicketStatus) {
        let from = self.filled.ticket.status;
        if from != to {
            self.record("status", from.as_str().into(), to.as_str().into());
            self.filled.ticket.status = to;
        }
    }

    fn take(&mut self) {
        self.record("assigned_to", Value::Null, self.agent.id.as_str().into());
        self.filled.ticket.assignee = Some(assignee(&self.agent));
        self.change_status(TicketStatus::InProgress);
        self.changed();
    }

    fn entry(&mut self, kind: EntryKind, author: Actor, body: Body) {
        let (ticket_id, created_at) = (self.filled.ticket.id, self.now);
        let id = EntryId::from_uuid(id(created_at, &mut self.random));
        self.filled.entries.push(NewEntry { id, ticket_id, kind, author, body, created_at });
    }

    fn customer_replies(&mut self) -> Result<(), Failure> {
        let body = self.world.body(&mut self.random, 20)?;
        self.entry(EntryKind::PublicReply, acting(&self.requester, ActorKind::Customer), body);
        self.filled.ticket.reply_count += 1;
        self.filled.ticket.waiting_since.get_or_insert(self.now);
        if self.filled.ticket.status == TicketStatus::WaitingForCustomer {
            self.change_status(TicketStatus::Open);
        }
        self.changed();
        Ok(())
    }

    fn staff_replies(&mut self) -> Result<(), Failure> {
        let body = self.world.body(&mut self.random, 30)?;
        self.entry(EntryKind::PublicReply, acting(&self.agent, ActorKind::Agent), body);
        let ticket = &mut self.filled.ticket;
        ticket.reply_count += 1;
        ticket.waiting_since = None;
        ticket.first_response_at.get_or_insert(self.now);
        let next =
            if self.random.percent(60) { TicketStatus::WaitingForCustomer } else { TicketStatus::InProgress };
        self.change_status(next);
        self.changed();
        Ok(())
    }

    fn end(&mut self, status: TicketStatus) {
        let now = self.now;
        let was_done = self.filled.ticket.status.is_done();
        self.change_status(status);
        let ticket = &mut self.filled.ticket;
        ticket.waiting_since = None;
        if status == TicketStatus::Resolved {
            ticket.resolved_at = Some(now);
        } else {
            ticket.closed_at = Some(now);
        }
        if !was_done {
            let started_at = ticket.cycle_started_at;
            self.filled.cycle = Some(ResolutionCycle { ticket_id: ticket.id, started_at, ended_at: now });
        }
        self.changed();
    }
}

impl Thing for Filled {
    const NAME: &'static str = "tickets";

    fn make(world: &World, number: u64, of: u64) -> Result<Self, Failure> {
        ticket(world, number, of)
    }

    fn day(world: &World, number: u64, of: u64) -> NaiveDate {
        day(world.moment(number, of, &mut world.random(KIND, number)))
    }

    /// A ticket takes its number where all tickets take theirs.
    async fn write(&self, tx: &mut dyn Transaction) -> Result<(), StoreError> {
        let tickets = tx.tickets();
        let number = tickets.next_number(day(self.ticket.created_at)).await?;
        tickets.insert(&Ticket { number, ..self.ticket.clone() }).await?;
        for entry in &self.entries {
            tickets.append_entry(entry.clone()).await?;
        }
        tickets.append_history(&self.history).await?;
        if let Some(cycle) = &self.cycle {
            tickets.append_resolution(cycle).await?;
        }
        Ok(())
    }
}
