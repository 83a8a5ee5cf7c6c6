//! `support-server copy`: a desk moves, and answers as before.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::{Value, json};
use support_server_trial::{
    client::Client,
    crash::{Journal, write},
    process::program,
};

use crate::databases::{Database, PROGRAM, as_agent, as_user};

fn copy(from: &Database, to: &Database) -> Command {
    let mut command = program(Path::new(PROGRAM));
    command.arg("copy").env("SUPPORT_COPY_FROM", &from.url).env("SUPPORT_COPY_TO", &to.url);
    command
}

fn copied(from: &Database, to: &Database) -> Output {
    let output = copy(from, to).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("verified: ") && said.contains("messages"), "{said}");
    output
}

/// The tables with their counts and checksums, as they are printed.
fn tables(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// Copies until something is said of the `n`th table, and then no more.
fn kill_at_table(n: usize, from: &Database, to: &Database) {
    let mut copying = copy(from, to).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(copying.stderr.take().unwrap()).lines().map(Result::unwrap);
    let seen = lines.filter(|line| line.starts_with("copying ")).nth(n);
    // SIGKILL; it may have ended already.
    _ = copying.kill();
    let status = copying.wait().unwrap();
    assert!(seen.is_some(), "it ended early: {status}");
}

/// What a desk answers to a guest, to a user and to an agent.
struct Desk {
    agent: Client,
    user: Client,
    guest: Client,
}

impl Desk {
    fn answers(&self) -> BTreeMap<String, Value> {
        let mut answers = BTreeMap::new();
        let mut get = |client: &Client, who: &str, path: &str| {
            let answer = client.get(&format!("/api/v1/{path}")).unwrap();
            assert!(matches!(answer.status, 200 | 404), "{path}: {answer:?}");
            // A chat's transcript in plain text is compared too.
            let body = answer.json();
            let body = if body.is_null() { answer.body.into() } else { body };
            answers.insert(format!("{who} {path}"), body.clone());
            body
        };
        for path in
            ["support/stats", "support/agents", "chat/stats", "support/tickets?search=agent&limit=100"]
        {
            get(&self.agent, "agent", path);
        }
        for (client, who) in [(&self.agent, "agent"), (&self.user, "user")] {
            for list in ["-updated_at", "created_at", "priority", "waiting"] {
                get(client, who, &format!("support/tickets?sort={list}&limit=100"));
            }
            let tickets = get(client, who, "support/tickets?limit=100");
            for ticket in tickets["items"].as_array().unwrap().iter().take(30) {
                let number = ticket["number"].as_str().unwrap();
                get(client, who, &format!("support/tickets/{number}/replies"));
                get(&self.agent, "agent", &format!("support/tickets/{number}/history"));
            }
            get(client, who, "chat/sessions?sort=unread&limit=100");
            let sessions = get(client, who, "chat/sessions?sort=recent&limit=100");
            for session in sessions["items"].as_array().unwrap().iter().take(10) {
                let id = session["id"].as_str().unwrap();
                get(client, who, &format!("chat/sessions/{id}/messages?limit=100"));
                get(client, who, &format!("chat/sessions/{id}/transcript"));
            }
        }
        get(&self.guest, "guest", "chat/sessions");
        answers
    }
}

/// Writes to a desk in all ways, and returns the callers that saw it.
fn fill(agent: &Client, user: &Client, nobody: &Client, journal: &Journal) -> Value {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| write(user, "w0", journal, &is_over));
        while journal.acknowledged() < 60 && !writer.is_finished() {
            thread::sleep(std::time::Duration::from_millis(10));
        }
        is_over.store(true, Ordering::Relaxed);
        writer.join().unwrap().unwrap();
    });
    let post = |client: &Client, path: &str, body: Value| {
        let answer = client.post(&format!("/api/v1/{path}"), &body).unwrap();
        assert!(matches!(answer.status, 200 | 201 | 204), "{path}: {answer:?}");
        answer.json()
    };
    let ticket = post(
        user,
        "support/tickets",
        json!({"subject": "Für Ärger 🦀", "description": "x", "tags": ["a", "b"]}),
    );
    let ticket = format!("support/tickets/{}", ticket["number"].as_str().unwrap());
    post(agent, &format!("{ticket}/assign"), json!({"assigned_to": "me"}));
    post(agent, &format!("{ticket}/replies"), json!({"message": "A note of the agent", "internal": true}));
    post(
        agent,
        &format!("{ticket}/replies"),
        json!({"message": "An answer of the agent", "status": "resolved"}),
    );
    let session = post(user, "chat/sessions", json!({"subject": "Chat", "metadata": {"n": 1.5}}));
    let session = format!("chat/sessions/{}", session["id"].as_str().unwrap());
    post(user, &format!("{session}/messages"), json!({"message": "I want to talk to a human"}));
    post(agent, &format!("{session}/assign"), json!({"assigned_to": "me"}));
    post(agent, &format!("{session}/messages"), json!({"message": "Here I am"}));
    post(agent, &format!("{session}/close"), json!({}));
    post(user, &format!("{session}/rate"), json!({"rating": 4, "feedback": "good"}));
    post(agent, &format!("{session}/ticket"), json!({"subject": "From the chat"}));
    let guest =
        json!({"guest_name": "Gus", "guest_email": "g@example.org", "guest_phone": "+34 600 123 456"});
    post(nobody, "chat/sessions", guest)
}

