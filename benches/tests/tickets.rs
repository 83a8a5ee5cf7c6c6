//! The load tool opens tickets and finds them again.

use clap::Parser;
use support_benches::{
    Failure,
    host::{Served, StoreKind, temporary},
    tickets::{self, TicketsArgs, TicketsReport},
    token::Tokens,
};
use support_core::{SupportDesk, memory::MemoryStore};

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    tickets: TicketsArgs,
}

async fn opened_by_eight(more: &[&str]) -> Result<TicketsReport, Failure> {
    let few = ["load", "--callers=8", "--tickets=3", "--repetitions=2"];
    tickets::run(&Args::try_parse_from(few.iter().chain(more))?.tickets).await
}

fn assert_clean(report: &TicketsReport) {
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    assert_eq!(report.opened, 48);
    assert!(report.table.all_met(), "{}", report.table);
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_at_once_open_tickets_in_sqlite() {
    assert_clean(&opened_by_eight(&["--store=sqlite"]).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_at_once_open_tickets_in_memory() {
    assert_clean(&opened_by_eight(&["--store=memory"]).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_can_be_loaded() {
    const SECRET: &str = "a secret of at least thirty-two bytes";
    let desk = SupportDesk::builder(MemoryStore::new()).build();
    let served = Served::desk(desk, &Tokens::of_secret(SECRET)).await.unwrap();
    let (url, secret) = (format!("--url={}", served.base()), format!("--jwt-secret={SECRET}"));
    assert_clean(&opened_by_eight(&[&url, &secret]).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_knows_other_secrets_is_reported_as_errors() {
    let directory = temporary(None).unwrap();
    let store = StoreKind::Sqlite.open(directory.path()).await.unwrap();
    let served = Served::desk(SupportDesk::builder(store).build(), &Tokens::random().unwrap()).await.unwrap();
    let (url, secret) =
        (format!("--url={}", served.base()), "--jwt-secret=another secret of thirty-two bytes or so");
    let failed = opened_by_eight(&[&url, secret]).await;
    assert!(failed.unwrap_err().to_string().contains("401"));
}
