//! P4: many callers open tickets at once; none may fail, and no number may be given twice.

use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use serde_json::{Value, json};
use support_core::{
    SupportDesk,
    store::Store,
    time::{Clock as _, IdGenerator as _, SystemClock, SystemIds},
};

use crate::{
    Failure,
    api::{Answer, Api},
    callers::{Latencies, together},
    database::Database,
    host::{Served, StoreKind, temporary},
    opened,
    table::{Goal, Table},
    token::{Role, Tokens},
};

/// How tickets are opened.
#[derive(Debug, Clone, clap::Args)]
#[expect(clippy::exhaustive_structs, reason = "it is the command line")]
pub struct TicketsArgs {
    /// How many callers open tickets at once, each a customer with a connection of its own.
    #[arg(long, default_value_t = 64, value_parser = at_least_one())]
    pub callers: usize,
    /// How many tickets each of them opens in each repetition.
    #[arg(long, default_value_t = 25, value_parser = at_least_one())]
    pub tickets: usize,
    /// How often all of it is done.
    #[arg(long, default_value_t = 3, value_parser = at_least_one())]
    pub repetitions: usize,
    /// Where the server that is started keeps everything.
    #[arg(long, value_enum, default_value_t, conflicts_with = "url")]
    pub store: StoreKind,
    /// Where its files go; a disk tells more than a file system in memory. The system's directory for such files
    /// without it.
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "url")]
    pub directory: Option<PathBuf>,
    /// Keeps everything in a database of its own on this PostgreSQL server, for the time of the run.
    #[arg(long, env = "SUPPORT_BENCH_POSTGRES_URL", value_name = "URL", conflicts_with_all = ["url", "directory"])]
    pub postgres_url: Option<String>,
    /// Keeps everything in a database of its own on this MySQL or MariaDB server, for the time of the run.
    #[arg(long, value_name = "URL", conflicts_with_all = ["url", "directory", "postgres_url"])]
    pub mysql_url: Option<String>,
    /// Loads a running server instead of starting one: where its API is mounted, such as
    /// http://127.0.0.1:3000/api/v1. It must not limit rates.
    #[arg(long, requires = "jwt_secret")]
    pub url: Option<String>,
    /// The secret that the running server checks tokens with.
    #[arg(long, env = "SUPPORT_JWT_SECRET", hide_env_values = true, value_name = "SECRET")]
    pub jwt_secret: Option<String>,
}

fn at_least_one() -> impl clap::builder::TypedValueParser<Value = usize> {
    use clap::builder::TypedValueParser as _;
    clap::builder::RangedU64ValueParser::<u64>::new()
        .range(1..=1_000_000)
        .map(|count| usize::try_from(count).unwrap_or(usize::MAX))
}

/// What a run came to.
#[derive(Debug)]
#[non_exhaustive]
pub struct TicketsReport {
    /// The figures.
    pub table: Table,
    /// How often each thing went wrong.
    pub errors: BTreeMap<String, usize>,
    /// How many tickets callers were told of.
    pub opened: usize,
}

/// Opens tickets and checks what came of it against the server's own list.
///
/// # Errors
/// No server, or a list that cannot be read. Tickets that could not be opened are figures.
pub async fn run(args: &TicketsArgs) -> Result<TicketsReport, Failure> {
    if let (Some(url), Some(secret)) = (&args.url, &args.jwt_secret) {
        return measure(args, &Api::at(url), &Tokens::of_secret(secret), url).await;
    }
    if let Some(server) = args.postgres_url.as_deref().or(args.mysql_url.as_deref()) {
        let database = Database::make(Some(server), None).await?;
        let report = match opened::Opened::at(database.url()).await {
            Ok(opened) => serve(args, opened.store(), database.kind().name()).await,
            Err(error) => Err(error),
        };
        database.remove().await?;
        return report;
    }
    let directory = temporary(args.directory.as_deref())?;
    serve(args, args.store.open(directory.path()).await?, args.store.as_str()).await
}

async fn serve(args: &TicketsArgs, store: Arc<dyn Store>, name: &str) -> Result<TicketsReport, Failure> {
    let desk = SupportDesk::builder(store).build();
    let tokens = Tokens::random()?;
    let served = Served::desk(desk, &tokens).await?;
    measure(args, &Api::at(served.base()), &tokens, name).await
}

