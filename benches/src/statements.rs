//! How many statements are sent to databases: sqlx tells of each in an event, and this counts them.
//!
//! Beginning and ending a transaction is no statement to sqlx, and is not counted.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tracing::{
    Event, Metadata, Subscriber, callsite,
    span::{Attributes, Id, Record},
    subscriber::{Interest, SetGlobalDefaultError, set_global_default},
};

static COUNTING: AtomicBool = AtomicBool::new(false);
static SENT: AtomicU64 = AtomicU64::new(0);

/// Counts statements of the whole process.
#[derive(Debug)]
pub struct Statements(());

impl Statements {
    /// Listens to what sqlx tells. Once per process: events of other threads are wanted, so it listens to all of them.
    ///
    /// # Errors
    /// Somebody listens already.
    pub fn listen() -> Result<Self, SetGlobalDefaultError> {
        set_global_default(Counter)?;
        Ok(Self(()))
    }

    /// Counts the statements that are sent until a future is ready. Outside of this sqlx is not asked to tell, so that
    /// it costs nothing.
    pub async fn count<T>(&mut self, work: impl Future<Output = T>) -> (T, u64) {
        SENT.store(0, Ordering::SeqCst);
        switch(true);
        let result = work.await;
        switch(false);
        (result, SENT.load(Ordering::SeqCst))
    }
}

fn switch(on: bool) {
    COUNTING.store(on, Ordering::SeqCst);
    callsite::rebuild_interest_cache();
}

struct Counter;

impl Subscriber for Counter {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        COUNTING.load(Ordering::SeqCst) && metadata.target() == "sqlx::query"
    }

    fn event(&self, _: &Event<'_>) {
        SENT.fetch_add(1, Ordering::SeqCst);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        // No span has the target that is listened to; all may share an id.
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
