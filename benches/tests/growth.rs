//! The growth table fills what is empty, and asks both desks everything.

use clap::Parser;
use support_benches::growth::{self, GrowthArgs};

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    growth: GrowthArgs,
}

#[tokio::test]
async fn every_figure_is_measured_on_both_desks() {
    let directory = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite:{}", directory.path().join(name).display());
    let (small, large) = (format!("--small={}", url("small.db")), format!("--large={}", url("large.db")));
    let few = ["load", &small, &large, "--small-size=20", "--large-size=40", "--calls=2", "--all"];
    let table = growth::run(&Args::parse_from(few).growth).await.unwrap().to_string();
    for group in ["P5 tickets", "P5 chats", "P7 tickets", "P7 chats", "P7 agents", "P8 tickets", "P8 chats"] {
        assert!(table.contains(group), "{group} is missing:\n{table}");
    }
    // Each order of each list is there, from its beginning and from half its depth.
    assert!(table.contains("not done, PriorityDescending, half depth"), "{table}");
    assert!(table.contains("times as fast as `like`"), "{table}");
}
