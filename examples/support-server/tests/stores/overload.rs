//! More writers than the database can serve.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::Duration,
};

use serde_json::json;
use support_server_trial::{
    crash::{Journal, verify},
    process::Server,
    proxy::{Fault, Proxy},
};

use crate::databases::{Database, as_agent, as_user, on_each_database, server_on};

const WRITERS: usize = 500;

fn r_09_too_many_writers_are_shed_and_the_rest_served(database: &Database) {
    // A database so slow that four connections cannot serve everybody in time, whatever the machine.
    let (proxy, url) = Proxy::on_the_way_to(&database.url).unwrap();
    let server = Server::start(&mut server_on(&url)).unwrap();
    let (user, journal) = (as_user(&server, "u0"), Arc::new(Journal::default()));
    proxy.set(Fault::Delay(Duration::from_millis(5)));
    let together = Arc::new(Barrier::new(WRITERS));
    let writers: Vec<_> = (0..WRITERS)
        .map(|n| {
            let (user, journal, together) = (user.clone(), Arc::clone(&journal), Arc::clone(&together));
            let write = move || {
                together.wait();
                let mark = format!("writer{n}");
                let body = json!({"subject": mark, "description": "It does not work."});
                let answer = user.post("/api/v1/support/tickets", &body).unwrap();
                let told = answer.json()["number"].as_str().map(str::to_owned);
                match answer.status {
                    201 => assert!(told.is_some(), "{answer:?}"),
                    503 => assert!(answer.header("retry-after").is_some(), "{answer:?}"),
                    _ => panic!("{answer:?}"),
                }
                journal.note_ticket(mark, told);
            };
            thread::Builder::new().stack_size(256 * 1024).spawn(write).unwrap()
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let (served, shed) = journal.counts();
    assert!(served > 0 && shed > 0, "{served} were served, and {shed} were told to come again");
    // It did not collapse: whoever comes now is served, and what was acknowledged is there.
    proxy.set(Fault::None);
    verify(&as_agent(&server), &journal).unwrap();
    let body = json!({"subject": "Later", "description": "It does not work."});
    assert_eq!(user.post("/api/v1/support/tickets", &body).unwrap().status, 201);
}

on_each_database! { postgres(sqlx::Postgres) r_09_too_many_writers_are_shed_and_the_rest_served }
on_each_database! { mysql(sqlx::MySql) r_09_too_many_writers_are_shed_and_the_rest_served }
