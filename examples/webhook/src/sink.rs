//! The hook.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use hyper::{StatusCode, body::Bytes};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use support_core::{
    event::{Event, EventKind, EventSink, EventSubject, Undeliverable},
    id::{SessionId, TenantId, TicketId},
    store::Limit,
    time::{Clock, SystemClock, Timestamp},
};
use tokio_rustls::rustls::RootCertStore;

use crate::{
    Destinations, Endpoint, Network, Secret,
    post::{Post, Poster},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Whether it is told that an internal note was written. What it says never is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Notes {
    /// No: whoever receives deliveries may be the customer.
    #[default]
    Withheld,
    /// Yes: they are staff.
    Told,
}

/// Posts what happens to one endpoint.
pub struct WebhookSink {
    name: String,
    poster: Poster,
    /// The first one, and those that it replaces.
    secrets: Vec<Secret>,
    notes: Notes,
    clock: Arc<dyn Clock>,
    /// The endpoint has said that it is gone.
    is_gone: AtomicBool,
}

/// The body of a delivery.
#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'static str,
    timestamp: Timestamp,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    tenant: &'a TenantId,
    position: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<SessionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_id: Option<TicketId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
}

/// What an endpoint answered that is no yes.
#[derive(Debug, thiserror::Error)]
#[error("the endpoint answered {0}")]
struct Refused(StatusCode);

/// The endpoint wants nothing any more.
#[derive(Debug, thiserror::Error)]
#[error("the endpoint is gone, and is sent nothing until the desk is started again")]
struct Gone;

impl WebhookSink {
    /// Posts to an endpoint, trusting whom this machine trusts.
    ///
    /// # Errors
    /// The machine's certificates cannot be read.
    pub fn new(endpoint: Endpoint, secret: Secret) -> std::io::Result<Self> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if let (true, Some(error)) = (roots.is_empty(), found.errors.into_iter().next()) {
            return Err(std::io::Error::other(error));
        }
        Ok(Self {
            name: format!("webhook {endpoint}"),
            poster: Poster::new(endpoint, roots),
            secrets: vec![secret],
            notes: Notes::default(),
            clock: Arc::new(SystemClock),
            is_gone: AtomicBool::new(false),
        })
    }

    /// Keeps its place under this name, so that the endpoint may move. Without it, the name is that of the endpoint.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Signs with an older secret as well, until every receiver has the new one.
    #[must_use]
    pub fn replacing(mut self, older: Secret) -> Self {
        self.secrets.push(older);
        self
    }

    /// Whether notes are told of. Without it, not.
    #[must_use]
    pub fn notes(mut self, notes: Notes) -> Self {
        self.notes = notes;
        self
    }

    /// Where the endpoint may be. Without it, on the public Internet.
    #[must_use]
    pub fn destinations(mut self, destinations: Destinations) -> Self {
        self.poster.destinations = destinations;
        self
    }

    /// How names are resolved and addresses connected to. Without it, as this machine does.
    #[must_use]
    pub fn network(mut self, network: impl Network + 'static) -> Self {
        self.poster.network = Arc::new(network);
        self
    }

    /// Trusts these roots instead of the machine's: for an authority of one's own.
    #[must_use]
    pub fn trust(mut self, roots: RootCertStore) -> Self {
        self.poster.trust(roots);
        self
    }

    /// What tells the time. Without it, the machine's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    async fn post(&self, tenant: &TenantId, event: &Event) -> Result<(), Failure> {
        if self.is_gone.load(Ordering::Relaxed) {
            return Err(Undeliverable::new(Gone).into());
        }
        let body = Bytes::from(serde_json::to_vec(&payload(tenant, event))?);
        let id = id(tenant, event);
        let timestamp = self.clock.now().timestamp();
        let signatures: Vec<_> =
            self.secrets.iter().map(|secret| secret.sign(&id, timestamp, &body)).collect();
        let post = Post { id: &id, timestamp, signature: &signatures.join(" "), body };
        let status = self.poster.post(post).await?;
        match judge(status) {
            Judgment::Delivered => Ok(()),
            Judgment::Later => Err(Refused(status).into()),
            Judgment::Never => Err(Undeliverable::new(Refused(status)).into()),
            Judgment::Gone => {
                self.is_gone.store(true, Ordering::Relaxed);
                tracing::error!(endpoint = %self.poster.endpoint, "the endpoint is gone and is sent nothing more");
                Err(Undeliverable::new(Refused(status)).into())
            }
        }
    }
}

#[async_trait]
impl EventSink for WebhookSink {
    fn name(&self) -> &str {
        &self.name
    }

    /// One: it has an answer of its own, and the time for a delivery is for one.
    fn events_at_once(&self) -> Limit {
        Limit::ONE
    }

    async fn deliver(&self, tenant: &TenantId, events: &[Event]) -> Result<(), Failure> {
        for event in events {
            if event.kind == EventKind::NoteCreated && self.notes == Notes::Withheld {
                continue;
            }
            self.post(tenant, event).await?;
        }
        Ok(())
    }
}

/// What a status means for a delivery.
enum Judgment {
    Delivered,
    Later,
    /// The same again would be refused the same way. The desk keeps it for somebody to look at.
    Never,
    Gone,
}

fn judge(status: StatusCode) -> Judgment {
    match status {
        status if status.is_success() => Judgment::Delivered,
        StatusCode::GONE => Judgment::Gone,
        StatusCode::REQUEST_TIMEOUT
        | StatusCode::CONFLICT
        | StatusCode::TOO_EARLY
        | StatusCode::TOO_MANY_REQUESTS => Judgment::Later,
        status if status.is_client_error() => Judgment::Never,
        // A redirect too: following one could lead anywhere, and somebody may yet set the endpoint right.
        _ => Judgment::Later,
    }
}

/// The same each time an event is sent, and no other's: tenants number their events each from one.
fn id(tenant: &TenantId, event: &Event) -> String {
    let tenant: String =
        Sha256::digest(tenant.as_str()).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("evt_{tenant}_{}", event.position.0)
}

fn payload<'a>(tenant: &'a TenantId, event: &Event) -> Payload<'a> {
    let (session_id, ticket_id, seq) = match event.subject {
        EventSubject::Session { session_id, seq } => (Some(session_id), None, seq),
        EventSubject::Ticket { ticket_id, seq } => (None, Some(ticket_id), seq),
    };
    let data = Data { tenant, position: event.position.0, session_id, ticket_id, seq };
    Payload { r#type: event.kind.as_str(), timestamp: event.at, data }
}

impl std::fmt::Debug for WebhookSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookSink").field("name", &self.name).finish_non_exhaustive()
    }
}
