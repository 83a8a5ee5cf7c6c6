//! Every promise of speed in one run: P1, P2, P4 to P8 and P10, on each database that is named.

use std::{fmt, path::PathBuf};

use crate::{
    Failure,
    database::Database,
    growth::{self, Asked, Growth},
    host::{self, StoreKind},
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
    /// are those of a million; below 5000 the small one has no full page to compare with.
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
    /// A PostgreSQL server, which gets databases for the time of the run: P2, and P4, P5, P7, P8 there as well.
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
    /// How many figures with a goal meet it, and how many there are; or why there are none.
    met: Result<(usize, usize), String>,
}

impl Summary {
    /// Whether every goal was met.
    pub fn all_met(&self) -> bool {
        self.lines.iter().all(|line| line.met.as_ref().is_ok_and(|(met, of)| met == of))
    }

    fn add(&mut self, promise: &'static str, database: &'static str, met: Result<(usize, usize), String>) {
        self.lines.push(Line { promise, database, met });
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Line { promise, database, met } in &self.lines {
            match met {
                Ok((met, of)) => {
                    let verdict = if met == of { "met" } else { "MISSED" };
                    writeln!(f, "{promise:4} {database:10} {met:>4} of {of:>4} figures  {verdict}")?;
                }
                Err(error) => writeln!(f, "{promise:4} {database:10} could not be measured: {error}")?,
            }
        }
        Ok(())
    }
}

/// Measures everything. `tell` is told of each table when it is done. What could not be measured, because a database is
/// away or gave up a call, is told in the summary and keeps nothing else from being measured.
pub async fn run(
    args: &AllArgs,
    statements: &mut Statements,
    tell: &mut dyn FnMut(&dyn fmt::Display),
) -> Summary {
    let mut all = All { args, tell, summary: Summary::default() };
    let (postgres, mysql) = (args.postgres_url.as_ref(), args.mysql_url.as_ref());
    let table = all.messages(None, statements).await;
    all.table("P1", "SQLite", table);
    if postgres.is_some() {
        let table = all.messages(postgres, statements).await;
        all.table("P2", "PostgreSQL", table);
    }
    let table = all.tickets(None, None).await;
    all.table("P4", "SQLite", table);
    if postgres.is_some() {
        let table = all.tickets(postgres, None).await;
        all.table("P4", "PostgreSQL", table);
    }
    if mysql.is_some() {
        let table = all.tickets(None, mysql).await;
        all.table("P4", "MySQL", table);
    }
    let table = all.lists(statements).await;
    all.table("P6", "SQLite", table);
    let growth = all.growth_on_sqlite().await;
    all.growth("SQLite", &growth);
    if let Some(url) = postgres {
        let growth = all.growth_on_server(url).await;
        all.growth("PostgreSQL", &growth);
    }
    if let Some(url) = mysql {
        let growth = all.growth_on_server(url).await;
        all.growth("MySQL", &growth);
    }
    let table = all.streams().await;
    all.table("P10", "memory", table);
    all.summary
}

struct All<'a> {
    args: &'a AllArgs,
    tell: &'a mut dyn FnMut(&dyn fmt::Display),
    summary: Summary,
}

impl All<'_> {
    fn table(&mut self, promise: &'static str, database: &'static str, table: Result<Table, Failure>) {
        if let Ok(table) = &table {
            (self.tell)(table);
        }
        self.summary.add(
            promise,
            database,
            table.map(|table| table.met()).map_err(|error| error.to_string()),
        );
    }

    fn growth(&mut self, database: &'static str, growth: &Result<Growth, Failure>) {
        if let Ok(growth) = growth {
            (self.tell)(growth);
        }
        for promise in ["P5", "P7", "P8"] {
            let met = growth.as_ref().map(|growth| growth.met(promise)).map_err(ToString::to_string);
            self.summary.add(promise, database, met);
        }
    }

    async fn messages(
        &self,
        postgres_url: Option<&String>,
        statements: &mut Statements,
    ) -> Result<Table, Failure> {
        let quick = self.args.quick;
        let args = MessagesArgs {
            callers: vec![1, 16, 64],
            seconds: if quick { 0.2 } else { 1.0 },
            repetitions: if quick { 1 } else { 5 },
            directory: self.args.directory.clone().filter(|_| postgres_url.is_none()),
            postgres_url: postgres_url.cloned(),
        };
        messages::run(&args, statements).await
    }

    async fn tickets(
        &self,
        postgres_url: Option<&String>,
        mysql_url: Option<&String>,
    ) -> Result<Table, Failure> {
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
        Ok(report.table)
    }

    async fn lists(&self, statements: &mut Statements) -> Result<Table, Failure> {
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
        lists::run(&args, statements).await
    }

    async fn growth_on_sqlite(&self) -> Result<Growth, Failure> {
        let asked = self.asked(self.args.rows);
        // Only where nothing else is named.
        let temporary = host::temporary(None)?;
        let directory = self.args.directory.as_deref().unwrap_or(temporary.path());
        let url = |size: u64| format!("sqlite:{}", directory.join(format!("growth-{size}.db")).display());
        let small = Opened::at(&url(asked.small_size)).await?;
        let large = Opened::at(&url(asked.large_size)).await?;
        growth::between(small, large, &asked).await
    }

    async fn growth_on_server(&self, url: &str) -> Result<Growth, Failure> {
        let asked = self.asked(self.args.server_rows);
        let databases = [Database::make(Some(url), None).await?, Database::make(Some(url), None).await?];
        let measured = async {
            let small = Opened::at(databases[0].url()).await?;
            let large = Opened::at(databases[1].url()).await?;
            growth::between(small, large, &asked).await
        };
        let growth = measured.await;
        for database in databases {
            database.remove().await?;
        }
        growth
    }

    fn asked(&self, rows: u64) -> Asked {
        let calls = if self.args.quick { 4 } else { 60 };
        Asked { small_size: rows / 100, large_size: rows, calls, only: None, all: false }
    }

    async fn streams(&self) -> Result<Table, Failure> {
        let (subscribers, turns) = if self.args.quick { (50, 3) } else { (1_000, 15) };
        let args = StreamsArgs { subscribers, turns };
        streams::run(&args).await
    }
}
