//! Kept counts: what figures and lists would otherwise have to count row by row.
//!
//! A row counts for certain labels of certain kinds ([`Fact`]). Whoever writes rows says what they counted for before and
//! what they count for now; a transaction gathers the differences and writes them when it commits, last of all and in one
//! order, so that no counter is held while something else is waited for and none is waited for crosswise. Counters that
//! many writers meet at are spread over shards, of which each transaction writes one. [`SqlxStore::check_counts`](crate::SqlxStore::check_counts) tells
//! whether all of them are what the rows say.

mod durations;
mod facts;
mod labels;

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher, RandomState},
};

use support_core::{
    chat::Session,
    id::{SessionId, TicketId},
    store::StoreError,
    ticket::Ticket,
};

pub(crate) use self::{
    durations::{Lasting, RESOLUTIONS, RESPONSES, of_tenth},
    facts::{Fact, SessionFacts, TicketFacts, read_facts, read_label, session_facts, ticket_facts},
    labels::{By, Labels, Parts, day, month},
};
use crate::{chat::Before, dialect::Dialect, sql::Sql, transaction::SqlxTransaction};

type Result<T> = std::result::Result<T, StoreError>;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident => $name:literal, $shards:literal;)+) => {
        /// What is counted.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Kind {
            $($(#[doc = $doc])* $kind),+
        }

        impl Kind {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// Its name in the table.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $name),+ }
            }

            /// Over how many shards it is spread where writers work side by side.
            const fn shards(self) -> u64 {
                match self { $(Self::$kind => $shards),+ }
            }

            /// The kind of this name.
            pub(crate) fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$kind),)+ _ => None }
            }
        }
    };
}

kinds! {
    /// Tickets by status.
    TicketStatus => "ticket_status", 8;
    /// Tickets by the rank of their priority.
    TicketPriority => "ticket_priority", 8;
    /// Tickets by category; those without one by the empty text, which no category is.
    TicketCategory => "ticket_category", 8;
    /// Tickets that are neither done nor anybody's.
    TicketsUnassigned => "tickets_unassigned", 8;
    /// Tickets that are not done, by whose they are.
    TicketsInHand => "tickets_in_hand", 1;
    /// Tickets by the day on which they were opened.
    TicketsOpened => "tickets_opened", 4;
    /// Sessions.
    Sessions => "sessions", 16;
    /// Active sessions.
    SessionsActive => "sessions_active", 16;
    /// Active sessions by whose they are.
    SessionsInHand => "sessions_in_hand", 1;
    /// Messages, which are as many as the last `seq` says.
    Messages => "messages", 32;
    /// Ratings.
    Ratings => "ratings", 4;
    /// The stars of all ratings.
    Stars => "stars", 4;
    /// Ratings by the day on which they were given.
    RatingsGiven => "ratings_given", 1;
    /// The stars of ratings by the day on which they were given.
    StarsGiven => "stars_given", 1;
    /// Sessions in which a customer has written, by the day of their last activity.
    SessionsWithNews => "sessions_with_news", 4;
    /// The same by month.
    SessionsWithNewsByMonth => "sessions_with_news_by_month", 4;
    /// Sessions in which a customer has written, and which an agent has read: by agent and day of last activity.
    SessionsRead => "sessions_read", 1;
    /// The same by agent and month.
    SessionsReadByMonth => "sessions_read_by_month", 1;
    /// How long first answers took in microseconds, by the day on which they came.
    ResponseTime => "response_time", 4;
    /// First answers by the day on which they came and the tenth of the time they took.
    ResponseTenthsByDay => "response_tenths_by_day", 1;
    /// First answers by the month in which they came and the tenth of the time they took.
    ResponseTenthsByMonth => "response_tenths_by_month", 2;
    /// First answers by the tenth of the time they took, the month in which they came, and the bucket of the time.
    ResponseHundredths => "response_hundredths", 1;
    /// How long stretches of work took in microseconds, by the day on which they ended.
    ResolutionTime => "resolution_time", 4;
    /// Stretches of work by the day on which they ended and the tenth of the time they took.
    ResolutionTenthsByDay => "resolution_tenths_by_day", 1;
    /// Stretches of work by the month in which they ended and the tenth of the time they took.
    ResolutionTenthsByMonth => "resolution_tenths_by_month", 2;
    /// Stretches of work by the tenth of the time they took, the month in which they ended, and the bucket of the time.
    ResolutionHundredths => "resolution_hundredths", 1;
    /// What became of messages to the bot: by the day of its answer, and what that was
    /// ([`AnswerFact`](support_core::bot::AnswerFact)).
    BotAnswers => "bot_answers", 4;
}

