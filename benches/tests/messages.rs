//! The load tool compares messages of the same kind. A file of its own: statements of the whole process are counted.

use clap::Parser;
use support_benches::{
    messages::{self, MessagesArgs},
    statements::Statements,
};

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    messages: MessagesArgs,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_takes_no_more_statements_than_its_rows_need() {
    let few = ["load", "--callers=1,4", "--seconds=0.05", "--repetitions=1"];
    let args = Args::parse_from(few).messages;
    let table = messages::run(&args, &mut Statements::listen().unwrap()).await.unwrap().to_string();
    let line = table.lines().find(|line| line.starts_with("statements per message, desk")).unwrap();
    assert!(line.ends_with("met"), "{table}");
    assert!(table.contains("4 callers: desk, of the bare rate"), "{table}");
}
