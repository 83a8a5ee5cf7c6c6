//! Every promise of speed in one run: P1, P2, P4 to P8 and P10, on each database that is named.

use std::{fmt, path::PathBuf};

use crate::{
    Failure,
    database::Database,
    growth::{self, Asked, Growth},
    host::StoreKind,
    lists::{self, ListsArgs},
    messages::{self, MessagesArgs},
    opened::Opened,
    statements::Statements,
    streams::{self, StreamsArgs},
    table::Table,
    tickets::{self, TicketsArgs},
};

/// What is measured, and where.
#[derive(Debug, Clone, clap::Args)]
#[expect(clippy::exhaustive_structs, reason = "it is the command line")]
pub struct AllArgs {
    /// How many tickets, and chats, the large desk has on SQLite (P5, P7, P8); the small one has a hundredth. The goals
    /// are those of a million.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(200..))]
    pub rows: u64,
    /// The same on servers, where each row that is filled in takes longer.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(200..))]
    pub server_rows: u64,
    /// Where SQLite's files go; a disk tells more than a file system in memory. The desks of P5, P7 and P8 stay there as
    /// growth-10000.db and growth-1000000.db and are used again. The system's directory for such files without it, and
    /// nothing stays.
    #[arg(long, value_name = "DIRECTORY")]
    pub directory: Option<PathBuf>,
    /// A PostgreSQL database, which gets schemas for the time of the run: P2, and P4, P5, P7, P8 there as well.
    #[arg(long, env = "SUPPORT_BENCH_POSTGRES_URL", hide_env_values = true, value_name = "URL")]
    pub postgres_url: Option<String>,
    /// A MySQL or MariaDB server, which gets databases for the time of the run: P4, P5, P7 and P8 there as well.
    #[arg(long, env = "SUPPORT_BENCH_MYSQL_URL", hide_env_values = true, value_name = "URL")]
    pub mysql_url: Option<String>,
    /// Fewer and shorter turns: to see that all of it runs, and about where it is.
    #[arg(long)]
    pub quick: bool,
}

/// What became of each promise.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Summary {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    promise: &'static str,
    database: &'static str,
    /// How many figures with a goal meet it, and how many there are.
    met: usize,
    of: usize,
}

impl Summary {
    /// Whether every goal was met.
    pub fn all_met(&self) -> bool {
        self.lines.iter().all(|line| line.met == line.of)
    }

    fn add(&mut self, promise: &'static str, database: &'static str, (met, of): (usize, usize)) {
        self.lines.push(Line { promise, database, met, of });
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Line { promise, database, met, of } in &self.lines {
            let verdict = if met == of { "met" } else { "MISSED" };
            writeln!(f, "{promise:4} {database:10} {met:>4} of {of:>4} figures  {verdict}")?;
        }
        Ok(())
    }
}

/// Measures everything. `tell` is told of each table when it is done.
///
/// # Errors
/// A database that cannot be reached, or a call that fails. What was told before stands.
pub async fn run(
    args: &AllArgs,
    statements: &mut Statements,
    tell: &mut dyn FnMut(&dyn fmt::Display),
) -> Result<Summary, Failure> {
    let mut all = All { args, tell, summary: Summary::default() };
    all.messages("P1", None, statements).await?;
    if let Some(url) = &args.postgres_url {
        all.messages("P2", Some(url), statements).await?;
    }
    all.tickets("SQLite", None, None).await?;
    if let Some(url) = &args.postgres_url {
        all.tickets("PostgreSQL", Some(url), None).await?;
    }
    if let Some(url) = &args.mysql_url {
        all.tickets("MySQL", None, Some(url)).await?;
    }
    all.lists(statements).await?;
    all.growth_on_sqlite().await?;
    if let Some(url) = &args.postgres_url {
        all.growth_on_server([Database::postgres(url), Database::postgres(url)]).await?;
    }
    if let Some(url) = &args.mysql_url {
        all.growth_on_server([Database::mysql(url).await?, Database::mysql(url).await?]).await?;
    }
    all.streams().await?;
    Ok(all.summary)
}

struct All<'a> {
    args: &'a AllArgs,
    tell: &'a mut dyn FnMut(&dyn fmt::Display),
    summary: Summary,
}