/// Differences that are not written yet.
#[derive(Debug, Default)]
pub(crate) struct Counts(BTreeMap<(Kind, String), i64>);

impl Counts {
    pub(crate) fn add(&mut self, facts: impl IntoIterator<Item = Fact>) {
        for (kind, label, n) in facts {
            *self.0.entry((kind, label)).or_default() += n;
        }
    }

    pub(crate) fn remove(&mut self, facts: impl IntoIterator<Item = Fact>) {
        self.add(facts.into_iter().map(|(kind, label, n)| (kind, label, -n)));
    }

    /// What is to be written, in the order of the keys.
    pub(crate) fn take(&mut self) -> Vec<Fact> {
        let all = std::mem::take(&mut self.0).into_iter();
        all.filter(|(_, n)| *n != 0).map(|((kind, label), n)| (kind, label, n)).collect()
    }
}

/// What rows counted for when a transaction read them to change them, by their versions: as long as a row is in that
/// version, that is what it counts for.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    tickets: HashMap<TicketId, (u64, Vec<Fact>)>,
    sessions: HashMap<SessionId, (u64, Before)>,
}

impl Loaded {
    pub(crate) fn ticket(&mut self, ticket: &Ticket) {
        self.tickets.insert(ticket.id, (ticket.version, ticket_facts(ticket)));
    }

    pub(crate) fn ticket_in(&self, id: TicketId, version: u64) -> Option<&Vec<Fact>> {
        self.tickets.get(&id).filter(|(loaded, _)| *loaded == version).map(|(_, facts)| facts)
    }

    pub(crate) fn session(&mut self, session: &Session, staff_has_read: bool) {
        self.sessions.insert(session.id, (session.version, Before::of(session, staff_has_read)));
    }

    pub(crate) fn session_in(&self, id: SessionId, version: u64) -> Option<&Before> {
        self.sessions.get(&id).filter(|(loaded, _)| *loaded == version).map(|(_, before)| before)
    }

    /// Whether a session is there: it was found, and is kept from other writers.
    pub(crate) fn has_session(&self, id: SessionId) -> bool {
        self.sessions.contains_key(&id)
    }

    /// What a session counts for now.
    pub(crate) fn session_now(&self, id: SessionId) -> Option<&Before> {
        self.sessions.get(&id).map(|(_, before)| before)
    }

    /// Sessions may be gone.
    pub(crate) fn forget_sessions(&mut self) {
        self.sessions.clear();
    }

    /// An agent has begun to read in a session.
    pub(crate) fn staff_reads(&mut self, id: SessionId) {
        if let Some((_, before)) = self.sessions.get_mut(&id) {
            before.staff_has_read = true;
        }
    }
}