async fn measure(
    args: &TicketsArgs,
    api: &Api,
    tokens: &Tokens,
    server: &str,
) -> Result<TicketsReport, Failure> {
    let tag = format!("load-{}", SystemIds::default().next_id(SystemClock.now()).simple());
    let mut all = Opened::default();
    let mut rounds = Vec::new();
    for _ in 0..args.repetitions {
        let round = open_at_once(args, api, tokens, &tag).await?;
        all.numbers.extend(round.opened.numbers.iter().cloned());
        for (error, count) in &round.opened.errors {
            *all.errors.entry(error.clone()).or_default() += count;
        }
        rounds.push(round);
    }
    let listed = list_numbers(api, &tokens.bearer("load-agent", Role::Agent)?, &tag).await?;

    let errors: usize = all.errors.values().sum();
    let mut table = Table::new(format!(
        "P4  {} callers opening {} tickets each, {} times, on {server}",
        args.callers, args.tickets, args.repetitions
    ));
    table.push("errors", Goal::Exactly(0.0), [errors as f64]);
    table.push("numbers given twice", Goal::Exactly(0.0), [(repeated(&all.numbers)) as f64]);
    table.push("numbers listed twice", Goal::Exactly(0.0), [(repeated(&listed)) as f64]);
    table.push("tickets opened but not listed", Goal::Exactly(0.0), [missing(&all.numbers, &listed) as f64]);
    let of_each = |figure: fn(&Round) -> f64| rounds.iter().map(figure).collect::<Vec<_>>();
    table.push("tickets per second", Goal::None, of_each(Round::rate));
    table.push("p50, ms", Goal::None, of_each(|round| round.latencies.percentile(50)));
    table.push("p99, ms", Goal::None, of_each(|round| round.latencies.percentile(99)));
    Ok(TicketsReport { table, errors: all.errors, opened: all.numbers.len() })
}

/// What callers were answered.
#[derive(Debug, Default)]
struct Opened {
    numbers: Vec<String>,
    times: Vec<Duration>,
    errors: BTreeMap<String, usize>,
}

struct Round {
    opened: Opened,
    latencies: Latencies,
    took: Duration,
}

impl Round {
    fn rate(&self) -> f64 {
        self.opened.numbers.len() as f64 / self.took.as_secs_f64()
    }
}

async fn open_at_once(args: &TicketsArgs, api: &Api, tokens: &Tokens, tag: &str) -> Result<Round, Failure> {
    let callers: Result<Vec<_>, _> =
        (0..args.callers).map(|number| tokens.bearer(&format!("load-{number}"), Role::User)).collect();
    let callers = callers?;
    let (opened, took) = together(args.callers, |number| {
        open_one_by_one(api.clone(), callers[number].clone(), tag.to_owned(), args.tickets)
    })
    .await?;
    let mut sum = Opened::default();
    for mut one in opened {
        sum.numbers.append(&mut one.numbers);
        sum.times.append(&mut one.times);
        for (error, count) in one.errors {
            *sum.errors.entry(error).or_default() += count;
        }
    }
    let latencies = Latencies::new(std::mem::take(&mut sum.times));
    Ok(Round { opened: sum, latencies, took })
}

async fn open_one_by_one(api: Api, authorization: String, tag: String, count: usize) -> Opened {
    let mut opened = Opened::default();
    for n in 0..count {
        let body = json!({
            "subject": format!("The invoice of month {n} is wrong"),
            "description": "It lists two seats, and we have one since spring. Please send a corrected one.",
            "priority": "high",
            "category": "billing",
            "tags": [tag],
        });
        let began = Instant::now();
        let answer = api.post("/support/tickets", &authorization, &body).await;
        opened.times.push(began.elapsed());
        match answer.and_then(|answer| number(&answer)) {
            Ok(number) => opened.numbers.push(number),
            Err(error) => *opened.errors.entry(error.to_string()).or_default() += 1,
        }
    }
    opened
}

/// The number of the ticket that was opened.
fn number(answer: &Answer) -> Result<String, Failure> {
    if answer.status != StatusCode::CREATED {
        let code = serde_json::from_slice::<Value>(&answer.body).ok();
        let code = code.as_ref().and_then(|problem| problem["code"].as_str()).unwrap_or_default();
        return Err(format!("{} {code}", answer.status.as_u16()).into());
    }
    let ticket = answer.json(StatusCode::CREATED)?;
    Ok(ticket["number"].as_str().ok_or("a ticket without a number")?.to_owned())
}

/// The numbers of all tickets with a label, as the server lists them.
async fn list_numbers(api: &Api, authorization: &str, tag: &str) -> Result<Vec<String>, Failure> {
    let first = format!("/support/tickets?tag={tag}&sort=created_at&limit=100");
    let mut numbers = Vec::new();
    let mut path = first.clone();
    loop {
        let page = api.get(&path, authorization).await?.json(StatusCode::OK)?;
        for ticket in page["items"].as_array().ok_or("a list without items")? {
            numbers.push(ticket["number"].as_str().ok_or("a ticket without a number")?.to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{first}&cursor={cursor}"),
            None => return Ok(numbers),
        }
    }
}

fn repeated(numbers: &[String]) -> usize {
    numbers.len() - numbers.iter().collect::<HashSet<_>>().len()
}

fn missing(numbers: &[String], listed: &[String]) -> usize {
    let listed: HashSet<_> = listed.iter().collect();
    numbers.iter().filter(|number| !listed.contains(number)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_and_gaps_are_counted() {
        let numbers = ["a", "b", "a", "a"].map(str::to_owned);
        assert_eq!(repeated(&numbers), 2);
        assert_eq!(missing(&numbers, &["a".to_owned()]), 1);
        assert_eq!(missing(&[], &numbers), 0);
    }
}
