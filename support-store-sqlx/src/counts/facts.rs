//! What rows count for.

use support_core::{
    chat::{Session, SessionStatus},
    id::UserId,
    text::Category,
    ticket::{Ticket, TicketStatus},
    time::Timestamp,
};

use super::{Kind, RESPONSES, day, month};

/// That a row counts for a label of a kind, and how much.
pub(crate) type Fact = (Kind, String, i64);

/// What one agent has read, by day or month.
pub(crate) fn read_label(agent: &str, when: &str) -> String {
    format!("{agent} {when}")
}

/// What a ticket counts for.
pub(crate) fn ticket_facts(ticket: &Ticket) -> Vec<Fact> {
    let category = ticket.category.as_ref().map(Category::as_str);
    let assignee = ticket.assignee.as_ref().map(|assignee| &assignee.id);
    TicketFacts {
        status: ticket.status,
        priority: ticket.priority.rank().into(),
        category,
        assignee: assignee.map(UserId::as_str),
        created_at: ticket.created_at,
        first_response_at: ticket.first_response_at,
    }
    .list()
}

/// What of a ticket decides what it counts for.
pub(crate) struct TicketFacts<'t> {
    pub(crate) status: TicketStatus,
    pub(crate) priority: i64,
    pub(crate) category: Option<&'t str>,
    pub(crate) assignee: Option<&'t str>,
    pub(crate) created_at: Timestamp,
    pub(crate) first_response_at: Option<Timestamp>,
}

impl TicketFacts<'_> {
    pub(crate) fn list(&self) -> Vec<Fact> {
        let one = |kind, label: String| (kind, label, 1);
        let mut facts = vec![
            one(Kind::TicketStatus, self.status.as_str().to_owned()),
            one(Kind::TicketPriority, self.priority.to_string()),
            one(Kind::TicketCategory, self.category.unwrap_or_default().to_owned()),
            one(Kind::TicketsOpened, day(self.created_at)),
        ];
        if let Some(answered_at) = self.first_response_at {
            facts.extend(RESPONSES.facts(self.created_at, answered_at));
        }
        match self.assignee {
            _ if self.status.is_done() => {}
            Some(agent) => facts.push(one(Kind::TicketsInHand, agent.to_owned())),
            None => facts.push(one(Kind::TicketsUnassigned, String::new())),
        }
        facts
    }
}

/// What a session counts for, but for what agents have read of it.
pub(crate) fn session_facts(session: &Session) -> Vec<Fact> {
    let assignee = session.assignee.as_ref().map(|assignee| assignee.id.as_str());
    SessionFacts {
        is_active: session.status == SessionStatus::Active,
        assignee,
        last_seq: session.last_seq,
        last_customer_seq: session.last_customer_seq,
        stars: session.rating.map(|rating| rating.stars().into()),
        rated_at: session.rated_at,
        updated_at: session.updated_at,
    }
    .list()
}

/// What of a session decides what it counts for.
pub(crate) struct SessionFacts<'s> {
    pub(crate) is_active: bool,
    pub(crate) assignee: Option<&'s str>,
    pub(crate) last_seq: u64,
    pub(crate) last_customer_seq: u64,
    pub(crate) stars: Option<i64>,
    pub(crate) rated_at: Option<Timestamp>,
    pub(crate) updated_at: Timestamp,
}

impl SessionFacts<'_> {
    pub(crate) fn list(&self) -> Vec<Fact> {
        let nameless = |kind, n| (kind, String::new(), n);
        let messages = i64::try_from(self.last_seq).unwrap_or(i64::MAX);
        let mut facts = vec![nameless(Kind::Sessions, 1), nameless(Kind::Messages, messages)];
        if self.is_active {
            facts.push(nameless(Kind::SessionsActive, 1));
            facts.extend(self.assignee.map(|agent| (Kind::SessionsInHand, agent.to_owned(), 1)));
        }
        if let Some(stars) = self.stars {
            facts.extend([nameless(Kind::Ratings, 1), nameless(Kind::Stars, stars)]);
            if let Some(rated_at) = self.rated_at {
                let day = day(rated_at);
                facts.push((Kind::RatingsGiven, day.clone(), 1));
                facts.push((Kind::StarsGiven, day, stars));
            }
        }
        if self.last_customer_seq > 0 {
            facts.push((Kind::SessionsWithNews, day(self.updated_at), 1));
            facts.push((Kind::SessionsWithNewsByMonth, month(self.updated_at), 1));
        }
        facts
    }
}

/// What a session that was active then counts for once an agent has read it.
pub(crate) fn read_facts(agent: &str, updated_at: Timestamp) -> [Fact; 2] {
    [
        (Kind::SessionsRead, read_label(agent, &day(updated_at)), 1),
        (Kind::SessionsReadByMonth, read_label(agent, &month(updated_at)), 1),
    ]
}