impl All<'_> {
    fn table(&mut self, promise: &'static str, database: &'static str, table: &Table) {
        (self.tell)(table);
        self.summary.add(promise, database, table.met());
    }

    async fn messages(
        &mut self,
        promise: &'static str,
        postgres_url: Option<&String>,
        statements: &mut Statements,
    ) -> Result<(), Failure> {
        let quick = self.args.quick;
        let args = MessagesArgs {
            callers: vec![1, 16, 64],
            seconds: if quick { 0.2 } else { 1.0 },
            repetitions: if quick { 1 } else { 5 },
            directory: self.args.directory.clone().filter(|_| postgres_url.is_none()),
            postgres_url: postgres_url.cloned(),
        };
        let table = messages::run(&args, statements).await?;
        self.table(promise, if postgres_url.is_some() { "PostgreSQL" } else { "SQLite" }, &table);
        Ok(())
    }

    async fn tickets(
        &mut self,
        database: &'static str,
        postgres_url: Option<&String>,
        mysql_url: Option<&String>,
    ) -> Result<(), Failure> {
        let args = TicketsArgs {
            callers: 64,
            tickets: if self.args.quick { 2 } else { 25 },
            repetitions: if self.args.quick { 1 } else { 3 },
            store: StoreKind::Sqlite,
            directory: self.args.directory.clone(),
            postgres_url: postgres_url.cloned(),
            mysql_url: mysql_url.cloned(),
            url: None,
            jwt_secret: None,
        };
        let report = tickets::run(&args).await?;
        for (error, count) in &report.errors {
            eprintln!("{count} × {error}");
        }
        self.table("P4", database, &report.table);
        Ok(())
    }

    async fn lists(&mut self, statements: &mut Statements) -> Result<(), Failure> {
        let quick = self.args.quick;
        let args = ListsArgs {
            callers: 8,
            seconds: if quick { 0.2 } else { 0.5 },
            repetitions: if quick { 2 } else { 15 },
            sessions: if quick { 200 } else { 1_000 },
            messages: 20,
            unread: if quick { 20 } else { 100 },
            directory: self.args.directory.clone(),
        };
        let table = lists::run(&args, statements).await?;
        self.table("P6", "SQLite", &table);
        Ok(())
    }

    async fn growth_on_sqlite(&mut self) -> Result<(), Failure> {
        let asked = self.asked(self.args.rows);
        let made = Database::sqlite(self.args.directory.as_deref())?;
        let Database::Sqlite(temporary) = &made else { return Err("SQLite's database is a file".into()) };
        let directory = self.args.directory.as_deref().unwrap_or(temporary.path());
        let url = |size: u64| format!("sqlite:{}", directory.join(format!("growth-{size}.db")).display());
        let small = Opened::at(&url(asked.small_size)).await?;
        let large = Opened::at(&url(asked.large_size)).await?;
        let growth = growth::between(small, large, &asked).await?;
        self.growth("SQLite", &growth);
        made.remove().await
    }

    async fn growth_on_server(&mut self, databases: [Database; 2]) -> Result<(), Failure> {
        let asked = self.asked(self.args.server_rows);
        let name = databases[0].name();
        let measured = async {
            let (small, large) =
                (databases[0].open(CONNECTIONS).await?, databases[1].open(CONNECTIONS).await?);
            growth::between(small, large, &asked).await
        };
        let growth = measured.await;
        for database in databases {
            database.remove().await?;
        }
        self.growth(name, &growth?);
        Ok(())
    }

    fn growth(&mut self, database: &'static str, growth: &Growth) {
        (self.tell)(growth);
        for promise in ["P5", "P7", "P8"] {
            self.summary.add(promise, database, growth.met(promise));
        }
    }

    fn asked(&self, rows: u64) -> Asked {
        let calls = if self.args.quick { 4 } else { 60 };
        Asked { small_size: rows / 100, large_size: rows, calls, only: None, all: false }
    }

    async fn streams(&mut self) -> Result<(), Failure> {
        let (subscribers, turns) = if self.args.quick { (50, 3) } else { (1_000, 15) };
        let args = StreamsArgs { subscribers, turns };
        let table = streams::run(&args).await?;
        self.table("P10", "memory", &table);
        Ok(())
    }
}

/// As many connections as the desk has on a server unless it is told otherwise.
const CONNECTIONS: u32 = 16;
