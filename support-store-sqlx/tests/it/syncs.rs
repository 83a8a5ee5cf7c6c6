//! What was acknowledged is on the disk, and transactions that come together wait for it together.

use std::{
    env, fs,
    io::{Write, stderr},
    process::Command,
};

use support_core::store::Store;
use support_store_sqlx::SqliteStore;
use tokio::task::JoinSet;

use crate::fixtures::{Database, add, counts, tenant, ticket, write};

/// How many transactions of SQLite's own are in its log, which ends each with a frame that says how large the database
/// is then (<https://sqlite.org/fileformat2.html#the_write_ahead_log>). With `synchronous=FULL` each is one sync.
fn transactions_in_the_log(database: &Database) -> usize {
    let log = fs::read(database.path().with_extension("db-wal")).unwrap();
    let (header, frames) = log.split_at(32);
    let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
    let page = number(&header[8..12]) as usize;
    let frames = frames.chunks_exact(24 + page).take_while(|frame| frame[8..16] == header[16..24]);
    frames.filter(|frame| number(&frame[4..8]) != 0).count()
}

/// Writes tickets, all of which wait for their turn before the first of them has it.
async fn write_together(store: &SqliteStore, tickets: std::ops::Range<u64>) {
    let holder = store.begin(&tenant()).await.unwrap();
    let mut writers: JoinSet<()> = tickets
        .map(|n| {
            let store = store.clone();
            async move {
                let mut transaction = store.begin(&tenant()).await.unwrap();
                write(&mut *transaction, &ticket(n)).await.unwrap();
                transaction.commit().await.unwrap();
            }
        })
        .collect();
    tokio::task::yield_now().await;
    drop(holder);
    while let Some(written) = writers.join_next().await {
        written.unwrap();
    }
}

#[tokio::test]
async fn transactions_that_come_together_are_one_of_the_databases_own() {
    const TOGETHER: u64 = 32;
    let database = Database::new();
    let store = database.open().await;
    add(&store, &ticket(1_000_000)).await.unwrap();
    // On a machine that has no time, a group is soon too old to grow. One round tells whether it can.
    for round in 0..100 {
        let before = transactions_in_the_log(&database);
        write_together(&store, round * TOGETHER..(round + 1) * TOGETHER).await;
        let took = transactions_in_the_log(&database).saturating_sub(before);
        if (1..=TOGETHER as usize / 4).contains(&took) {
            return;
        }
    }
    panic!("no round of {TOGETHER} took a quarter as many transactions of the database's own");
}

const TRACED: &str = "SUPPORT_TEST_TRACED";
const ANSWERED: &[u8] = b"answered\n";

/// What is traced: tickets one by one, and some together, with a word after each.
async fn write_and_answer() {
    let database = Database::new();
    let store = database.open().await;
    for n in 0..3 {
        add(&store, &ticket(n)).await.unwrap();
        stderr().write_all(ANSWERED).unwrap();
    }
    write_together(&store, 10..20).await;
    stderr().write_all(ANSWERED).unwrap();
    assert_eq!(counts(&store).await.0, 13);
}

/// Needs `strace`; without it the test says so, and fails where `SUPPORT_TEST_REQUIRE` names it.
#[tokio::test]
async fn r_02_what_is_answered_was_synced_before() {
    if env::var_os(TRACED).is_some() {
        return write_and_answer().await;
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("trace");
    let traced = Command::new("strace")
        .args(["-f", "-y", "-qq", "-e", "trace=write,pwrite64,fsync,fdatasync", "-o"])
        .arg(&file)
        .arg(env::current_exe().unwrap())
        .args(["--exact", "syncs::r_02_what_is_answered_was_synced_before", "--nocapture"])
        .env(TRACED, "yes")
        .output();
    let Ok(traced) = traced else {
        let required = env::var("SUPPORT_TEST_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|name| name.trim() == "strace"), "there is no strace");
        stderr().write_all(b"\n!! the trace of system calls is SKIPPED: there is no strace\n\n").unwrap();
        return;
    };
    assert!(traced.status.success(), "{}", String::from_utf8_lossy(&traced.stderr));
    let trace = fs::read_to_string(file).unwrap();
    let (mut is_synced, mut answers) = (false, 0);
    for line in trace.lines() {
        if line.contains("answered") {
            assert!(is_synced, "an answer before the sync:\n{trace}");
            (is_synced, answers) = (false, answers + 1);
        } else if line.contains("sync") {
            // Begun and ended on one line, or ended on a later one than it was begun on.
            is_synced =
                line.contains("-wal>) = 0") || (line.contains("sync resumed") && line.ends_with("= 0"));
        } else if line.contains("-wal>") {
            is_synced = false;
        }
    }
    assert_eq!(answers, 4, "{trace}");
}
