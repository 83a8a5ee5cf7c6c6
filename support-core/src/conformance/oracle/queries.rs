//! Which questions are asked.

use super::{
    generate::{ACTORS, CATEGORIES, CLIENT_KEYS, CUSTOMERS, Generator, STAFF, TAGS, WORDS},
    operation::Operation,
};
use crate::{
    access::Scope,
    chat::{Owner, SessionFilter, SessionSort, SessionStatus, TokenHash, Unread},
    conformance::fixtures::{category, client_id, day, limited, query, tag, user_id},
    id::TicketId,
    message::MessageRange,
    search::SearchQuery,
    store::{Limit, UnansweredSort},
    ticket::{
        AssigneeFilter, Period, Priority, TicketFilter, TicketKey, TicketNumber, TicketSort,
        TicketStatsFilter, TicketStatus, Visibility,
    },
};

impl Generator {
    /// A question about whatever may be there.
    pub(super) fn query(&mut self) -> Operation {
        match self.random.below(28) {
            0 => Operation::FindTicket(self.ticket_key(), self.scope()),
            1..=5 => {
                let filter = Box::new(self.ticket_filter());
                Operation::ListTickets(filter, self.random.pick(TicketSort::ALL), self.limit())
            }
            6 => Operation::FindEntry(self.any_ticket(), self.random.below(6), self.visibility()),
            7 => Operation::ListEntries(self.any_ticket(), self.visibility(), self.limit()),
            8 => Operation::ListHistory(self.any_ticket(), self.limit()),
            9 => self.ticket_stats(),
            10 => Operation::FindSession(self.any_session(), self.scope()),
            11 => {
                let known = self.random.pick_if_any(&self.known.tokens);
                Operation::FindByToken(known.unwrap_or(TokenHash::from_bytes([0; 32])))
            }
            12 => Operation::FindActiveOf(self.user()),
            13..=16 => {
                let filter = Box::new(self.session_filter());
                Operation::ListSessions(filter, self.random.pick(SessionSort::ALL), self.limit())
            }
            17 => Operation::ReadingOf(self.any_session(), self.participant()),
            18 if self.random.one_in(2) => Operation::ListIdle(self.any_moment(), self.limit()),
            18 => Operation::ListUnanswered(self.any_moment(), self.limit()),
            19 => Operation::ChatStats,
            20 if self.random.one_in(2) => Operation::FindMessage(self.any_session(), self.random.below(9)),
            20 => {
                let author = self
                    .random
                    .maybe(|random| user_id(random.pick(&[STAFF, ["ann", "Ann", "eve"]].concat())));
                let key = client_id(self.random.pick(&CLIENT_KEYS));
                Operation::FindByClientId(self.any_session(), author, key)
            }
            21 => {
                let range = MessageRange {
                    after_seq: self.random.maybe(|random| random.below(9)),
                    before_seq: self.random.maybe(|random| random.below(12)),
                    limit: self.limit(),
                };
                Operation::ListMessages(self.any_session(), range)
            }
            22 if self.random.one_in(2) => Operation::SinkPosition(self.sink()),
            22 if self.random.one_in(2) => Operation::FindDelivery(self.sink()),
            22 => Operation::FindAnswer(self.random.pick(&ACTORS).to_owned(), self.key()),
            23 if self.random.one_in(2) => Operation::ListDeadLetters(self.limit()),
            23 => Operation::Agents(self.staff()),
            24 if self.random.one_in(2) => Operation::FindTrace(self.any_session(), self.random.below(9)),
            24 => Operation::ListQuestions(self.limit()),
            25 => Operation::ListGroups(self.random.pick(UnansweredSort::ALL), self.limit()),
            26 => Operation::BotStats(Period::new(self.any_moment(), self.any_moment())),
            _ => Operation::Export(self.person()),
        }
    }

    fn limit(&mut self) -> Limit {
        limited(self.random.pick(&[1, 2, 3, 5, 50, 100]))
    }

    fn visibility(&mut self) -> Visibility {
        self.random.pick(&[Visibility::Public, Visibility::Staff])
    }

    fn scope(&mut self) -> Scope {
        match self.random.below(8) {
            0 => Scope::Nothing,
            1 => Scope::Session(self.any_session()),
            2 | 3 => Scope::Customer(self.user()),
            _ => Scope::Everything,
        }
    }

    fn number(&mut self) -> TicketNumber {
        let known: Vec<_> = self.known.numbers.iter().cloned().collect();
        self.random.pick_if_any(&known).unwrap_or_else(|| TicketNumber::new(day(0), 1))
    }

    fn ticket_key(&mut self) -> TicketKey {
        if self.random.one_in(2) {
            TicketKey::Number(self.number())
        } else {
            TicketKey::Id(TicketId::from_uuid(self.any_ticket().as_uuid()))
        }
    }

    fn search(&mut self) -> Option<SearchQuery> {
        match self.random.below(8) {
            // The last number is the one that texts name.
            0 => Some(query(self.known.numbers.last().unwrap_or(&TicketNumber::new(day(0), 1)).as_str())),
            1 => Some(query(&self.text())),
            2 => {
                let word = self.random.pick(&WORDS);
                let unfinished: String = word.chars().take(1 + word.chars().count() / 2).collect();
                Some(query(&unfinished))
            }
            3 => Some(query(self.random.pick(&[
                "\"fire\" OR",
                "-fire",
                "zoe",
                "fire*",
                "!!",
                "tkt fire",
                "the person",
                "host",
            ]))),
            _ => None,
        }
    }

    fn assignees(&mut self) -> Vec<AssigneeFilter> {
        let [first, second, _] = STAFF.map(|id| AssigneeFilter::Agent(user_id(id)));
        self.random.some_of(&[first, second, AssigneeFilter::Nobody])
    }

    fn ticket_filter(&mut self) -> TicketFilter {
        TicketFilter {
            scope: self.scope(),
            visibility: self.visibility(),
            status: self.random.some_of(TicketStatus::ALL),
            priority: self.random.some_of(Priority::ALL),
            category: self.random.some_of(&CATEGORIES).into_iter().map(category).collect(),
            tag: self.random.some_of(&TAGS).into_iter().map(tag).collect(),
            assignee: self.assignees(),
            requester: self.random.some_of(&CUSTOMERS).into_iter().map(user_id).collect(),
            search: self.search(),
            created_after: if self.random.one_in(4) { Some(self.any_moment()) } else { None },
            created_before: if self.random.one_in(4) { Some(self.any_moment()) } else { None },
        }
    }

    fn session_filter(&mut self) -> SessionFilter {
        SessionFilter {
            scope: self.scope(),
            viewer: self.participant(),
            status: self.random.some_of(SessionStatus::ALL),
            owner: self.random.some_of(Owner::ALL),
            category: self.random.some_of(&CATEGORIES).into_iter().map(category).collect(),
            assignee: self.assignees(),
            user: self.random.some_of(&CUSTOMERS).into_iter().map(user_id).collect(),
            unread: if self.random.one_in(3) {
                Some(self.random.pick(&[Unread::Some, Unread::None]))
            } else {
                None
            },
            search: self.search(),
        }
    }

    fn ticket_stats(&mut self) -> Operation {
        let period = Period::new(self.any_moment(), self.any_moment());
        Operation::TicketStats(TicketStatsFilter { tickets: self.scope(), chats: self.scope(), period })
    }
}
