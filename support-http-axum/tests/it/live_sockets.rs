//! Streams over real sockets, because what is tested is how they are handled.

use std::{net::SocketAddr, time::Duration};

use serde_json::json;
use support_http_axum::{Server, SupportRouter};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::harness::{MOUNT, TestDesk, path};

/// Longer than anything here takes, so that a failure is one and no hang.
const FOREVER: Duration = Duration::from_secs(60);

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(FOREVER, future).await.expect("this takes no time")
}

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn serve(desk: &TestDesk, bounds: impl FnOnce(Server) -> Server) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let server = bounds(Server::new(listener, desk.router().clone()));
    let task = tokio::spawn(server.run_until(async { drop(stopped.await) }));
    Running { address, stop, task }
}

/// A client that has asked for a stream and whose answer has begun.
async fn follow(socket: TcpStream, id: &str) -> Client {
    let mut client = Client { socket, text: String::new() };
    let request = format!(
        "GET {MOUNT}/support/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Test admin {id}\r\n\r\n"
    );
    client.socket.write_all(request.as_bytes()).await.unwrap();
    client
}

struct Client {
    socket: TcpStream,
    text: String,
}

impl Client {
    /// Reads until this has come so often.
    async fn read_until(&mut self, what: &str, count: usize) {
        while self.text.matches(what).count() < count {
            let mut bytes = [0; 16 * 1024];
            let read = within(self.socket.read(&mut bytes)).await.unwrap();
            assert_ne!(read, 0, "closed after {:?}", &self.text[self.text.len().saturating_sub(200)..]);
            self.text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
        }
    }

    /// Reads to the end, a reset being one.
    async fn rest(&mut self) -> &str {
        let mut bytes = Vec::new();
        _ = within(self.socket.read_to_end(&mut bytes)).await;
        self.text.push_str(&String::from_utf8_lossy(&bytes));
        &self.text
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_10_a_server_that_stops_tells_its_streams_and_ends() {
    let desk = TestDesk::new();
    let server = serve(&desk, |server| server.drain_timeout(FOREVER)).await;
    let mut clients = Vec::new();
    for n in 0..20 {
        let socket = TcpStream::connect(server.address).await.unwrap();
        let mut client = follow(socket, &format!("agent{n}")).await;
        client.read_until(": open", 1).await;
        clients.push(client);
    }
    server.stop.send(()).unwrap();
    for client in &mut clients {
        let text = client.rest().await;
        // The last chunk says that nothing was cut off.
        assert!(text.contains("event: shutdown\n") && text.ends_with("\r\n0\r\n\r\n"), "{text}");
    }
    within(server.task).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r_07_who_reads_nothing_loses_their_socket_and_slows_nobody() {
    const STALLED: usize = 50;
    const HEALTHY: usize = 5;
    const REPLIES: usize = 60;
    let desk = TestDesk::with(|desk| desk, SupportRouter::without_rate_limits);
    let bounds =
        |server: Server| server.send_timeout(Duration::from_millis(500)).max_connections(STALLED + HEALTHY);
    let server = serve(&desk, bounds).await;
    let mut stalled = Vec::new();
    for n in 0..STALLED {
        let socket = TcpSocket::new_v4().unwrap();
        // Little room, so that it is full soon.
        socket.set_recv_buffer_size(4_096).unwrap();
        let socket = socket.connect(server.address).await.unwrap();
        stalled.push(follow(socket, &format!("stalled{n}")).await);
    }
    let mut healthy = Vec::new();
    for n in 0..HEALTHY {
        let mut client =
            follow(TcpStream::connect(server.address).await.unwrap(), &format!("healthy{n}")).await;
        client.read_until(": open", 1).await;
        healthy.push(client);
    }
    let ann = desk.user("ann");
    let ticket = ann.open_ticket(json!({})).await;
    let replies = format!("{}/replies", path(&ticket));
    for n in 1..=REPLIES {
        ann.post(&replies, json!({ "message": "x".repeat(8_000) })).await.json(201);
        for client in &mut healthy {
            client.read_until("event: reply_created", n).await;
        }
    }
    // There is room for as many again once the server has given up on all of them.
    let mut newcomers = Vec::new();
    for n in 0..STALLED {
        let socket = TcpStream::connect(server.address).await.unwrap();
        let mut client = follow(socket, &format!("newcomer{n}")).await;
        client.read_until(": open", 1).await;
        newcomers.push(client);
    }
    for client in &mut stalled {
        assert!(client.rest().await.matches("event: reply_created").count() < REPLIES);
    }
    for client in &mut healthy {
        ann.post(&replies, json!({ "message": "still here" })).await.json(201);
        client.read_until("still here", 1).await;
    }
}
