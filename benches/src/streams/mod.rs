//! Streams of events: P10, R-06 and R-07 against servers in processes of their own.

mod broadcast;
mod client;
mod resume;
mod server;
mod stalled;

use std::sync::Arc;

pub use self::{
    broadcast::{StreamsArgs, run},
    resume::{ResumeArgs, run as resume},
    server::{ServeArgs, app, serve},
    stalled::{StalledArgs, run as stalled},
};

/// Counts what many subscribers have received.
#[derive(Debug, Default)]
struct Tally {
    count: std::sync::atomic::AtomicUsize,
    changed: tokio::sync::Notify,
}

impl Tally {
    fn add(&self) {
        self.count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        self.changed.notify_one();
    }

    /// Returns when so many were counted.
    async fn reaches(self: &Arc<Self>, count: usize) {
        while self.count.load(std::sync::atomic::Ordering::SeqCst) < count {
            self.changed.notified().await;
        }
    }
}
