//! The command line, and its twins in the environment.

use std::{net::IpAddr, path::PathBuf, str::FromStr, time::Duration};

use axum::http::HeaderValue;
use clap::{Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use support_core::{
    id::UserId,
    person::Agent,
    text::{PersonName, Rejection},
};

use support_store_sqlx::Prefix;

use crate::{bot::BotCommand, database::DatabaseUrl, error::Error, secret::JwtSecret};

/// A support desk: tickets, live chat and a bot over HTTP.
#[derive(Debug, Parser)]
#[command(version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// The secret that bearer tokens (JWT, HS256) are signed with: at least 32 bytes. Without one, a random secret for
    /// this run. Prefer the variable: other users of the machine can see a command line.
    #[arg(long, env = "SUPPORT_JWT_SECRET", hide_env_values = true, value_name = "SECRET", global = true)]
    pub(crate) jwt_secret: Option<JwtSecret>,

    #[command(flatten)]
    pub(crate) serve: ServeArgs,
}

/// What to do instead of serving.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print a bearer token for scripts, signed with the secret that the server runs with.
    Token(TokenArgs),
    /// Print, check or make the tables, without serving.
    #[command(subcommand)]
    Migrations(MigrationsCommand),
    /// Move a desk to another database, such as from SQLite to PostgreSQL: every row of every tenant, with ids, numbers
    /// and counts as they are. Stop the servers on both first. A copy that is interrupted goes on where it was when the
    /// command is run again; in the end, counts and checksums are compared.
    Copy(CopyArgs),
    /// Check, explain, test, tune and evaluate a knowledge base.
    #[command(subcommand)]
    Bot(BotCommand),
}

/// What to do about the tables.
#[derive(Debug, Subcommand)]
pub(crate) enum MigrationsCommand {
    /// Print the SQL that makes the tables, for running it by hand.
    Print(PrintArgs),
    /// Say whether the tables are of the version that this program needs.
    Check(DatabaseArgs),
    /// Bring the tables to the version that this program needs.
    Apply(DatabaseArgs),
}

/// Whose tables are printed.
#[derive(Debug, clap::Args)]
pub(crate) struct PrintArgs {
    /// The database.
    #[arg(long, value_name = "DATABASE")]
    pub(crate) database: DatabaseKind,
    #[command(flatten)]
    pub(crate) tables: TablesArgs,
}

/// From where, and to where.
#[derive(Debug, clap::Args)]
pub(crate) struct CopyArgs {
    /// The database that is copied, which stays as it is. Prefer the variable if there is a password in it.
    #[arg(long, env = "SUPPORT_COPY_FROM", hide_env_values = true, value_name = "URL")]
    pub(crate) from: DatabaseUrl,
    /// The database that it is copied to, which must be empty or hold an unfinished copy.
    #[arg(long, env = "SUPPORT_COPY_TO", hide_env_values = true, value_name = "URL")]
    pub(crate) to: DatabaseUrl,
    #[command(flatten)]
    pub(crate) tables: TablesArgs,
}

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DatabaseKind {
    Sqlite,
    Postgres,
    Mysql,
}

impl DatabaseKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }

    /// Why nothing is done with it: the program was built without.
    pub(crate) fn is_left_out(self) -> Error {
        Error::Database(format!("this program was built without the feature {}", self.as_str()))
    }
}

/// Which database, and which tables in it.
#[derive(Debug, clap::Args)]
pub(crate) struct DatabaseArgs {
    /// Where everything is kept: `sqlite:` and a file, which is made if need be, `postgres://…` or `mysql://…`. Prefer
    /// the variable if there is a password in it: other users of the machine can see a command line.
    #[arg(
        long,
        env = "SUPPORT_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL",
        default_value = "sqlite:support.db"
    )]
    pub(crate) database_url: DatabaseUrl,
    #[command(flatten)]
    pub(crate) tables: TablesArgs,
}

/// What the tables are called.
#[derive(Debug, clap::Args)]
pub(crate) struct TablesArgs {
    /// The beginning of every table's name.
    #[arg(long, env = "SUPPORT_TABLE_PREFIX", value_name = "PREFIX", default_value_t)]
    pub(crate) prefix: Prefix,
    /// The schema of the tables, on PostgreSQL; it is made if need be. Without it, the connection's own.
    #[arg(long, env = "SUPPORT_SCHEMA", value_name = "NAME")]
    pub(crate) schema: Option<String>,
}

