//! P5, P7, P8: how lists, figures and searches grow with the desk.
//!
//! Two desks, one a hundred times as large, are asked the same things in turns. Calls go to the store and not over HTTP,
//! so that nothing of fixed cost hides how it grows. Where a list depends on who asks or what for, each call asks for
//! somebody or something else. Half the depth of a list is where the things of half the desk's age are.
//!
//! Beside each figure the least that such an answer costs is measured, in the same turns (`Least`): what is below it is
//! no growth that anybody could notice, and both ratios are told.

mod least;
mod lists;
mod report;
mod search;

use std::sync::Arc;

use chrono::TimeDelta;
use support_core::{
    access::Scope,
    chat::SessionSort,
    id::{TenantId, TicketId, UserId},
    store::{Keyset, Limit, PageRequest, Store},
    ticket::{NamedPeriod, Period, TicketFilter, TicketSort, TicketStatsFilter},
    time::{Clock as _, SystemClock, Timestamp, to_micros},
};

pub use self::report::Growth;
use self::{
    least::Least,
    lists::{Depth, session_views, ticket_views},
    report::{Detail, Figure, Goals, Times, time},
};
use crate::{
    Failure,
    callers::Latencies,
    fill::{DILIGENT, Filling, Shown, fill_in},
    opened::Opened,
};

/// What is measured.
#[derive(Debug, Clone, clap::Args)]
#[expect(clippy::exhaustive_structs, reason = "it is the command line")]
pub struct GrowthArgs {
    /// The database of the small desk, such as sqlite:small.db, postgres://… or mysql://…; filled if it is empty.
    #[arg(long, value_name = "URL")]
    pub small: String,
    /// The database of the large desk; filled if it is empty.
    #[arg(long, value_name = "URL")]
    pub large: String,
    /// What is asked of both.
    #[command(flatten)]
    pub asked: Asked,
}

/// What is asked of both desks.
#[derive(Debug, Clone, clap::Args)]
#[expect(clippy::exhaustive_structs, reason = "it is the command line")]
pub struct Asked {
    /// How many tickets, and chats, the small desk has.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub small_size: u64,
    /// How many the large desk has.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub large_size: u64,
    /// How often each thing is asked of each desk.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(2..))]
    pub calls: u32,
    /// Only what has this in its name.
    #[arg(long)]
    pub only: Option<String>,
    /// Prints every figure, and not just the worst of each kind.
    #[arg(long)]
    pub all: bool,
}

/// A desk that is asked.
pub(crate) struct Desk {
    opened: Opened,
    store: Arc<dyn Store>,
    tenant: TenantId,
    now: Timestamp,
    agents: Vec<UserId>,
    customers: Vec<UserId>,
    /// Some that are there.
    tickets: Vec<TicketId>,
}

impl Desk {
    /// A desk in a database, which is filled if it is empty.
    async fn in_database(opened: Opened, size: u64, until: Timestamp) -> Result<Self, Failure> {
        let store = opened.store();
        let tenant = TenantId::default();
        if store.begin_read(&tenant).await?.agents().list().await?.is_empty() {
            let filling = Filling { tickets: size, sessions: size, seed: 1, until, shown: Shown::OnTerminal };
            fill_in(&opened, filling).await?;
        }
        let mut tx = store.begin_read(&tenant).await?;
        let agents = tx.agents().list().await?.into_iter().map(|agent| agent.id);
        let agents: Vec<_> = agents.filter(|id| id.as_str() != DILIGENT).collect();
        // Customers who asked for something in the middle of the desk's age.
        let key = (until - TimeDelta::days(365 * 5)).timestamp_micros();
        let request = PageRequest {
            limit: Limit::new(Limit::MAX.into())?,
            after: Some(Keyset { tier: 1, key, id: uuid::Uuid::nil() }),
        };
        let some = TicketFilter::within(Scope::Everything);
        let page = tx.tickets().list(&some, TicketSort::CreatedAtDescending, &request).await?;
        let customers = page.items.iter().filter_map(|ticket| ticket.requester.user_id().cloned());
        let customers: Vec<_> = customers.collect();
        let tickets = page.items.iter().map(|ticket| ticket.id).collect();
        drop(tx);
        if agents.is_empty() || customers.is_empty() {
            return Err("the desk has been filled by something else".into());
        }
        Ok(Self { opened, store, tenant, now: until, agents, customers, tickets })
    }

