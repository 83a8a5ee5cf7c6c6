//! Servers on one database that tell each other over PostgreSQL.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support_server_trial::{
    client::Client,
    process::Server,
    proxy::{Fault, Proxy},
};

use crate::{
    databases::{Database, as_agent, as_user, on_each_database, server_on, until},
    streams::{Stream, say, start_chat},
};

/// A server that does not look at the store by itself, so that whatever arrives it was told of.
fn never_looks(database: &Database, more: &[&str]) -> Server {
    Server::start(server_on(&database.url).args(["--event-poll", "30d"]).args(more)).unwrap()
}

/// What is waited for comes sooner than by what a server does once a minute, which has it look too.
fn soon<T>(what: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = what();
    assert!(
        began.elapsed() < Duration::from_secs(30),
        "found in the end, and not told: {:?}",
        began.elapsed()
    );
    done
}

fn r_23_servers_tell_each_other_of_events_typing_and_presence(database: &Database) {
    let (here, there) = (never_looks(database, &[]), never_looks(database, &[]));
    let ann = as_user(&here, "ann");
    let mut of_agent = Stream::open(&there);
    // The agent's stream is there; here, nobody follows anything.
    until("the agent is known to be there", || is_online(&here, "a1"));

    let chat = start_chat(&ann);
    soon(|| {
        for n in 0..10 {
            assert_eq!(say(&ann, &chat, &format!("message {n}")), 201);
            assert_eq!(of_agent.messages(1), [format!("message {n}")]);
        }
    });
    types(&ann, &chat);
    assert_eq!(next_typing(&mut of_agent)["session_id"], session(&chat));
}

fn r_23_a_line_that_is_cut_stops_no_server_and_loses_no_event(database: &Database) {
    let (proxy, line) = Proxy::on_the_way_to(&database.url).unwrap();
    proxy.set(Fault::Down);
    let (here, there) = (never_looks(database, &[]), never_looks(database, &["--wake-url", &line]));
    let (ann, bob) = (as_user(&here, "ann"), as_user(&there, "bob"));
    let mut of_agent = Stream::open(&there);
    let chat = start_chat(&ann);
    for fault in [Fault::Down, Fault::Reset, Fault::Down] {
        proxy.set(fault);
        until("the line is missed", || {
            times(&there, "cannot be listened to") > times(&there, "is listened to again")
        });
        assert_eq!(say(&ann, &chat, "said while the line was cut"), 201);
        proxy.set(Fault::None);
        assert_eq!(soon(|| of_agent.messages(1)), ["said while the line was cut"]);
        assert_eq!(say(&ann, &chat, "said when it was back"), 201);
        assert_eq!(soon(|| of_agent.messages(1)), ["said when it was back"]);
    }

    // What is written while nobody can be told is written, and told later.
    let mut of_other = Stream::open(&here);
    proxy.set(Fault::Down);
    let theirs = start_chat(&bob);
    assert_eq!(say(&bob, &theirs, "said to nobody"), 201);
    proxy.set(Fault::None);
    assert_eq!(soon(|| of_other.messages(1)), ["said to nobody"]);
    types(&bob, &theirs);
    assert_eq!(next_typing(&mut of_other)["session_id"], session(&theirs));
}

on_each_database! {
    postgres(sqlx::Postgres)
    r_23_servers_tell_each_other_of_events_typing_and_presence
    r_23_a_line_that_is_cut_stops_no_server_and_loses_no_event
}

fn is_online(server: &Server, agent: &str) -> bool {
    let agents = as_agent(server).get("/api/v1/support/agents").unwrap().json();
    let mut agents = agents["items"].as_array().into_iter().flatten();
    agents.any(|found| found["id"] == agent && found["availability"] == "online")
}

/// How often a server has logged something.
fn times(server: &Server, text: &str) -> usize {
    server.log().matches(text).count()
}

fn session(messages: &str) -> &str {
    messages.split('/').nth_back(1).unwrap()
}

fn types(user: &Client, messages: &str) {
    let typing = messages.replace("/messages", "/typing");
    assert_eq!(user.post(&typing, &json!({ "typing": true })).unwrap().status, 204);
}

fn next_typing(stream: &mut Stream) -> Value {
    stream.read_until("event: typing");
    let data = stream.read_until("data: ");
    serde_json::from_str(data["data: ".len()..].trim_end()).unwrap()
}