/// How to serve.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// Where to listen; port 0 takes any that is free.
    #[arg(long, env = "SUPPORT_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    pub(crate) listen: String,

    #[command(flatten)]
    pub(crate) database: DatabaseArgs,

    /// How many connections to the database there are at most; on SQLite, how many of them read. Without it, 16, and 4
    /// on SQLite.
    #[arg(long, env = "SUPPORT_DATABASE_CONNECTIONS", value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) database_connections: Option<u32>,

    /// How often to look for what other servers on the same database have written: a number with `ms`, `s`, `m`, `h` or
    /// `d`. On PostgreSQL they tell each other at once, and this is for when they cannot.
    #[arg(long, env = "SUPPORT_EVENT_POLL", value_name = "TIME", default_value = "250ms", value_parser = duration)]
    pub(crate) event_poll: Duration,

    /// A PostgreSQL database over which servers tell each other at once what is written, who is typing and who is there;
    /// the same for all of them. Without it, the desk's own if that is one. It takes two connections of each server, and
    /// a pooler that hands its connections from transaction to transaction passes nothing on: name the database past it
    /// then.
    #[arg(long, env = "SUPPORT_WAKE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) wake_url: Option<DatabaseUrl>,

    /// What to do about the tables: `auto` brings them to the version that is needed, `check` refuses to start on
    /// others.
    #[arg(long, env = "SUPPORT_MIGRATIONS", value_name = "WHAT", default_value = "auto")]
    pub(crate) migrations: WhatAboutTables,

    /// What the bot knows, in TOML. Without it, what comes with the program. Followed while the server runs; what
    /// staff save in the desk itself stands in for it.
    #[arg(long, env = "SUPPORT_KNOWLEDGE_BASE", value_name = "FILE")]
    pub(crate) knowledge_base: Option<PathBuf>,

    /// Somebody who answers customers. Repeatable; in the variable separated by `;`. Whoever has called once with an
    /// admin's token is known too.
    #[arg(long = "agent", env = "SUPPORT_AGENT", value_name = "ID=NAME", value_delimiter = ';', value_parser = agent)]
    pub(crate) agents: Vec<Agent>,

    /// A web origin whose pages may call the API, such as `https://www.example.org`. Repeatable; in the variable
    /// separated by commas. Without one, pages of the same origin.
    #[arg(
        long = "allowed-origin",
        env = "SUPPORT_ALLOWED_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ',',
        value_parser = origin
    )]
    pub(crate) allowed_origins: Vec<HeaderValue>,

    /// A proxy, or a network of them, whose `X-Forwarded-For` is believed. Repeatable; in the variable separated by
    /// commas.
    #[arg(
        long = "trusted-proxy",
        env = "SUPPORT_TRUSTED_PROXY",
        value_name = "NETWORK",
        value_delimiter = ',',
        value_parser = network
    )]
    pub(crate) trusted_proxies: Vec<IpNet>,

    /// Whether callers are held to a number of requests; `off` is for load tests.
    #[arg(long, env = "SUPPORT_RATE_LIMIT", value_name = "SWITCH", default_value = "on")]
    pub(crate) rate_limit: Switch,

    /// Where to serve `/metrics` for Prometheus. Without it, nowhere.
    #[arg(long, env = "SUPPORT_METRICS_LISTEN", value_name = "ADDRESS")]
    pub(crate) metrics_listen: Option<String>,

    /// Serve the API without the web pages.
    #[arg(long, env = "SUPPORT_NO_UI")]
    pub(crate) no_ui: bool,

    /// Serve people to sign in as without a password, and sample data in an empty desk. On this machine alone.
    #[arg(long, env = "SUPPORT_DEMO", conflicts_with = "no_ui")]
    pub(crate) demo: bool,

    /// What log lines look like. Which there are, `RUST_LOG` says: `info` by default, `support_server=debug` adds a
    /// line for each request.
    #[arg(long, env = "SUPPORT_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
}

