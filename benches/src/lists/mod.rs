//! P6: a list of chats with unread counts over HTTP, beside a bare select of the same rows.
//!
//! The desk's list goes through its router as staff call it: a token is verified, the caller's rights are asked, the
//! rows are read into the domain's types and counted against the agent's read cursors. The limit is what is left if all
//! of that is left out: axum, one statement on a sqlx pool, its rows as JSON. Both are served on one machine in one run
//! and take turns.

mod bare;

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::http::StatusCode;
use serde_json::Value;
use support_core::{SupportDesk, store::Store};
use support_store_sqlx::SqliteStore;

use self::bare::{BARE, BARE_WITH_COUNTS};
use crate::{
    Failure,
    api::Api,
    callers::{Turn, turn},
    host::{Served, sqlite_url, temporary},
    seed::{self, Chats},
    statements::Statements,
    table::{Goal, Table},
    token::{Role, Tokens},
};

/// How lists are read.
#[derive(Debug, Clone, clap::Args)]
#[expect(clippy::exhaustive_structs, reason = "it is the command line")]
pub struct ListsArgs {
    /// How many callers read at once.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    pub callers: u16,
    /// How long each kind of list is read in each repetition, in seconds.
    #[arg(long, default_value_t = 0.5, value_parser = positive)]
    pub seconds: f64,
    /// How often each kind of list has its turn.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..))]
    pub repetitions: u16,
    /// How many chats there are.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(100..))]
    pub sessions: u32,
    /// How many messages each has.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..))]
    pub messages: u32,
    /// In how many, the latest ones, the agent has unread messages.
    #[arg(long, default_value_t = 100)]
    pub unread: u32,
    /// Where files go; the system's directory for such files without it.
    #[arg(long, value_name = "DIRECTORY")]
    pub directory: Option<PathBuf>,
}

pub(crate) fn positive(text: &str) -> Result<f64, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0 && *seconds <= 3_600.0);
    seconds.ok_or_else(|| "expected a number above 0, and 3600 at most".to_owned())
}

/// The lists that take turns.
const ARMS: [Arm; 4] = [
    Arm { name: "desk, sort=recent", at: Server::Desk, path: "/chat/sessions?sort=recent&limit=50" },
    Arm { name: "desk, sort=unread", at: Server::Desk, path: "/chat/sessions?limit=50" },
    Arm { name: "bare", at: Server::Bare, path: BARE },
    Arm { name: "bare with counts", at: Server::Bare, path: BARE_WITH_COUNTS },
];
const RECENT: usize = 0;
const UNREAD: usize = 1;
const ROWS: usize = 2;
const COUNTED: usize = 3;

/// One for each part of an order: chats with news, and those without. Rows take none of their own.
const MOST_STATEMENTS: f64 = 2.0;

struct Arm {
    name: &'static str,
    at: Server,
    path: &'static str,
}

enum Server {
    Desk,
    Bare,
}

/// Both servers, on one database.
struct Rig {
    desk: Api,
    bare: Api,
    authorization: Arc<str>,
    _servers: [Served; 2],
}

