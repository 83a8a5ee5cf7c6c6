//! An endpoint on this machine that answers as the test tells it to.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// What the endpoint does with a request, step by step; then it closes the connection.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Send(Vec<u8>),
    Pause(Duration),
}

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) head: String,
    pub(crate) body: Value,
}

#[derive(Debug)]
pub(crate) struct Fake {
    pub(crate) base_url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Fake {
    /// Begins to listen; every request gets the same steps.
    pub(crate) async fn start(steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, steps.clone(), Arc::clone(&log)));
            }
        });
        Self { base_url, asked }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, steps: Vec<Step>, log: Arc<Mutex<Vec<Asked>>>) {
    let asked = read(&mut stream).await;
    log.lock().unwrap().push(asked);
    for step in steps {
        match step {
            // A client that has gone away is what some tests are about.
            Step::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Step::Pause(time) => sleep(time).await,
        }
    }
}

async fn read(stream: &mut TcpStream) -> Asked {
    let mut bytes = Vec::new();
    loop {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0, "the request is whole");
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() == length.unwrap().parse::<usize>().unwrap() {
            let body = serde_json::from_str(body).unwrap();
            return Asked { head, body };
        }
    }
}

/// A status line with headers; the body ends with the connection.
pub(crate) fn head(status: &str, content_type: &str) -> Step {
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nConnection: close\r\n\r\n");
    Step::Send(head.into_bytes())
}

pub(crate) fn stream_head() -> Step {
    head("200 OK", "text/event-stream; charset=utf-8")
}

/// A piece of the answer.
pub(crate) fn piece(text: &str) -> Step {
    delta(&json!({ "content": text }), None)
}

pub(crate) fn delta(delta: &Value, finish_reason: Option<&str>) -> Step {
    event(&json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": finish_reason }] }).to_string())
}

pub(crate) fn event(data: &str) -> Step {
    Step::Send(format!("data: {data}\n\n").into_bytes())
}

/// The end of an answer that is whole.
pub(crate) fn end() -> [Step; 2] {
    [delta(&json!({}), Some("stop")), event("[DONE]")]
}

/// An endpoint's answer, in pieces of a few letters.
pub(crate) fn saying(text: &str) -> Vec<Step> {
    let letters: Vec<char> = text.chars().collect();
    let pieces = letters.chunks(4).map(|letters| piece(&letters.iter().collect::<String>()));
    [stream_head()].into_iter().chain(pieces).chain(end()).collect()
}
