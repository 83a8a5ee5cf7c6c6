//! A place in a tenant's events, as clients keep it.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::Topic;
use crate::{
    event::{Event, Position},
    id::TenantId,
    time::Timestamp,
};

/// A place, and when the event there happened: a store that was set back, or is another one, has another event there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) position: Position,
    /// In microseconds; 0 where no event is kept.
    pub(super) at: i64,
}

impl Place {
    pub(super) const fn of(event: &Event) -> Self {
        Self { position: event.position, at: micros(event.at) }
    }

    /// Writes the place for subscribers of a topic.
    pub(super) fn write(self, tenant: &TenantId, topic: Topic) -> String {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(self.position.0.to_be_bytes());
        bytes.extend(self.at.to_be_bytes());
        bytes.extend(check(tenant, topic, &bytes));
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a place that was written for this tenant and topic.
    pub(super) fn read(text: &str, tenant: &TenantId, topic: Topic) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let bytes: [u8; LENGTH] = bytes.try_into().ok()?;
        let (place, written) = bytes.split_at(LENGTH - CHECK);
        if written != check(tenant, topic, place) {
            return None;
        }
        let (position, at) = place.split_at(8);
        Some(Self {
            position: Position(u64::from_be_bytes(position.try_into().ok()?)),
            at: i64::from_be_bytes(at.try_into().ok()?),
        })
    }
}

const CHECK: usize = 8;
const LENGTH: usize = 8 + 8 + CHECK;

pub(super) const fn micros(at: Timestamp) -> i64 {
    at.timestamp_micros()
}

/// Catches cursors of another list. It protects nothing and need not: what is shown depends on the caller alone.
fn check(tenant: &TenantId, topic: Topic, place: &[u8]) -> [u8; CHECK] {
    let topic: &[u8] = match topic {
        Topic::Chats => b"events/chats/",
        Topic::Tickets => b"events/tickets/",
    };
    let digest =
        Sha256::new().chain_update(topic).chain_update(tenant.as_str()).chain_update(place).finalize();
    std::array::from_fn(|i| digest[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_by_its_own_tenant_and_topic_only() {
        let (tenant, other) = (TenantId::default(), TenantId::parse("other").unwrap());
        let place = Place { position: Position(7), at: -3 };
        let text = place.write(&tenant, Topic::Chats);
        assert_eq!(Place::read(&text, &tenant, Topic::Chats), Some(place));
        assert_eq!(Place::read(&text, &tenant, Topic::Tickets), None);
        assert_eq!(Place::read(&text, &other, Topic::Chats), None);
        for broken in ["", "é", "7", &text[1..], &format!("{text}A")] {
            assert_eq!(Place::read(broken, &tenant, Topic::Chats), None, "{broken}");
        }
    }
}
