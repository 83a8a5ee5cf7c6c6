//! What is done while more is asked for than can be.

use std::{path::PathBuf, time::Duration};

use support_server_trial::overload::{self, Trial};

use crate::databases::{Database, PROGRAM, on_each_database};

/// What `overload` measures for longer. That much is written is no promise to a machine that runs tests.
fn r_09_streams_stay_open_while_too_many_write(database: &Database) {
    let outcome = overload::run(&Trial {
        program: PathBuf::from(PROGRAM),
        database_url: database.url.clone(),
        connections: 4,
        writers: 60,
        fewer: vec![4],
        time: Duration::from_secs(1),
        rounds: 1,
        delay: Duration::from_millis(1),
    })
    .unwrap();
    assert_eq!((outcome.other_answers(), outcome.streams_that_heard), (0, 20), "{outcome}");
    assert!(outcome.of_peak() > 0.0, "{outcome}");
}

on_each_database! { r_09_streams_stay_open_while_too_many_write }