    fn agent(&self, n: usize) -> UserId {
        self.agents[n % self.agents.len()].clone()
    }

    fn customer(&self, n: usize) -> UserId {
        self.customers[n % self.customers.len()].clone()
    }

    /// A moment at about such a part of the desk's age; each number has its own.
    fn moment(&self, part: f64, n: usize) -> Timestamp {
        let days = crate::fill::DAYS as f64 * part;
        self.now - TimeDelta::days(days as i64) + TimeDelta::hours((n as i64 % 60) * 7)
    }
}

/// Both desks, and what is asked of them.
struct Pair<'a> {
    small: Desk,
    large: Desk,
    args: &'a Asked,
    figures: Vec<Figure>,
}

impl Pair<'_> {
    fn wants(&self, group: &str, name: &str) -> bool {
        self.args.only.as_ref().is_none_or(|only| format!("{group}: {name}").contains(only.as_str()))
    }

    /// Has both desks asked the same, in turns of ten calls, and between them the small one for the least there is.
    async fn both(
        &self,
        least: Least,
        ask: &dyn for<'d> Fn(&'d Desk, usize) -> BoxFuture<'d>,
    ) -> Result<Times, Failure> {
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        let calls = self.args.calls as usize;
        for desk in [&self.small, &self.large] {
            ask(desk, calls).await?;
        }
        for from in (0..calls).step_by(10) {
            let numbers = from..calls.min(from + 10);
            times[0].extend(time(numbers.clone(), |n| ask(&self.small, n)).await?);
            times[1].extend(time(numbers.clone(), |n| ask(&self.large, n)).await?);
            times[2].extend(time(numbers, |n| least.ask(&self.small, n)).await?);
        }
        let [small, large, least] = times.map(Latencies::new);
        Ok(Times { small, large, least })
    }

    async fn measure(
        &mut self,
        group: &'static str,
        name: String,
        (goals, least): (Goals, Least),
        ask: &dyn for<'d> Fn(&'d Desk, usize) -> BoxFuture<'d>,
    ) -> Result<(), Failure> {
        if self.wants(group, &name) {
            let times = self.both(least, ask).await?;
            self.figures.push(Figure { group, name, goals, times, beside: None });
        }
        Ok(())
    }

    /// A list from its beginning, and from half its depth.
    async fn measure_list(
        &mut self,
        group: &'static str,
        name: String,
        least: Least,
        ask: &dyn for<'d> Fn(&'d Desk, Depth, usize) -> BoxFuture<'d>,
    ) -> Result<(), Failure> {
        if !self.wants(group, &name) {
            return Ok(());
        }
        let goals = Goals { p50: 1.5, p99: Some(3.0) };
        let times = self.both(least, &|desk, n| ask(desk, Depth::First, n)).await?;
        let first = times.large.clone();
        self.figures.push(Figure { group, name: name.clone(), goals, times, beside: None });
        let times = self.both(least, &|desk, n| ask(desk, Depth::Half, n)).await?;
        let (name, beside) = (format!("{name}, half depth"), Some((first, 2.5)));
        self.figures.push(Figure { group, name, goals, times, beside });
        Ok(())
    }

    async fn lists(&mut self) -> Result<(), Failure> {
        for (view, filter) in ticket_views() {
            for sort in TicketSort::ALL.iter().copied() {
                self.measure_list(
                    "P5 tickets",
                    format!("{view}, {sort:?}"),
                    Least::Tickets,
                    &|desk, depth, n| {
                        Box::pin(async move { lists::tickets(desk, &filter(desk, n)?, sort, depth, n).await })
                    },
                )
                .await?;
            }
        }
        for (view, filter) in session_views() {
            for sort in SessionSort::ALL.iter().copied() {
                self.measure_list(
                    "P5 chats",
                    format!("{view}, {sort:?}"),
                    Least::Chats,
                    &|desk, depth, n| {
                        Box::pin(
                            async move { lists::sessions(desk, &filter(desk, n)?, sort, depth, n).await },
                        )
                    },
                )
                .await?;
            }
        }
        Ok(())
    }

    async fn statistics(&mut self) -> Result<(), Failure> {
        let goals = (Goals { p50: 2.0, p99: None }, Least::Row);
        for name in NamedPeriod::ALL.iter().copied() {
            self.measure("P7 tickets", format!("{name}"), goals, &|desk, _| {
                let filter = TicketStatsFilter {
                    tickets: Scope::Everything,
                    chats: Scope::Everything,
                    period: Period::named(name, desk.now),
                };
                Box::pin(stats(desk, filter))
            })
            .await?;
        }
        self.measure("P7 tickets", "a month long ago, not from midnight".to_owned(), goals, &|desk, n| {
            let from = desk.moment(0.6, n) + TimeDelta::minutes(17);
            let period = Period::new(from, from + TimeDelta::days(30));
            let filter = TicketStatsFilter { tickets: Scope::Everything, chats: Scope::Everything, period };
            Box::pin(stats(desk, filter))
        })
        .await?;
        self.measure("P7 tickets", "a customer's own, this year".to_owned(), goals, &|desk, n| {
            let filter = TicketStatsFilter {
                tickets: Scope::Customer(desk.customer(n)),
                chats: Scope::Customer(desk.customer(n)),
                period: Period::named(NamedPeriod::Year, desk.now),
            };
            Box::pin(stats(desk, filter))
        })
        .await?;
        self.measure("P7 chats", "all".to_owned(), goals, &|desk, _| {
            Box::pin(async move {
                desk.store.begin_read(&desk.tenant).await?.chats().stats().await?;
                Ok(())
            })
        })
        .await?;
        self.measure("P7 agents", "what they have in hand".to_owned(), goals, &|desk, _| {
            Box::pin(async move {
                desk.store.begin_read(&desk.tenant).await?.agents().loads().await?;
                Ok(())
            })
        })
        .await
    }
}

