//! What processes of one desk say to each other.

use serde::{Deserialize, Serialize};

use super::{
    load::Loader,
    signal::{Signal, SignalSubject},
};
use crate::{
    desk::SupportDesk,
    error::Result,
    event::{Event, EventKind, EventSubject, Position},
    id::TenantId,
    wake::MAX_WORD,
};

/// A word on the line. An empty one says: look.
#[derive(Debug, Serialize, Deserialize)]
struct Word {
    /// Which process says it, so that it does not heed itself.
    from: uuid::Uuid,
    tenant: TenantId,
    signal: Signal,
}

impl SupportDesk {
    /// Tells other processes that something was committed.
    pub(in crate::desk) fn say_look(&self) {
        if let Some(line) = &self.inner.wake {
            line.say(&[]);
        }
    }

    /// Tells other processes a signal.
    pub(super) fn say(&self, tenant: &TenantId, signal: &Signal) {
        let Some(line) = &self.inner.wake else { return };
        let word = Word { from: self.inner.process, tenant: tenant.clone(), signal: signal.clone() };
        // Signals are plain data with text keys; names are short enough for any line.
        match serde_json::to_vec(&word) {
            Ok(word) if word.len() <= MAX_WORD => line.say(&word),
            _ => {}
        }
    }

    /// Takes what another process said. What cannot be read was said by a newer release, and is no business of ours.
    pub(super) async fn heed(&self, word: &[u8]) -> Result<()> {
        let Ok(Word { from, tenant, signal }) = serde_json::from_slice::<Word>(word) else { return Ok(()) };
        if from == self.inner.process {
            return Ok(());
        }
        // Only where somebody follows is it worth a look at what the signal is about.
        let subject = match signal.subject() {
            Some(subject) if self.inner.live.is_followed(&tenant) => {
                let mut tx = self.begin_read(&tenant).await?;
                let Some(subject) = Loader::default().load(&mut *tx, &about(subject)).await?.subject else {
                    return Ok(());
                };
                Some(subject)
            }
            Some(_) => return Ok(()),
            None => None,
        };
        let sounded = self.inner.live.register().note(&tenant, signal, subject, self.now());
        if let Some(sounded) = sounded {
            self.inner.live.sound(&tenant, sounded);
        }
        Ok(())
    }
}

/// An event about the same object, for the loader.
const fn about(subject: SignalSubject) -> Event {
    let (kind, subject) = match subject {
        SignalSubject::Session(session_id) => {
            (EventKind::SessionUpdated, EventSubject::Session { session_id, seq: None })
        }
        SignalSubject::Ticket(ticket_id) => {
            (EventKind::TicketUpdated, EventSubject::Ticket { ticket_id, seq: None })
        }
    };
    Event { position: Position(0), kind, subject, at: crate::time::Timestamp::UNIX_EPOCH }
}
