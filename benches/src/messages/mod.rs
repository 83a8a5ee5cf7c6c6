//! P1 and P2: messages over HTTP, beside a bare server that writes the same rows.
//!
//! The desk is called as its customers call it: a token is verified, a policy asked, a session loaded and changed, the
//! answer made of types. The limit is what is left without all that: axum, the same statements on sqlx, and on SQLite
//! the same trick of many messages in one transaction. Both are served on one machine in one run and take turns, each
//! on a database of its own with the same chats.

mod bare;

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::http::StatusCode;
use serde_json::json;
use support_core::SupportDesk;

use crate::{
    Failure,
    api::Api,
    callers::{Turn, turn},
    database::{Database, Kind},
    host::Served,
    opened::Opened,
    seed,
    statements::Statements,
    table::{Goal, Table},
    token::{Role, Tokens},
};

/// As many connections as P2 has, and the desk on a server unless it is told otherwise.
const CONNECTIONS: u32 = 16;

/// How messages are sent.
#[derive(Debug, Clone, clap::Args)]
#[expect(clippy::exhaustive_structs, reason = "it is the command line")]
pub struct MessagesArgs {
    /// How many callers send at once, each a customer with a chat and a connection of its own.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64], value_parser = clap::value_parser!(u16).range(1..))]
    pub callers: Vec<u16>,
    /// How long each arm sends in each repetition, in seconds.
    #[arg(long, default_value_t = 1.0, value_parser = crate::lists::positive)]
    pub seconds: f64,
    /// How often each arm has its turn.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    pub repetitions: u16,
    /// Where SQLite's files go; the system's directory for such files without it.
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "postgres_url")]
    pub directory: Option<PathBuf>,
    /// P2: a PostgreSQL server, which gets databases for the time of the run.
    #[arg(long, env = "SUPPORT_BENCH_POSTGRES_URL", value_name = "URL")]
    pub postgres_url: Option<String>,
}

/// A server with a chat for each caller.
struct Arm {
    name: &'static str,
    api: Api,
    /// The paths that messages are sent to, and in whose name.
    chats: Vec<(String, Arc<str>)>,
    _server: Served,
}

/// Sends messages and compares.
///
/// # Errors
/// No server, or an answer that is not `201`.
pub async fn run(args: &MessagesArgs, statements: &mut Statements) -> Result<Table, Failure> {
    let make = || Database::make(args.postgres_url.as_deref(), args.directory.as_deref());
    let databases = [make().await?, make().await?];
    let table = measure(args, &databases, statements).await;
    for database in databases {
        database.remove().await?;
    }
    table
}

/// Why nothing is compared there.
const NO_BARE: &str = "there is no bare server for MySQL";

