//! `support-server copy`: a desk moves to another database.

use std::{
    io::{IsTerminal as _, Write as _, stderr},
    time::{Duration, Instant},
};

use support_store_sqlx::{
    Dialect, Migrations, SqlxStore,
    copy::{CopiedTable, CopyError, CopyProgress, Phase, copy},
};

use crate::{
    args::CopyArgs,
    database::{Database, Opening, with_store},
    error::Error,
};

/// How often a terminal is told how far the copy has come.
const REFRESH: Duration = Duration::from_millis(100);

/// Copies, shows how far it is, and says in the end what was copied.
pub(crate) async fn run(args: &CopyArgs) -> Result<(), Error> {
    let opening = |migrations| Opening { migrations, connections: Some(2) };
    // Nothing of the source is changed; the target gets its tables once it is known to be empty.
    let from = Database::open(&args.from, &args.tables, opening(Migrations::Check)).await?;
    let to = Database::open(&args.to, &args.tables, opening(Migrations::Manual)).await?;
    eprintln!(
        "copying: whatever writes to the source should be stopped. Stop the copy when you like; the same command goes on \
         with it."
    );
    let mut display = Display::new();
    let copied = with_store!(&from, from => copy_from(from, &to, &mut display).await);
    display.end_line();
    from.close().await;
    to.close().await;
    let copied = copied?;
    println!("{:<16} {:>12}  checksum", "table", "rows");
    for CopiedTable { name, checksum, .. } in &copied {
        println!("{name:<16} {:>12}  {checksum}", checksum.rows());
    }
    let rows: u64 = copied.iter().map(|table| table.checksum.rows()).sum();
    println!(
        "verified: {rows} rows of {} tables, counts and checksums are the same in source and target",
        copied.len()
    );
    Ok(())
}

async fn copy_from<From: Dialect>(
    from: &SqlxStore<From>,
    to: &Database,
    display: &mut Display,
) -> Result<Vec<CopiedTable>, CopyError> {
    with_store!(to, to => copy(from, to, |progress| display.show(progress)).await)
}

/// How far the copy is, on standard error: one line that changes on a terminal, a line for each table elsewhere.
struct Display {
    is_terminal: bool,
    table: Option<(Phase, &'static str)>,
    /// When the table was begun, and with how many rows done before.
    began: (Instant, u64),
    shown: Option<Instant>,
    line: String,
}

impl Display {
    fn new() -> Self {
        Self {
            is_terminal: stderr().is_terminal(),
            table: None,
            began: (Instant::now(), 0),
            shown: None,
            line: String::new(),
        }
    }

    fn show(&mut self, progress: CopyProgress) {
        let CopyProgress { phase, table, rows, of, .. } = progress;
        if self.table != Some((phase, table)) {
            self.end_line();
            self.table = Some((phase, table));
            self.began = (Instant::now(), rows);
            self.shown = None;
        }
        let (began, before) = self.began;
        let rate = (rows - before) as f64 / began.elapsed().as_secs_f64().max(0.001);
        let verb = match phase {
            Phase::Verify => "verifying",
            _ => "copying",
        };
        self.line = format!("{verb:<9} {table:<16} {rows:>12} of {of} rows, {rate:.0} rows/s");
        if self.is_terminal && self.shown.is_none_or(|shown| shown.elapsed() >= REFRESH) {
            self.shown = Some(Instant::now());
            // Who closed standard error does not want to read it.
            _ = write!(stderr(), "\r\x1b[K{}", self.line);
        }
    }

    /// Leaves the last line as it is, and goes to the next.
    fn end_line(&mut self) {
        if self.table.take().is_some() {
            let begin = if self.is_terminal { "\r\x1b[K" } else { "" };
            _ = writeln!(stderr(), "{begin}{}", self.line);
        }
    }
}
