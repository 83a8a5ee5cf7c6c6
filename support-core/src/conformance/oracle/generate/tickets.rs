//! Changes of tickets and what belongs to them.

use serde_json::json;
use uuid::Uuid;

use super::{CATEGORIES, CUSTOMERS, Generator, Operation, STAFF, TAGS};
use crate::{
    chat::{Customer, Session},
    conformance::fixtures::{assignee, body, category, day, json_object, person, subject, tag},
    id::{EntryId, TicketId},
    text::JsonObject,
    ticket::{
        EntryKind, HistoryChange, NewEntry, Priority, ResolutionCycle, Ticket, TicketNumber, TicketStatus,
    },
};

impl Generator {
    pub(super) fn new_ticket(&mut self, requester: Customer) -> Ticket {
        let id = TicketId::from_uuid(self.id());
        let now = self.now();
        let new = Ticket {
            id,
            number: TicketNumber::new(day(0), 0),
            subject: subject("new"),
            description: body("new"),
            status: TicketStatus::Open,
            priority: Priority::Medium,
            category: None,
            tags: Vec::new(),
            requester,
            assignee: None,
            custom_fields: JsonObject::default(),
            reply_count: 0,
            waiting_since: None,
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
        self.changed(new)
    }

    /// The ticket with other values in what may change.
    pub(super) fn changed(&mut self, ticket: Ticket) -> Ticket {
        let assigned = self.random.maybe(|random| assignee(random.pick(&STAFF)));
        let mut tags = self.random.some_of(&TAGS);
        tags.dedup();
        Ticket {
            subject: subject(&self.text()),
            description: body(&self.text()),
            status: self.random.pick(TicketStatus::ALL),
            priority: self.random.pick(Priority::ALL),
            category: self.random.maybe(|random| category(random.pick(&CATEGORIES))),
            tags: tags.into_iter().map(tag).collect(),
            assignee: assigned,
            custom_fields: json_object(json!({"n": self.random.next(), "text": self.text()})),
            reply_count: u32::try_from(self.random.below(9)).unwrap(),
            waiting_since: if self.random.one_in(2) { Some(self.about_now()) } else { None },
            first_response_at: if self.random.one_in(2) { Some(self.about_now()) } else { None },
            resolved_at: if self.random.one_in(2) { Some(self.about_now()) } else { None },
            closed_at: if self.random.one_in(2) { Some(self.about_now()) } else { None },
            updated_at: self.about_now(),
            ..ticket
        }
    }

    pub(super) fn insert_ticket(&mut self) -> Operation {
        let requester = Customer::User(person(self.random.pick(&CUSTOMERS)));
        let mut ticket = self.new_ticket(requester);
        let day = day(self.random.below(3));
        let day = if self.random.one_in(12)
            && let Some(taken) = self.known.numbers.first()
        {
            // A number that was given once, whether its ticket is still there or not.
            ticket.number = taken.clone();
            None
        } else {
            Some(day)
        };
        let id = self.taken_or_new(|known| known.tickets.iter().map(TicketId::as_uuid).collect());
        ticket.id = TicketId::from_uuid(id);
        self.known.tickets.push(ticket.id);
        Operation::InsertTicket { ticket: Box::new(ticket), day, session: None }
    }

    pub(super) fn convert(&mut self, session: Session) -> Operation {
        let ticket = self.new_ticket(session.customer.clone());
        let ticket = Ticket { chat_session_id: Some(session.id), ..ticket };
        let session = Session { ticket_id: Some(ticket.id), updated_at: self.now(), ..session };
        self.known.tickets.push(ticket.id);
        let day = Some(day(self.random.below(3)));
        Operation::InsertTicket { ticket: Box::new(ticket), day, session: Some(Box::new(session)) }
    }

    pub(super) fn update_ticket(&mut self, ticket: Ticket) -> Operation {
        let mut ticket = self.changed(ticket);
        match self.random.below(20) {
            0 => ticket.version += 1,
            1 => ticket.version -= 1,
            2 => ticket.id = TicketId::from_uuid(Uuid::max()),
            _ => {}
        }
        Operation::UpdateTicket(Box::new(ticket))
    }

    pub(super) fn entry(&mut self, ticket_id: TicketId) -> NewEntry {
        NewEntry {
            id: EntryId::from_uuid(self.id()),
            ticket_id,
            kind: self.random.pick(EntryKind::ALL),
            author: self.actor(),
            body: body(&self.text()),
            created_at: self.now(),
        }
    }

    pub(super) fn append_entry(&mut self, ticket_id: TicketId) -> Operation {
        Operation::AppendEntry(self.entry(ticket_id))
    }

    pub(super) fn append_history(&mut self, ticket_id: TicketId) -> Operation {
        let values =
            [json!(null), json!("bob"), json!({"id": "dan", "name": "Dan"}), json!(["bob"]), json!(1)];
        let change = |generator: &mut Self| HistoryChange {
            ticket_id,
            at: generator.now(),
            actor: generator.actor(),
            field: "assignee".to_owned(),
            old: generator.random.pick(&values),
            new: generator.random.pick(&values),
        };
        let count = self.random.below(4);
        Operation::AppendHistory((0..count).map(|_| change(self)).collect())
    }

    pub(super) fn append_resolution(&mut self, ticket_id: TicketId) -> Operation {
        let (started_at, ended_at) = (self.any_moment(), self.any_moment());
        Operation::AppendResolution(ResolutionCycle { ticket_id, started_at, ended_at })
    }
}