/// How many counters one statement writes.
const AT_ONCE: usize = 200;

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// Writes the differences. The last thing a transaction does.
    pub(crate) async fn write_counts(&mut self) -> Result<()> {
        let mut facts = self.counts.take();
        if facts.is_empty() {
            return Ok(());
        }
        // Keys are compared by the name of their kind, as the database does.
        facts.sort_by(|(a, a_label, _), (b, b_label, _)| (a.as_str(), a_label).cmp(&(b.as_str(), b_label)));
        let random = if DB::ONE_WRITER { 0 } else { RandomState::new().hash_one(0) };
        for some in facts.chunks(AT_ONCE) {
            let mut sql = Sql::new("insert into @counts (tenant, kind, label, shard, n) values ");
            for (place, (kind, label, n)) in some.iter().enumerate() {
                sql = if place == 0 { sql } else { sql.push(", ") };
                sql = sql.values([
                    crate::sql::Bind::from(self.tenant_id()),
                    kind.as_str().into(),
                    label.as_str().into(),
                    (random % kind.shards()).into(),
                    (*n).into(),
                ]);
            }
            self.execute(sql.push(&DB::or_add("counts", "tenant, kind, label, shard", "n"))).await?;
        }
        Ok(())
    }

    /// The counts of some kinds by their labels, with what this transaction has not written yet. None is zero.
    pub(crate) async fn kept(
        &mut self,
        kinds: &[Kind],
        labels: &Labels,
    ) -> Result<BTreeMap<(Kind, String), i64>> {
        self.kept_by(kinds, labels, By::Label).await
    }

    /// The counts of some kinds by a part of their labels, with what this transaction has not written yet. None is zero.
    pub(crate) async fn kept_by(
        &mut self,
        kinds: &[Kind],
        labels: &Labels,
        by: By,
    ) -> Result<BTreeMap<(Kind, String), i64>> {
        let sql = Sql::new("select kind, ")
            .push(by.sql())
            .push(" as part, ")
            .push(&DB::whole("sum(n)"))
            .push(" as value from @counts where tenant = ?")
            .bind(self.tenant_id())
            .and_any_of("kind", kinds.iter().map(|kind| kind.as_str()))
            .append(labels.sql())
            .push(" group by kind, part");
        let mut kept = BTreeMap::new();
        for row in self.all(sql, "counts", "part").await? {
            let name = row.text("kind")?;
            let kind = Kind::named(&name).ok_or_else(|| row.corrupt("kind", "is no kind of count"))?;
            kept.insert((kind, row.text("part")?), row.integer("value")?);
        }
        for ((kind, label), n) in &self.counts.0 {
            if kinds.contains(kind) && labels.hold(label) {
                *kept.entry((*kind, by.part(label))).or_default() += n;
            }
        }
        kept.retain(|_, n| *n != 0);
        Ok(kept)
    }

    /// The count of each kind in whole days, those from the first up to and without the last.
    pub(crate) async fn kept_in(&mut self, kinds: &[Kind], days: &Labels) -> Result<BTreeMap<Kind, u64>> {
        let kept = self.kept_by(kinds, days, By::Kind).await?;
        Ok(kept.into_iter().map(|((kind, _), n)| (kind, u64::try_from(n).unwrap_or(0))).collect())
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// The counts of a kind in whole days, by what its labels say behind the day.
    pub(crate) async fn kept_in_days(&mut self, kind: Kind, days: &Labels) -> Result<BTreeMap<String, i64>> {
        let kept = self.kept_by(&[kind], days, By::BehindDay).await?;
        Ok(kept.into_iter().map(|((_, rest), n)| (rest, n)).collect())
    }

    /// Of how many sessions an agent has read everything, by the day or, as another kind, the month of their last activity:
    /// all, or those of one month.
    pub(crate) async fn sessions_read(
        &mut self,
        kind: Kind,
        agent: &str,
        month: Option<&str>,
    ) -> Result<BTreeMap<String, i64>> {
        let labels = match month {
            Some(month) => Labels::of_month(&read_label(agent, ""), month),
            None => Labels::of_agent(agent),
        };
        let kept = self.kept(&[kind], &labels).await?;
        let read = kept.into_iter().filter_map(|((_, label), count)| {
            // Another agent's id may begin like this one's; neither a day nor a month has a blank.
            let when = label.strip_prefix(agent)?.strip_prefix(' ')?;
            (!when.contains(' ')).then(|| (when.to_owned(), count))
        });
        Ok(read.collect())
    }
}
