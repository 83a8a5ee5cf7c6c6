//! P10: what an idle stream of events has in memory. A file of its own: what the whole process allocates is counted.

use std::{
    alloc::System,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use clap::Parser;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use support_benches::{
    Failure,
    streams::{ServeArgs, app},
    token::{Role, Tokens},
};
use support_http_axum::Server;
use tokio::{net::TcpListener, task::spawn_blocking};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const SECRET: &str = "a secret of the benches, 32 bytes long or more";

/// How many streams there are before it is counted, and how many are counted.
const FIRST: usize = 50;
const COUNTED: usize = 200;

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    serve: ServeArgs,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p_10_an_idle_stream_takes_at_most_a_quarter_more_memory_than_a_bare_one() {
    let bare = bytes_each("bare", "/events").await.unwrap();
    let desk = bytes_each("desk", "/chat/events").await.unwrap();
    println!("an idle stream: desk {desk} bytes, bare {bare} bytes, {:.2} of it", desk as f64 / bare as f64);
    assert!(desk * 4 <= bare * 5, "desk {desk} bytes, bare {bare} bytes");
}

/// How many bytes a stream keeps while nothing is said, at the server's side.
async fn bytes_each(kind: &str, path: &'static str) -> Result<usize, Failure> {
    let serve = Args::parse_from(["load", kind, "--secret", SECRET]).serve;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let running = tokio::spawn(Server::new(listener, app(&serve).await?).run_until(std::future::pending()));
    let bearer = Tokens::of_secret(SECRET).bearer("agent", Role::Agent)?;
    let counted = spawn_blocking(move || {
        // Room for all of them, so that what the clients take is taken before.
        let mut clients = Vec::with_capacity(FIRST + COUNTED);
        let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: {bearer}\r\n\r\n");
        for _ in 0..FIRST {
            clients.push(open(address, &request)?);
        }
        let before = allocated();
        for _ in 0..COUNTED {
            clients.push(open(address, &request)?);
        }
        Ok::<_, Failure>((allocated() - before) / COUNTED)
    });
    let counted = counted.await?;
    running.abort();
    counted
}

/// A stream that has begun, on a socket that takes no memory here.
fn open(address: SocketAddr, request: &str) -> std::io::Result<TcpStream> {
    let mut socket = TcpStream::connect(address)?;
    socket.write_all(request.as_bytes())?;
    let (mut read, mut length) = ([0; 4_096], 0);
    while !read[..length].windows(6).any(|part| part == b": open") {
        match socket.read(&mut read[length..])? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            more => length += more,
        }
    }
    Ok(socket)
}

fn allocated() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}
