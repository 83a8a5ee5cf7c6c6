//! A database that goes away, and comes back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use support_server_trial::{
    client::{Answer, Client},
    crash::{Journal, verify, write},
    process::Server,
    proxy::{Fault, Proxy},
};

use crate::databases::{Database, as_agent, as_user, on_each_database, server_on, until};

/// The most that a request may take is 10 seconds; the rest is for a machine that has much else to do.
const REQUEST: Duration = Duration::from_secs(20);

fn r_08_a_database_that_goes_away_is_told_and_healed_from_without_restart(database: &Database) {
    let (proxy, url) = Proxy::on_the_way_to(&database.url).unwrap();
    let server = Server::start(&mut server_on(&url)).unwrap();
    let (user, agent) = (as_user(&server, "u0"), as_agent(&server));
    let (journal, is_over) = (Arc::new(Journal::default()), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (1..=4)
        .map(|n| {
            let (journal, is_over) = (Arc::clone(&journal), Arc::clone(&is_over));
            let client = as_user(&server, &format!("u{n}"));
            thread::spawn(move || write(&client, &format!("w{n}"), &journal, &is_over))
        })
        .collect();

    for (n, fault) in [Fault::Down, Fault::Reset, Fault::BlackHole].into_iter().enumerate() {
        let acknowledged = journal.acknowledged();
        until("writes go on", || journal.acknowledged() >= acknowledged + 10);
        proxy.set(fault);
        let path = "/api/v1/support/tickets";
        told_of(fault, || agent.get(path).unwrap());
        let mut try_again = 0;
        told_of(fault, || {
            try_again += 1;
            let mark = format!("during{n}t{try_again}");
            let answer =
                user.post(path, &json!({"subject": mark, "description": "Is anybody there?"})).unwrap();
            journal.note_ticket(mark, answer.json()["number"].as_str().map(str::to_owned));
            answer
        });
        told_of(fault, || server.client().get("/readyz").unwrap());
        assert_eq!(server.client().get("/healthz").unwrap().status, 200, "{fault:?}");

        proxy.set(Fault::None);
        until("it is ready again", || server.client().get("/readyz").unwrap().status == 200);
        let mark = format!("after{n}");
        until("it writes again", || opens_a_ticket(&user, &mark, &journal));
    }
    // A slow network is no outage.
    proxy.set(Fault::Delay(Duration::from_millis(20)));
    until("it writes, slowly", || opens_a_ticket(&user, "slowly", &journal));
    proxy.set(Fault::None);

    is_over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.join().unwrap().unwrap();
    }
    // Nothing acknowledged is lost, nothing is half-written, and counts are true.
    verify(&agent, &journal).unwrap();
}

/// Calls until the answer is that the store is away, which says when to try again, and comes in time.
fn told_of(fault: Fault, mut call: impl FnMut() -> Answer) {
    until("the outage is told", || {
        let began = Instant::now();
        let answer = call();
        assert!(began.elapsed() < REQUEST, "{fault:?}: {:?} for {answer:?}", began.elapsed());
        // What was on its way when the fault began may have come through.
        if answer.status != 503 {
            assert!(matches!(answer.status, 200 | 201), "{fault:?}: {answer:?}");
            return false;
        }
        assert_eq!(answer.json()["code"], "unavailable", "{fault:?}: {answer:?}");
        assert!(answer.header("retry-after").is_some(), "{fault:?}: {answer:?}");
        true
    });
}

/// Opens a ticket, unless the store is away. Whether it was said to be open.
fn opens_a_ticket(user: &Client, mark: &str, journal: &Journal) -> bool {
    let tries = journal.counts().1;
    let mark = format!("{mark}t{tries}");
    let body = json!({"subject": mark, "description": "It does not work."});
    let answer = user.post("/api/v1/support/tickets", &body).unwrap();
    let told = answer.json()["number"].as_str().map(str::to_owned);
    assert!(answer.status == 503 || told.is_some(), "{answer:?}");
    journal.note_ticket(mark, told.clone());
    told.is_some()
}

on_each_database! { postgres(sqlx::Postgres) r_08_a_database_that_goes_away_is_told_and_healed_from_without_restart }
on_each_database! { mysql(sqlx::MySql) r_08_a_database_that_goes_away_is_told_and_healed_from_without_restart }

/// somebody else holds the file's lock.
#[test]
fn r_08_a_locked_sqlite_file_is_told_and_healed_from_without_restart() {
    use sqlx::Connection as _;

    let database = Database::empty::<sqlx::Sqlite>().unwrap();
    let server = database.server();
    let (user, journal) = (as_user(&server, "u0"), Journal::default());
    assert!(opens_a_ticket(&user, "before", &journal));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut outsider = sqlx::SqliteConnection::connect(&database.url).await.unwrap();
        let lock = outsider.begin_with("begin immediate").await.unwrap();
        // Those who wait for a lock are told so in the end, and reads go on.
        let path = "/api/v1/support/tickets";
        told_of(Fault::None, || {
            let answer = user.post(path, &json!({"subject": "locked", "description": "It waits."})).unwrap();
            journal.note_ticket("locked".to_owned(), answer.json()["number"].as_str().map(str::to_owned));
            answer
        });
        assert_eq!(user.get(path).unwrap().status, 200);
        lock.rollback().await.unwrap();
    });
    until("it writes again", || opens_a_ticket(&user, "after", &journal));
    verify(&as_agent(&server), &journal).unwrap();
}
