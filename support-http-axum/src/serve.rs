//! Serving a router on a TCP listener, with the bounds that `axum::serve` leaves to its caller.

mod connection;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::connection::Connection;
use crate::live::Draining;

/// How long to wait after the system refused to accept, for instance because every file handle is in use.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// How many connections the system may keep until they are accepted; it may have a bound of its own. Rust asks for 128,
/// and whoever comes beyond these tries again after a second, which is too late to be told to come again (R-09).
const WAITING_CONNECTIONS: i32 = 4_096;

/// How many bytes the system takes for a client before what it took before is on its way. Without a bound it takes more
/// than a megabyte for one that reads nothing, and copies every event to it until then (R-07).
#[cfg(any(target_os = "linux", target_os = "android"))]
const MAX_UNSENT: u32 = 64 * 1024;

/// Serves a router on a listener over HTTP/1.1, within bounds, and stops without cutting anybody off.
///
/// A proxy in front that ends TLS may speak HTTP/2 to browsers; to this server it speaks HTTP/1.1.
///
/// ```no_run
/// # async fn serve(app: axum::Router) -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
/// let stop = async { drop(tokio::signal::ctrl_c().await) };
/// support_http_axum::Server::new(listener, app).run_until(stop).await;
/// # Ok(())
/// # }
/// ```
///
/// # With a server of your own
///
/// The router works under any server. For the desk to keep its promises the server has to
///
/// - put `ConnectInfo<SocketAddr>` into each request, as `into_make_service_with_connect_info` does: without it guests
///   cannot be told apart, and all of them share one rate limit;
/// - bound the time a client takes for a request's headers. The router bounds everything after them;
/// - bound the number of connections, below the limit on open files;
/// - give up on a client that reads no more (`TCP_USER_TIMEOUT`) or has gone silently (keep-alive probes);
/// - at shutdown tell streams of events to end ([`Draining`]), close idle connections, let running requests finish, and
///   cut what is still open after a while. `axum::serve(…).with_graceful_shutdown(…)` never does the last.
///
/// And for it to bear a crowd:
///
/// - let more connections wait to be accepted than the 128 that Rust asks for;
/// - bound what the system gathers for a client that reads nothing (`TCP_NOTSENT_LOWAT`).
#[derive(Debug)]
#[must_use = "it serves when it is run"]
pub struct Server {
    listener: TcpListener,
    app: Router,
    header_timeout: Duration,
    send_timeout: Duration,
    max_connections: usize,
    drain_timeout: Duration,
}

impl Server {
    /// A server of this router on this listener, with the bounds that the methods name.
    pub fn new(listener: TcpListener, app: Router) -> Self {
        Self {
            listener,
            app,
            header_timeout: Duration::from_secs(30),
            send_timeout: Duration::from_secs(30),
            max_connections: 10_000,
            drain_timeout: Duration::from_secs(15),
        }
    }

    /// How long a client may take for the headers of a request, and how long a connection may be idle: 30 seconds.
    pub fn header_timeout(mut self, timeout: Duration) -> Self {
        self.header_timeout = timeout;
        self
    }

    /// How long a client may leave unread what was sent to it: 30 seconds. Known on Linux and Android only.
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.send_timeout = timeout;
        self
    }

    /// How many connections may be open at once: 10,000. Others wait in the system's queue, or are refused by it.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.max_connections = count.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// How long running requests may take to finish after the signal to stop: 15 seconds. Then they are cut.
    pub fn drain_timeout(mut self, timeout: Duration) -> Self {
        self.drain_timeout = timeout;
        self
    }

    /// Serves until `stop` is ready; then accepts no more, closes idle connections, tells streams of events to end, and
    /// lets running requests finish.
    ///
    /// Returns when the last connection is closed, at the latest after the time for that.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        let Self { listener, app, header_timeout, send_timeout, max_connections, drain_timeout } = self;
        // A system that does not let it be changed has a shorter queue.
        _ = socket2::SockRef::from(&listener).listen(WAITING_CONNECTIONS);
        let slots = Arc::new(Semaphore::new(max_connections));
        let (drain, cut) = (Draining::new(), CancellationToken::new());
        let connections = TaskTracker::new();

        let mut stop = std::pin::pin!(stop);
        loop {
            let (stream, peer, slot) = tokio::select! {
                biased;
                () = &mut stop => break,
                accepted = accept(&listener, &slots) => accepted,
            };
            limit_silence(&stream, send_timeout);
            let connection = Connection { app: app.clone(), peer, header_timeout };
            let (drain, cut) = (drain.clone(), cut.clone());
            connections.spawn(async move {
                tokio::select! {
                    () = connection.serve(stream, &drain) => {}
                    () = cut.cancelled() => {}
                }
                drop(slot);
            });
        }

        drop(listener);
        drain.begin();
        connections.close();
        if tokio::time::timeout(drain_timeout, connections.wait()).await.is_err() {
            tracing::warn!(connections = connections.len(), "cutting connections that do not finish");
            cut.cancel();
            connections.wait().await;
        }
    }
}

/// The next connection, once there is room for one.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let slot = Arc::clone(slots).acquire_owned().await.expect("nobody closes this semaphore");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, slot),
            Err(error) if is_of_one_client(&error) => {}
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no connection can be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Whether the client went away before it was accepted, which is nobody else's trouble.
fn is_of_one_client(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

/// Has the system end a connection whose other end is gone, or takes nothing more (R-07), and gather little for it.
fn limit_silence(stream: &TcpStream, send_timeout: Duration) {
    let socket = socket2::SockRef::from(stream);
    let probes = socket2::TcpKeepalive::new().with_time(Duration::from_secs(60));
    // A system that refuses an option serves no worse than one that does not know it.
    _ = socket.set_tcp_keepalive(&probes);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        _ = socket.set_tcp_user_timeout(Some(send_timeout));
        _ = socket.set_tcp_notsent_lowat(MAX_UNSENT);
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let _ = send_timeout;
    // An answer goes out when it is there, not when more has gathered.
    _ = stream.set_nodelay(true);
}
