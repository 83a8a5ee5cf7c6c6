//! Open streams when servers end: as they were asked to, or killed.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support_server_trial::{client::Client, process::Server};

use crate::databases::{Database, as_agent, as_user, on_each_database};

/// An open stream of what happens in chats.
pub(crate) struct Stream(BufReader<TcpStream>);

impl Stream {
    pub(crate) fn open(server: &Server) -> Self {
        let mut socket = server.client().connect().unwrap();
        let agent = as_agent(server).head("GET", "/api/v1/chat/events");
        socket.write_all(agent.as_bytes()).unwrap();
        let mut stream = Self(BufReader::new(socket));
        stream.read_until(": open");
        stream
    }

    /// Reads until a line begins so, and returns it. Panics if the stream ends before.
    pub(crate) fn read_until(&mut self, beginning: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.0.read_line(&mut line).unwrap();
            assert!(read > 0, "the stream ended before {beginning:?}");
            if line.starts_with(beginning) {
                return line;
            }
        }
    }

    /// The texts of the next messages, so many of them.
    pub(crate) fn messages(&mut self, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.len() < count {
            self.read_until("event: message_created");
            let data = self.read_until("data: ");
            let message: Value = serde_json::from_str(data["data: ".len()..].trim_end()).unwrap();
            if message["sender_type"] == "user" {
                texts.push(message["message"].as_str().unwrap().to_owned());
            }
        }
        texts
    }

    /// Everything until the end.
    fn rest(mut self) -> String {
        let mut text = String::new();
        self.0.read_to_string(&mut text).unwrap();
        text
    }
}

/// A chat of somebody's, as the path to its messages.
pub(crate) fn start_chat(user: &Client) -> String {
    let chat = user.post("/api/v1/chat/sessions", &json!({})).unwrap().json();
    format!("/api/v1/chat/sessions/{}/messages", chat["id"].as_str().unwrap())
}

pub(crate) fn say(user: &Client, path: &str, text: &str) -> u16 {
    user.post(path, &json!({ "message": text })).unwrap().status
}

fn r_10_a_server_that_is_terminated_under_load_tells_its_streams_and_finishes_what_runs(database: &Database) {
    let server = database.server();
    let streams: Vec<_> = (0..20).map(|_| Stream::open(&server)).collect();
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..4)
        .map(|n| {
            let id = format!("u{n}");
            let (user, acknowledged) = (as_user(&server, &id), Arc::clone(&acknowledged));
            thread::spawn(move || {
                let path = start_chat(&user);
                let is_answered = |n: &usize| {
                    let answer = user.post(&path, &json!({ "message": format!("message {n}") }));
                    // Whoever was let in is answered, and well; those who come later find nobody, or are not let in.
                    let is_answered = answer.is_ok_and(|answer| answer.status == 201);
                    acknowledged.fetch_add(usize::from(is_answered), Ordering::SeqCst);
                    is_answered
                };
                let count = (0..).take_while(is_answered).count();
                (id, path, count)
            })
        })
        .collect();
    while acknowledged.load(Ordering::SeqCst) < 20 {
        thread::yield_now();
    }
    let since = Instant::now();
    server.terminate().unwrap();
    for stream in streams {
        let told = stream.rest();
        // The last chunk says that nothing was cut off.
        assert!(told.contains("event: shutdown\n") && told.ends_with("0\r\n\r\n"), "{told}");
    }
    let written: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
    let (status, log) = server.end().unwrap();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(since.elapsed() < Duration::from_secs(15), "{:?}", since.elapsed());

    // What was answered was carried out, and what was not answered was not.
    let again = database.server();
    for (user, path, count) in written {
        let messages = as_user(&again, &user).get(&path).unwrap().json();
        let texts: Vec<_> =
            messages["items"].as_array().unwrap().iter().map(|item| &item["message"]).collect();
        assert!(texts.contains(&&json!(format!("message {}", count - 1))), "{count} answered: {texts:?}");
        assert!(!texts.contains(&&json!(format!("message {count}"))), "{count} answered: {texts:?}");
    }
}

fn killing_one_server_disturbs_no_stream_of_the_other(database: &Database) {
    let (doomed, other) = (database.server(), database.server());
    let mut streams: Vec<_> = (0..10).map(|_| Stream::open(&other)).collect();
    let on_doomed = Stream::open(&doomed);
    let (here, there) = (as_user(&doomed, "u1"), as_user(&other, "u2"));
    let (of_doomed, of_other) = (start_chat(&here), start_chat(&there));
    let mut expected = Vec::new();
    for n in 0..10 {
        assert_eq!(say(&here, &of_doomed, &format!("by the doomed, {n}")), 201);
        expected.push(format!("by the doomed, {n}"));
    }
    // In the middle of somebody's words.
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&acknowledged);
    let writer = thread::spawn(move || {
        (0..)
            .take_while(|n| {
                let text = json!({ "message": format!("in the middle, {n}") });
                let is_written = here.post(&of_doomed, &text).is_ok_and(|answer| answer.status == 201);
                counter.fetch_add(usize::from(is_written), Ordering::SeqCst);
                is_written
            })
            .count()
    });
    while acknowledged.load(Ordering::SeqCst) < 3 {
        thread::yield_now();
    }
    doomed.kill().unwrap();
    let in_the_middle = writer.join().unwrap();
    drop(on_doomed);
    for n in 0..10 {
        assert_eq!(say(&there, &of_other, &format!("by the other, {n}")), 201);
    }
    for stream in &mut streams {
        let mut told = stream.messages(10 + in_the_middle);
        assert_eq!(told[..10], expected, "what the killed one has acknowledged is told, in order");
        let middle: Vec<_> = (0..in_the_middle).map(|n| format!("in the middle, {n}")).collect();
        assert_eq!(told.split_off(10), middle);
        // One more of them may have been committed, whose writer was not told.
        let mut rest = stream.messages(1);
        if rest[0].starts_with("in the middle") {
            rest = stream.messages(1);
        }
        assert_eq!(rest, ["by the other, 0"]);
        let others: Vec<_> = (1..10).map(|n| format!("by the other, {n}")).collect();
        assert_eq!(stream.messages(9), others);
    }
}

on_each_database! {
    r_10_a_server_that_is_terminated_under_load_tells_its_streams_and_finishes_what_runs
    killing_one_server_disturbs_no_stream_of_the_other
}