async fn stats(desk: &Desk, filter: TicketStatsFilter) -> Result<(), Failure> {
    desk.store.begin_read(&desk.tenant).await?.tickets().stats(&filter).await?;
    Ok(())
}

/// A call of a desk.
type BoxFuture<'d> = std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'd>>;

/// Opens both desks, fills them if need be, and asks them everything.
///
/// # Errors
/// A database that cannot be opened or filled, or a call that fails.
pub async fn run(args: &GrowthArgs) -> Result<Growth, Failure> {
    between(Opened::at(&args.small).await?, Opened::at(&args.large).await?, &args.asked).await
}

/// The same of databases that are open.
///
/// # Errors
/// As [`run`].
pub(crate) async fn between(small: Opened, large: Opened, asked: &Asked) -> Result<Growth, Failure> {
    let until = to_micros(SystemClock.now());
    let name = large.kind().name();
    let small = Desk::in_database(small, asked.small_size, until).await?;
    let large = Desk::in_database(large, asked.large_size, until).await?;
    let mut pair = Pair { small, large, args: asked, figures: Vec::new() };
    pair.lists().await?;
    pair.statistics().await?;
    pair.searches().await?;
    let others = pair.beside_like().await?;
    let shown = if asked.all { Detail::All } else { Detail::Worst };
    let title = format!(
        "P5, P7, P8  growth from {} to {} tickets and chats on {name}, {} calls of each",
        asked.small_size, asked.large_size, asked.calls
    );
    Ok(Growth { title, figures: pair.figures, others, shown })
}
