//! One connection, from its first byte to its last.

use std::{net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::net::TcpStream;
use tower::ServiceExt as _;

use crate::live::Draining;

/// How much of a request is read ahead, and so how long its headers may be.
const MAX_BUFFER: usize = 64 * 1024;

/// What is served, to whom.
pub(super) struct Connection {
    pub(super) app: Router,
    pub(super) peer: SocketAddr,
    pub(super) header_timeout: Duration,
}

impl Connection {
    /// Answers requests until the client leaves; after `drain`, until the running one is answered.
    pub(super) async fn serve(self, stream: TcpStream, drain: &Draining) {
        let Self { app, peer, header_timeout } = self;
        let draining = drain.clone();
        let app = app.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(draining.clone());
            request
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(header_timeout)
            .max_buf_size(MAX_BUFFER)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(app));

        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = drain.token().cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            // A client that leaves in the middle is everyday life.
            tracing::debug!(error = &error as &dyn std::error::Error, "a connection ended early");
        }
    }
}