fn once(user: &Client) -> Value {
    let once = user.with_header("Idempotency-Key", "once");
    let answer = once
        .post("/api/v1/support/tickets", &json!({"subject": "Once", "description": "Only once."}))
        .unwrap();
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()
}

#[test]
fn a_desk_moves_through_all_databases_and_answers_as_before() {
    let (Some(postgres), Some(mysql)) =
        (Database::empty::<sqlx::Postgres>(), Database::empty::<sqlx::MySql>())
    else {
        return;
    };
    let (sqlite, end) =
        (Database::empty::<sqlx::Sqlite>().unwrap(), Database::empty::<sqlx::Sqlite>().unwrap());
    let server = sqlite.server();
    let journal = Journal::default();
    let begun = fill(&as_agent(&server), &as_user(&server, "u0"), &server.client(), &journal);
    let guest_token = begun["session_token"].as_str().unwrap().to_owned();
    let on = |server: &support_server_trial::process::Server| Desk {
        agent: as_agent(server),
        user: as_user(server, "u0"),
        guest: server.client().with_header("X-Support-Session-Token", &guest_token),
    };
    let first = once(&as_user(&server, "u0"));
    let expected = on(&server).answers();
    server.terminate().unwrap();
    server.end().unwrap();

    for n in [0, 3, 8] {
        kill_at_table(n, &sqlite, &postgres);
    }
    let sent = copied(&sqlite, &postgres);
    for (from, to) in [(&postgres, &mysql), (&mysql, &end)] {
        assert_eq!(tables(&copied(from, to)), tables(&sent));
    }
    for database in [&postgres, &mysql, &end] {
        let server = database.server();
        let answers = on(&server).answers();
        assert!(answers.keys().eq(expected.keys()));
        for (question, answer) in answers {
            assert_eq!(answer, expected[&question], "{question}");
        }
        assert_eq!(once(&as_user(&server, "u0")), first, "what was done once is not done again");
    }
    let refused = copy(&sqlite, &postgres).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("the target is not empty"), "{said}");
}

#[test]
fn a_server_does_not_start_on_an_unfinished_copy() {
    let (from, to) = (Database::empty::<sqlx::Sqlite>().unwrap(), Database::empty::<sqlx::Sqlite>().unwrap());
    let server = from.server();
    once(&as_user(&server, "u0"));
    server.terminate().unwrap();
    server.end().unwrap();
    kill_at_table(2, &from, &to);
    let refused = support_server_trial::process::Server::start(&mut crate::databases::server_on(&to.url));
    assert!(refused.unwrap_err().to_string().contains("a copy that is not finished"));
    copied(&from, &to);
    to.server();
}