/// Whom a token names.
#[derive(Debug, clap::Args)]
pub(crate) struct TokenArgs {
    /// The person's id.
    #[arg(long, value_name = "ID")]
    pub(crate) sub: String,
    /// What they are called.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Where they get mail.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Whose desk they are at, if it is not the default one.
    #[arg(long, value_name = "ID")]
    pub(crate) tenant: Option<String>,
    /// They are staff.
    #[arg(long)]
    pub(crate) admin: bool,
    /// For how long the token is good: a number with `s`, `m`, `h` or `d`.
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = lifetime)]
    pub(crate) expires_in: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WhatAboutTables {
    Auto,
    Check,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people; colored on a terminal.
    Text,
    /// One object a line, for programs.
    Json,
}

fn agent(text: &str) -> Result<Agent, String> {
    let (id, name) = text.split_once('=').ok_or("expected ID=NAME")?;
    let id = UserId::parse(id.trim()).map_err(|rejection| format!("the id {rejection}"))?;
    let name = PersonName::parse(name).map_err(|rejection: Rejection| format!("the name {rejection}"))?;
    Ok(Agent::new(id, name.as_str()))
}

fn origin(text: &str) -> Result<HeaderValue, String> {
    let expected = "expected a scheme and a host, such as https://www.example.org, and nothing after them";
    let (scheme, host) = text.split_once("://").ok_or(expected)?;
    if !matches!(scheme, "http" | "https") || host.is_empty() || host.contains(['/', '*', '?', '#', '@']) {
        return Err(expected.to_owned());
    }
    HeaderValue::from_str(text).map_err(|_| expected.to_owned())
}

fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let one = IpAddr::from_str(text).map(IpNet::from).ok();
    one.or_else(|| text.parse().ok())
        .ok_or_else(|| "expected an address or a network, as 10.0.0.0/8".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    /// Longer than anything should last, and short enough to add to a date.
    const CENTURY: u64 = 100 * 366 * 86_400_000;
    let expected = || "expected a number with ms, s, m, h or d, such as 12h".to_owned();
    let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(expected)?;
    let (count, unit) = text.split_at(split);
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(expected()),
    };
    let count: u64 = count.parse().map_err(|_| expected())?;
    let milliseconds = count.checked_mul(milliseconds).filter(|time| (1..=CENTURY).contains(time));
    milliseconds.map(Duration::from_millis).ok_or_else(expected)
}

/// Tokens count in seconds.
fn lifetime(text: &str) -> Result<Duration, String> {
    duration(text).and_then(|time| match time.subsec_millis() {
        0 => Ok(time),
        _ => Err("expected whole seconds".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_line_is_consistent() {
        <Args as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn durations_have_a_unit_and_an_end() {
        assert_eq!(duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("2h"), Ok(Duration::from_secs(7_200)));
        assert_eq!(duration("30d"), Ok(Duration::from_secs(2_592_000)));
        for refused in [
            "",
            "12",
            "h",
            "0s",
            "0ms",
            "1.5h",
            "-1h",
            "1w",
            "99999999999999999999s",
            "18446744073709551615d",
        ] {
            assert!(duration(refused).is_err(), "{refused}");
        }
        assert_eq!(lifetime("1s"), Ok(Duration::from_secs(1)));
        assert!(lifetime("1500ms").is_err());
    }

    #[test]
    fn origins_are_exact() {
        assert!(origin("https://www.example.org").is_ok());
        assert!(origin("http://localhost:5173").is_ok());
        for refused in
            ["*", "www.example.org", "https://", "https://example.org/", "https://*.example.org", "ftp://a"]
        {
            assert!(origin(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn an_agent_has_an_id_and_a_name() {
        let ann = agent("a1=Ann Lee").unwrap();
        assert_eq!((ann.id.as_str(), ann.name.as_str()), ("a1", "Ann Lee"));
        for refused in ["a1", "=Ann", "a1=", "a1= "] {
            assert!(agent(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn one_proxy_is_a_network_of_one() {
        assert_eq!(network("10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert_eq!(network("fd00::/8").unwrap().to_string(), "fd00::/8");
        assert!(network("localhost").is_err());
    }
}
