//! A desk that is ten years old: tickets and chats in any number, as the desk itself would have left them.
//!
//! Everything is written through the store, in large transactions, so that numbers, indexes, search and kept counts are
//! what they would be if people had done it. Where several write at once, each has days of its own, so that numbers are
//! the same as by one. What the desk forgets by itself is not there: events, first answers and the
//! bot's log are days old at most. The same seed, size and moment make the same desk.

mod chats;
mod progress;
mod random;
mod text;
mod tickets;
mod world;
mod write;

use std::{num::NonZeroU64, sync::Arc, time::Instant};

use support_core::{
    id::{TenantId, UserId},
    person::Agent,
    store::Store,
    time::Timestamp,
};

use self::world::World;
use crate::{
    Failure,
    opened::Opened,
    table::{Goal, Table},
};

/// For how many days there has been a desk.
pub(crate) const DAYS: i64 = 3_652;

/// An agent who reads every chat there is.
pub(crate) const DILIGENT: &str = "agent-diligent";

/// What a desk is filled with.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct Filling {
    /// How many tickets.
    pub tickets: u64,
    /// How many chats.
    pub sessions: u64,
    /// What makes one desk differ from another of the same size.
    pub seed: u64,
    /// The present, up to which things have happened.
    pub until: Timestamp,
    /// Whether somebody watches.
    pub shown: Shown,
}

/// Whether progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is shown or not")]
pub enum Shown {
    /// On standard error.
    OnTerminal,
    /// Nowhere.
    Nowhere,
}

/// Fills an empty store, by so many writers at the same time.
///
/// # Errors
/// Those of the store; `AlreadyExists` where it has been filled from the same seed before.
pub async fn fill(store: &dyn Store, filling: Filling, writers: u64) -> Result<(), Failure> {
    let world = Arc::new(World::new(filling.seed, filling.tickets.max(filling.sessions), filling.until));
    agents(store, &world).await?;
    write::all::<tickets::Filled>(store, &world, filling.tickets, writers, filling.shown).await?;
    write::all::<chats::Filled>(store, &world, filling.sessions, writers, filling.shown).await
}

/// Fills an empty database as fast as it can be.
///
/// # Errors
/// As [`fill`].
pub(crate) async fn fill_in(opened: &Opened, filling: Filling) -> Result<(), Failure> {
    opened.hurry().await?;
    fill(&*opened.store(), filling, opened.writers()).await?;
    opened.settle().await
}

/// One of the words that some hundred texts in a million hold.
pub(crate) fn rare_word(number: u64) -> String {
    text::made_up(40_000 + number % 1_000)
}

async fn agents(store: &dyn Store, world: &World) -> Result<(), Failure> {
    let mut tx = store.begin(&TenantId::default()).await?;
    for number in 0..world.agents() {
        let person = world.agent_of(number)?;
        tx.agents().upsert(&Agent::new(person.id.clone(), person.display_name())).await?;
    }
    tx.agents().upsert(&Agent::new(UserId::parse(DILIGENT)?, "Dora Diligent")).await?;
    tx.commit().await?;
    Ok(())
}

/// Fills the database that the command line names.
///
/// # Errors
/// It cannot be opened, or those of [`fill`].
pub async fn run(args: &FillArgs) -> Result<Table, Failure> {
    let opened = Opened::at(&args.database_url).await?;
    let filling = args.filling();
    let began = Instant::now();
    fill_in(&opened, filling).await?;
    // The URL may hold a password.
    let mut table = Table::new(format!("Filled a database of {}, seed {}", opened.kind().name(), args.seed));
    table.push("tickets", Goal::None, [filling.tickets as f64]);
    table.push("chats", Goal::None, [filling.sessions as f64]);
    table.push("seconds", Goal::None, [began.elapsed().as_secs_f64()]);
    if args.check {
        let differences = opened.check_counts().await?;
        table.push(
            "kept counts that are not what the rows say",
            Goal::Exactly(0.0),
            [differences.len() as f64],
        );
    }
    Ok(table)
}

/// How a desk is filled from the command line.
#[derive(Debug, Clone, clap::Args)]
#[expect(clippy::exhaustive_structs, reason = "it is the command line")]
pub struct FillArgs {
    /// The database, such as sqlite:support.db, postgres://… or mysql://…. It must be empty.
    #[arg(long, env = "SUPPORT_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: String,
    /// How many tickets: 10000, 100000, 1000000.
    #[arg(long, default_value = "10000")]
    pub tickets: NonZeroU64,
    /// How many chats; as many as tickets without it.
    #[arg(long)]
    pub sessions: Option<NonZeroU64>,
    /// What makes one desk differ from another of the same size.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The present, such as 2026-01-31T12:00:00Z; the clock's without it.
    #[arg(long, value_name = "MOMENT")]
    pub until: Option<Timestamp>,
    /// Counts everything afterwards, and compares it with the kept counts.
    #[arg(long)]
    pub check: bool,
}

impl FillArgs {
    /// What is to be filled in.
    pub fn filling(&self) -> Filling {
        use support_core::time::{Clock as _, SystemClock, to_micros};
        Filling {
            tickets: self.tickets.get(),
            sessions: self.sessions.unwrap_or(self.tickets).get(),
            seed: self.seed,
            until: self.until.unwrap_or_else(|| to_micros(SystemClock.now())),
            shown: Shown::OnTerminal,
        }
    }
}
