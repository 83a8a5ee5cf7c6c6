//! Real sockets, because what is tested is how they are handled.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    routing::get,
};
use futures_util::stream;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
};

use super::Server;

/// Longer than anything here takes, so that a failure is one and no hang.
const FOREVER: Duration = Duration::from_secs(20);

/// A server under test. `/` says who calls; `/slow` says that it was entered, and answers when it is let;
/// `/large` is more than a client takes that does not read; `/endless` never ends, and counts what was asked of it.
struct Running {
    address: SocketAddr,
    entered: Arc<Notify>,
    release: Arc<Notify>,
    peers: Arc<Mutex<Vec<SocketAddr>>>,
    streamed: Arc<AtomicUsize>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    async fn start(bounds: impl FnOnce(Server) -> Server) -> Self {
        let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let peers = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&peers);
        let whoami = async move |ConnectInfo(peer): ConnectInfo<SocketAddr>| {
            log.lock().unwrap().push(peer);
            peer.to_string()
        };
        let gate = (Arc::clone(&entered), Arc::clone(&release));
        let slow = async move || {
            gate.0.notify_one();
            gate.1.notified().await;
            "done"
        };
        // More than the buffers of both ends hold.
        let large = async || vec![0; 64 * 1024 * 1024];
        let streamed = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&streamed);
        let endless = async move || {
            Body::from_stream(stream::repeat_with(move || {
                count.fetch_add(4_096, Ordering::Relaxed);
                Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 4_096]))
            }))
        };
        let app = Router::new()
            .route("/", get(whoami))
            .route("/slow", get(slow))
            .route("/large", get(large))
            .route("/endless", get(endless));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = bounds(Server::new(listener, app));
        let task = tokio::spawn(server.run_until(async { stopped.await.unwrap() }));
        Self { address, entered, release, peers, streamed, stop, task }
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }
}

struct Client(TcpStream);

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    async fn request(&mut self, path: &str) {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await;
    }

    /// The body of the next answer, which has to be a 200. Bodies here have no line breaks.
    async fn body(&mut self) -> String {
        let mut read = String::new();
        let complete = |read: &str| {
            let (head, body) = read.split_once("\r\n\r\n")?;
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
            (body.len() == length.parse::<usize>().unwrap()).then(|| body.to_owned())
        };
        loop {
            let mut buffer = [0; 1024];
            let count = within(self.0.read(&mut buffer)).await.unwrap();
            assert_ne!(count, 0, "closed after {read:?}");
            read.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
            if let Some(body) = complete(&read) {
                assert!(read.starts_with("HTTP/1.1 200 "), "{read}");
                return body;
            }
        }
    }

    /// Everything until the server closes, a reset being a close.
    async fn rest(&mut self) -> String {
        let mut read = Vec::new();
        _ = within(self.0.read_to_end(&mut read)).await;
        String::from_utf8(read).unwrap()
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(FOREVER, future).await.expect("this takes no time")
}

#[tokio::test]
async fn r_09_a_crowd_that_comes_at_once_waits_in_the_queue() {
    let server = Running::start(|server| server.max_connections(1)).await;
    let mut first = server.connect().await;
    first.request("/slow").await;
    within(server.entered.notified()).await;
    // Nobody of these is accepted. Whoever finds the queue full does not get as far as this.
    let mut crowd = Vec::new();
    for _ in 0..300 {
        crowd.push(within(server.connect()).await);
    }
    server.release.notify_one();
    assert_eq!(first.body().await, "done");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn r_07_little_is_gathered_for_a_client_that_reads_nothing() {
    let server = Running::start(|server| server).await;
    let mut client = server.connect().await;
    client.request("/endless").await;
    let (mut before, mut after) = (0, 1);
    while before != after {
        tokio::time::sleep(Duration::from_millis(300)).await;
        before = std::mem::replace(&mut after, server.streamed.load(Ordering::Relaxed));
    }
    // What both ends' buffers hold, the client's own being the larger part.
    assert!((1..768 * 1024).contains(&after), "{after}");
}

#[tokio::test]
async fn handlers_see_the_address_of_their_peer() {
    let server = Running::start(|server| server).await;
    let mut client = server.connect().await;
    client.request("/").await;
    assert_eq!(client.body().await, client.0.local_addr().unwrap().to_string());
}

#[tokio::test]
async fn stopping_closes_idle_connections_at_once_and_lets_running_requests_finish() {
    let server = Running::start(|server| server.drain_timeout(FOREVER)).await;
    let (mut busy, mut idle, mut silent) =
        (server.connect().await, server.connect().await, server.connect().await);
    idle.request("/").await;
    idle.body().await;
    busy.request("/slow").await;
    within(server.entered.notified()).await;

    server.stop.send(()).unwrap();
    assert_eq!(idle.rest().await, "");
    assert_eq!(silent.rest().await, "");
    assert!(TcpStream::connect(server.address).await.is_err(), "new clients are refused");
    assert!(!server.task.is_finished());

    server.release.notify_one();
    let answer = busy.rest().await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("done"), "{answer}");
    within(server.task).await.unwrap();
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_cut() {
    let server = Running::start(|server| server.drain_timeout(Duration::from_millis(20))).await;
    let mut client = server.connect().await;
    client.request("/slow").await;
    within(server.entered.notified()).await;

    server.stop.send(()).unwrap();
    within(server.task).await.unwrap();
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn headers_that_stall_are_cut() {
    let server = Running::start(|server| server.header_timeout(Duration::from_millis(20))).await;
    for begun in ["", "GET / HTTP/1.1\r\nHost: loc"] {
        let mut client = server.connect().await;
        client.send(begun).await;
        assert!(!client.rest().await.contains(" 200 "));
    }
    assert!(server.peers.lock().unwrap().is_empty());
}

#[tokio::test]
async fn connections_beyond_the_cap_wait_for_one_to_close() {
    let server = Running::start(|server| server.max_connections(1)).await;
    let mut first = server.connect().await;
    first.request("/").await;
    first.body().await;
    let mut second = server.connect().await;
    second.request("/").await;
    // Time enough for the second to be served, were it let in.
    for _ in 0..50 {
        first.request("/").await;
        first.body().await;
    }
    let waiting = second.0.local_addr().unwrap();
    assert!(!server.peers.lock().unwrap().contains(&waiting));

    drop(first);
    assert_eq!(second.body().await, waiting.to_string());
}

#[cfg(any(target_os = "linux", target_os = "android"))]
#[tokio::test]
async fn a_client_that_reads_no_more_loses_its_place() {
    let bounds = |server: Server| server.max_connections(1).send_timeout(Duration::from_millis(20));
    let server = Running::start(bounds).await;
    let mut stalled = server.connect().await;
    stalled.request("/large").await;
    let mut next = server.connect().await;
    next.request("/").await;
    assert_eq!(next.body().await, next.0.local_addr().unwrap().to_string());
}
