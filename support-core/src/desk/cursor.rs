//! Opaque cursors: a place in a list, bound to the list and the caller.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    access::Principal,
    error::{Error, ErrorKind, Result},
    store::{Keyset, Limit, Page, PageRequest},
};

/// Which page of a list a caller wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct PageQuery {
    /// At most so many items.
    pub limit: Limit,
    /// The `next_cursor` of the page before; the first page without one.
    pub cursor: Option<String>,
}

/// A page of a list as callers get it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Listing<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Leads to the next page; `None` on the last.
    pub next_cursor: Option<String>,
}

/// What a cursor is bound to: another list, filter, order or caller refuses it.
///
/// The binding catches mistakes. It is no protection and needs none: what a page holds depends on the caller's scope,
/// never on the cursor.
pub(super) struct Binding([u8; 32]);

impl Binding {
    pub(super) fn new(principal: &Principal, list: &impl Serialize) -> Self {
        let caller = (principal.tenant.as_str(), principal.key());
        // Filters are plain data with text keys; their JSON form cannot fail.
        let text = serde_json::to_vec(&(caller, list)).unwrap_or_default();
        Self(Sha256::digest(text).into())
    }

    pub(super) fn request(&self, query: &PageQuery) -> Result<PageRequest> {
        let after = query.cursor.as_deref().map(|cursor| self.read(cursor)).transpose()?;
        Ok(PageRequest { limit: query.limit, after })
    }

    pub(super) fn listing<T>(&self, page: Page<T>) -> Listing<T> {
        Listing { items: page.items, next_cursor: page.next.map(|place| self.write(&place)) }
    }

    fn write(&self, place: &Keyset) -> String {
        let mut bytes = Vec::with_capacity(Self::LENGTH);
        bytes.push(place.tier);
        bytes.extend(place.key.to_be_bytes());
        bytes.extend(place.id.as_bytes());
        bytes.extend(self.check(&bytes));
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(&self, cursor: &str) -> Result<Keyset> {
        let bad = || Error::from(ErrorKind::BadCursor);
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| bad())?;
        let bytes: [u8; Self::LENGTH] = bytes.try_into().map_err(|_| bad())?;
        let (place, check) = bytes.split_at(Self::LENGTH - Self::CHECK);
        if check != self.check(place) {
            return Err(bad());
        }
        let (tier, place) = (place[0], &place[1..]);
        let (key, id) = place.split_at(8);
        Ok(Keyset {
            tier,
            key: i64::from_be_bytes(key.try_into().map_err(|_| bad())?),
            id: Uuid::from_slice(id).map_err(|_| bad())?,
        })
    }

    const CHECK: usize = 8;
    const LENGTH: usize = 1 + 8 + 16 + Self::CHECK;

    fn check(&self, place: &[u8]) -> [u8; Self::CHECK] {
        let digest = Sha256::new().chain_update(self.0).chain_update(place).finalize();
        std::array::from_fn(|i| digest[i])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::UserId, person::Person};

    fn caller(id: &str) -> Principal {
        Principal::user(Person::new(UserId::parse(id).unwrap()))
    }

    #[test]
    fn a_cursor_is_read_back_by_its_own_list_and_caller_only() {
        let binding = Binding::new(&caller("ann"), &("tickets", 1));
        let place = Keyset { tier: 2, key: -7, id: Uuid::from_u128(9) };
        let cursor = binding.write(&place);
        assert_eq!(binding.read(&cursor).unwrap(), place);
        for other in
            [Binding::new(&caller("bob"), &("tickets", 1)), Binding::new(&caller("ann"), &("tickets", 2))]
        {
            assert_eq!(other.read(&cursor).unwrap_err().kind(), &ErrorKind::BadCursor);
        }
        for broken in ["", "é", "AAAA", &cursor[1..], &cursor.replacen(&cursor[..1], "z", 1)] {
            assert_eq!(binding.read(broken).unwrap_err().kind(), &ErrorKind::BadCursor, "{broken}");
        }
    }
}
