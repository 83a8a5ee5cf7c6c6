//! Two instances that tell each other.

use std::time::Duration;

use serde_json::json;
use sqlx::{Connection as _, PgConnection, Postgres};
use support_core::{desk::DeskConfig, desk::SupportDeskBuilder};
use support_http_axum::SupportRouter;
use support_store_sqlx::{PostgresWake, Prefix, testing::TestDatabase};

use crate::harness::{TestDesk, at};

/// So that whatever arrives was told of, and not found by looking.
fn never_looks(desk: SupportDeskBuilder) -> SupportDeskBuilder {
    let mut config = DeskConfig::default();
    config.event_poll = Duration::from_secs(3_600);
    desk.config(config)
}

async fn instance(database: &TestDatabase<Postgres>) -> TestDesk {
    let wake = PostgresWake::start(database.url(), &Prefix::default()).await.unwrap();
    let store = database.store().await;
    TestDesk::on(store, |desk| never_looks(desk).wake(wake), SupportRouter::without_rate_limits)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_23_instances_on_postgres_tell_each_other_of_events_and_typing() {
    let Some(database) = TestDatabase::<Postgres>::with_tables().await else { return };
    let (here, there) = (instance(&database).await, instance(&database).await);
    let ann = there.user("ann");
    let mut of_ada = here.admin("ada").follow("/chat/events").await;
    let chat = ann.start_chat(json!({})).await;
    assert_eq!(of_ada.event().await.data["id"], chat["id"]);
    ann.post(&format!("{}/typing", at(&chat)), json!({ "typing": true })).await;
    let typing = of_ada.event().await;
    assert_eq!((typing.name.as_str(), &typing.data["name"]), ("typing", &json!("Ann")));

    // A line that was cut loses nothing: whoever is back looks.
    let mut server = PgConnection::connect(database.url()).await.unwrap();
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity \
               where datname = current_database() and query ilike 'listen%'";
    let cut: i64 = sqlx::query_scalar(cut).fetch_one(&mut server).await.unwrap();
    assert_eq!(cut, 2);
    for n in 0..5 {
        let said = ann.say(&chat, &format!("message {n}")).await;
        let told = of_ada.event().await;
        assert_eq!((told.name.as_str(), &told.data), ("message_created", &said));
    }
}
