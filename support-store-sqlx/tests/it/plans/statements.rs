//! The statements that a store sends, as sqlx logs them.

use std::{
    fmt,
    sync::{
        Mutex, MutexGuard, Once,
        atomic::{AtomicU32, Ordering},
    },
};

use support_store_sqlx::Prefix;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Everything that was sent in this process and not taken yet. Statements run on threads of their connections, so that
/// only a subscriber for all threads sees them.
static SENT: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The statements about tables with one prefix, which is how a test knows its own.
pub(crate) struct Statements(Prefix);

impl Statements {
    /// Those about tables with a prefix that nobody else uses.
    pub(crate) fn of_a_new_prefix() -> Self {
        static LISTEN: Once = Once::new();
        static USED: AtomicU32 = AtomicU32::new(0);
        LISTEN.call_once(|| tracing::subscriber::set_global_default(Listener).unwrap());
        Self(format!("plan{}_", USED.fetch_add(1, Ordering::Relaxed)).parse().unwrap())
    }

    pub(crate) fn prefix(&self) -> Prefix {
        self.0.clone()
    }

    pub(crate) fn forget(&self) {
        sent().retain(|statement| !statement.contains(self.0.as_str()));
    }

    pub(crate) fn take(&self) -> Vec<String> {
        sent().extract_if(.., |statement| statement.contains(self.0.as_str())).collect()
    }
}

fn sent() -> MutexGuard<'static, Vec<String>> {
    SENT.lock().unwrap()
}

/// Listens to what sqlx says of statements.
struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Listener);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

impl Visit for Listener {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.statement" && value.contains("plan") {
            sent().push(value.trim().to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
