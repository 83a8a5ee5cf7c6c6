//! Telling streams that the server stops.

use tokio_util::sync::CancellationToken;

/// Tells open streams that the server stops: each sends `shutdown` and ends.
///
/// [`Server`](crate::Server) puts one into every request. A host with a server of its own does the same, and begins
/// draining when it is told to stop; without that, streams stay open until they are cut.
///
/// ```
/// use axum::{Extension, Router};
/// use support_http_axum::Draining;
///
/// # let support: Router = Router::new();
/// let draining = Draining::new();
/// let app: Router = support.layer(Extension(draining.clone()));
/// // … and when the process is told to stop:
/// draining.begin();
/// ```
#[derive(Debug, Clone, Default)]
pub struct Draining(CancellationToken);

impl Draining {
    /// A server that runs.
    pub fn new() -> Self {
        Self::default()
    }

    /// The server stops.
    pub fn begin(&self) {
        self.0.cancel();
    }

    pub(crate) const fn token(&self) -> &CancellationToken {
        &self.0
    }
}
