//! The load tool compares lists of the same rows, and sees each statement. A file of its own: statements of the whole
//! process are counted.

use clap::Parser;
use support_benches::{
    lists::{self, ListsArgs},
    statements::Statements,
};

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    lists: ListsArgs,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_runs_no_statement_per_row() {
    // 20 chats with news and 30 without on one page, so that both parts of the default order are read.
    let few = ["load", "--callers=2", "--seconds=0.05", "--repetitions=1", "--sessions=100", "--messages=4"];
    let args = Args::parse_from(few.iter().chain(&["--unread=20"])).lists;
    let table = lists::run(&args, &mut Statements::listen().unwrap()).await.unwrap().to_string();
    let sent = |sort: &str| {
        let line = table.lines().find(|line| line.starts_with(&format!("desk, sort={sort}, statements")));
        line.and_then(|line| line.split_whitespace().rev().nth(2)?.parse::<u32>().ok())
    };
    assert_eq!(sent("recent"), Some(1), "{table}");
    assert_eq!(sent("unread"), Some(3), "{table}");
}