/// Reads lists and compares.
///
/// # Errors
/// No server, an answer that is no list of 50, or lists that do not hold the same rows.
pub async fn run(args: &ListsArgs, statements: &mut Statements) -> Result<Table, Failure> {
    let directory = temporary(args.directory.as_deref())?;
    let url = sqlite_url(directory.path());
    let store = SqliteStore::connect(&url).await?;
    let agent = seed::person("load-agent")?;
    let chats = Chats {
        sessions: args.sessions as usize,
        messages: args.messages.into(),
        unread: args.unread as usize,
    };
    seed::chats(&store, &agent, chats).await?;
    let rig = Rig::start(store, &url, agent.id.as_str()).await?;
    rig.compare_rows().await?;

    let mut table = Table::new(format!(
        "P6  lists of 50 of {} chats with {} messages, {} callers, {} turns of {} s",
        args.sessions, args.messages, args.callers, args.repetitions, args.seconds
    ));
    let mut turns: [Vec<Turn>; ARMS.len()] = Default::default();
    // The first turn fills caches and is not counted. Then forth and back, so that a machine that slows down is fair.
    for repetition in 0..=args.repetitions {
        let mut order: Vec<usize> = (0..ARMS.len()).collect();
        if repetition % 2 == 1 {
            order.reverse();
        }
        for arm in order {
            let turn = rig.turn(&ARMS[arm], args).await?;
            if repetition > 0 {
                turns[arm].push(turn);
            }
        }
    }
    let ratio = |arm: usize, to: usize| {
        let pairs = turns[arm].iter().zip(&turns[to]);
        pairs.map(|(arm, to)| arm.rate / to.rate).collect::<Vec<_>>()
    };
    for arm in [RECENT, UNREAD] {
        let name = ARMS[arm].name;
        table.push(format!("{name}, of the bare rate"), Goal::AtLeast(0.5), ratio(arm, ROWS));
        table.push(format!("{name}, of bare with counts"), Goal::None, ratio(arm, COUNTED));
        let sent = rig.statements_of(&ARMS[arm], statements).await?;
        table.push(format!("{name}, statements per list"), Goal::AtMost(MOST_STATEMENTS), [sent]);
    }
    for (arm, turns) in ARMS.iter().zip(&turns) {
        let name = arm.name;
        table.push(format!("{name}, lists per second"), Goal::None, turns.iter().map(|turn| turn.rate));
        table.push(format!("{name}, p50, ms"), Goal::None, turns.iter().map(|turn| turn.p50));
    }
    Ok(table)
}

impl Rig {
    async fn start(store: impl Store + 'static, url: &str, agent: &str) -> Result<Self, Failure> {
        let tokens = Tokens::random()?;
        let authorization = tokens.bearer(agent, Role::Agent)?.into();
        let desk = Served::desk(SupportDesk::builder(store).build(), &tokens).await?;
        let bare = Served::bare(bare::router(url, agent).await?).await?;
        Ok(Self {
            desk: Api::at(desk.base()),
            bare: Api::at(bare.base()),
            authorization,
            _servers: [desk, bare],
        })
    }

    const fn api(&self, arm: &Arm) -> &Api {
        match arm.at {
            Server::Desk => &self.desk,
            Server::Bare => &self.bare,
        }
    }

    /// All arms list the same chats in the same order, and those that count come to the same counts.
    async fn compare_rows(&self) -> Result<(), Failure> {
        let mut lists = Vec::new();
        for arm in &ARMS {
            let list = self.api(arm).get(arm.path, &self.authorization).await?.json(StatusCode::OK)?;
            lists.push(list["items"].as_array().ok_or("a list without items")?.clone());
        }
        let column = |arm: usize, name: &str| -> Vec<Value> {
            lists[arm].iter().map(|item| item[name].clone()).collect()
        };
        let same = |name, arms: &[usize]| arms.iter().all(|arm| column(*arm, name) == column(RECENT, name));
        if lists[RECENT].len() != 50 || !same("id", &[UNREAD, ROWS, COUNTED]) {
            return Err("the lists do not hold the same 50 chats".into());
        }
        if !same("unread_count", &[UNREAD, COUNTED]) {
            return Err("the lists do not count alike".into());
        }
        Ok(())
    }

    /// Has many callers read one list again and again.
    async fn turn(&self, arm: &Arm, args: &ListsArgs) -> Result<Turn, Failure> {
        let time = Duration::from_secs_f64(args.seconds);
        let (api, authorization) = (self.api(arm).clone(), Arc::clone(&self.authorization));
        let path = arm.path;
        turn(args.callers.into(), time, move |_| {
            let (api, authorization) = (api.clone(), Arc::clone(&authorization));
            async move {
                let answer = api.get(path, &authorization).await?;
                if answer.status != StatusCode::OK {
                    return Err(Failure::from(answer.status.to_string()));
                }
                Ok(())
            }
        })
        .await
    }

    /// How many statements one list of 50 takes.
    async fn statements_of(&self, arm: &Arm, statements: &mut Statements) -> Result<f64, Failure> {
        let (answer, count) = statements.count(self.api(arm).get(arm.path, &self.authorization)).await;
        answer?.json(StatusCode::OK)?;
        if count == 0 {
            return Err("no statement of a list was seen".into());
        }
        Ok(count as f64)
    }
}
