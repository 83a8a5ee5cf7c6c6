//! Servers that are killed while they write.

use std::path::PathBuf;

use support_server_trial::crash::{Trial, run};

use crate::databases::{Database, PROGRAM, on_each_database};

fn kill(database: &Database, rounds: u32, servers: usize) {
    let trial = Trial {
        program: PathBuf::from(PROGRAM),
        database_url: database.url.clone(),
        rounds,
        writers: 8,
        servers,
    };
    let mut seen = Vec::new();
    let journal = run(&trial, |round| seen.push(round)).unwrap_or_else(|error| panic!("{error}: {seen:?}"));
    let last = seen.last().unwrap();
    assert_eq!(last.number, rounds);
    assert!(journal.acknowledged() > 20 && last.found.tickets > 0 && last.found.messages > 0, "{last:?}");
}

fn r_01_r_20_what_was_acknowledged_outlives_a_killed_process_and_counts_are_true(database: &Database) {
    kill(database, 3, 1);
}

fn r_01_two_servers_see_each_others_writes_and_either_may_be_killed(database: &Database) {
    kill(database, 2, 2);
}

on_each_database! {
    r_01_r_20_what_was_acknowledged_outlives_a_killed_process_and_counts_are_true
    r_01_two_servers_see_each_others_writes_and_either_may_be_killed
}