async fn measure(
    args: &MessagesArgs,
    [of_desk, of_bare]: &[Database; 2],
    statements: &mut Statements,
) -> Result<Table, Failure> {
    let chats = args.callers.iter().copied().max().map_or(1, usize::from);
    let arms = [desk(of_desk, chats).await?, bare(of_bare, chats).await?];
    let (promise, least) = match of_desk.kind() {
        Kind::Sqlite => ("P1", 0.6),
        Kind::Postgres => ("P2", 0.5),
        Kind::MySql => return Err(NO_BARE.into()),
    };
    let mut table = Table::new(format!(
        "{promise}  messages on {}, {} turns of {} s{}",
        of_desk.kind().name(),
        args.repetitions,
        args.seconds,
        match of_desk.kind() {
            Kind::Sqlite => format!("; bare: {} in one transaction at most", bare::BATCH),
            _ => format!("; {CONNECTIONS} connections"),
        }
    ));
    let mut sent = Vec::new();
    for arm in &arms {
        let (answer, count) = statements.count(arm.send(0)).await;
        answer?;
        sent.push(count as f64);
    }
    if sent[1] == 0.0 {
        return Err("no statement was seen".into());
    }

    let arms = Arc::new(arms);
    let time = Duration::from_secs_f64(args.seconds);
    // By number of callers, then by arm.
    let mut turns: Vec<[Vec<Turn>; 2]> = args.callers.iter().map(|_| Default::default()).collect();
    // The first turn fills caches and is not counted. Then forth and back, so that a machine that slows down is fair.
    for repetition in 0..=args.repetitions {
        for (callers, turns) in args.callers.iter().zip(&mut turns) {
            for place in 0..2 {
                let arm = if repetition % 2 == 0 { place } else { 1 - place };
                let arms = Arc::clone(&arms);
                let turn = turn((*callers).into(), time, move |caller| {
                    let arms = Arc::clone(&arms);
                    async move { arms[arm].send(caller).await }
                });
                let turn = turn.await?;
                if repetition > 0 {
                    turns[arm].push(turn);
                }
            }
        }
    }

    for (callers, [desk, bare]) in args.callers.iter().zip(&turns) {
        let ratios = desk.iter().zip(bare).map(|(desk, bare)| desk.rate / bare.rate);
        let goal = if *callers >= 16 { Goal::AtLeast(least) } else { Goal::None };
        table.push(format!("{callers} callers: desk, of the bare rate"), goal, ratios);
        let goal = if *callers >= 64 && promise == "P1" { Goal::AtMost(5.0) } else { Goal::None };
        table.push(
            format!("{callers} callers: p99, of the p50"),
            goal,
            desk.iter().map(|turn| turn.p99 / turn.p50),
        );
    }
    table.push("statements per message, desk", Goal::AtMost(sent[1]), [sent[0]]);
    for (callers, turns) in args.callers.iter().zip(&turns) {
        for (arm, turns) in arms.iter().zip(turns) {
            let name = format!("{callers} callers: {}", arm.name);
            table.push(
                format!("{name}, messages per second"),
                Goal::None,
                turns.iter().map(|turn| turn.rate),
            );
            table.push(format!("{name}, p50, ms"), Goal::None, turns.iter().map(|turn| turn.p50));
            table.push(format!("{name}, p99, ms"), Goal::None, turns.iter().map(|turn| turn.p99));
        }
    }
    Ok(table)
}

impl Arm {
    /// Sends one message as a caller.
    async fn send(&self, caller: usize) -> Result<(), Failure> {
        let (path, authorization) = &self.chats[caller];
        let answer = self.api.post(path, authorization, &json!({ "message": seed::QUESTION })).await?;
        if answer.status != StatusCode::CREATED {
            return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
        }
        Ok(())
    }
}

fn customer(number: usize) -> String {
    format!("load-{number}")
}

async fn desk(database: &Database, chats: usize) -> Result<Arm, Failure> {
    let store = Opened::at(database.url()).await?.store();
    let sessions = seed::customers_chats(&*store, (0..chats).map(customer)).await?;
    let tokens = Tokens::random()?;
    let chats = sessions.iter().enumerate().map(|(number, session)| {
        Ok((
            format!("/chat/sessions/{session}/messages"),
            tokens.bearer(&customer(number), Role::User)?.into(),
        ))
    });
    let chats = chats.collect::<Result<_, Failure>>()?;
    let server = Served::desk(SupportDesk::builder(store).build(), &tokens).await?;
    Ok(Arm { name: "desk", api: Api::at(server.base()), chats, _server: server })
}

async fn bare(database: &Database, chats: usize) -> Result<Arm, Failure> {
    // The store makes the tables and the chats, and is gone before anything is timed.
    let store = Opened::at(database.url()).await?.store();
    let sessions = seed::customers_chats(&*store, (0..chats).map(customer)).await?;
    drop(store);
    let router = match database.kind() {
        Kind::Sqlite => bare::sqlite(database.url()).await?,
        Kind::Postgres => bare::postgres(database.url(), CONNECTIONS).await?,
        Kind::MySql => return Err(NO_BARE.into()),
    };
    let server = Served::bare(router).await?;
    let chats =
        sessions.iter().map(|session| (format!("/bare/{session}"), Arc::from("Bearer nobody"))).collect();
    Ok(Arm { name: "bare", api: Api::at(server.base()), chats, _server: server })
}
