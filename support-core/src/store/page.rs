//! Pages of a list, each beginning right after the last one's end.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::text::Rejection;

/// How many items a page may hold: 1 to 100, 50 if nobody says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limit(u32);

impl Limit {
    /// The most items on one page.
    pub const MAX: u32 = 100;

    /// As many items as a page may hold.
    pub const LARGEST: Self = Self(Self::MAX);

    /// One item.
    pub const ONE: Self = Self(1);

    /// Takes 1 to [`Limit::MAX`].
    ///
    /// # Errors
    /// [`Rejection::OutOfRange`]; nothing is clamped silently.
    pub fn new(limit: i64) -> Result<Self, Rejection> {
        match u32::try_from(limit) {
            Ok(limit @ 1..=Self::MAX) => Ok(Self(limit)),
            _ => Err(Rejection::OutOfRange { min: 1, max: Self::MAX.into() }),
        }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(50)
    }
}

/// The place of an item in the order of its list. Every order of the desk is one of such triples.
///
/// Items are compared by `tier` first, ascending, then by `key` in the direction of the list's order, then by `id` in
/// the same direction as `key`. Stores document nothing of their own here: a list's order defines its triples, see
/// [`TicketRepository::list`](crate::store::TicketRepository::list) and
/// [`ChatRepository::list`](crate::store::ChatRepository::list).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores build it and take it apart")]
pub struct Keyset {
    /// Which group of the list the item is in, 0 first.
    pub tier: u8,
    /// Its place in the group: microseconds since 1970, or a rank.
    pub key: i64,
    /// Breaks ties.
    pub id: Uuid,
}

/// Which page of a list to read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "callers build it, stores take it apart")]
pub struct PageRequest {
    /// At most so many items.
    pub limit: Limit,
    /// Right after this place; from the start without one.
    pub after: Option<Keyset>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "stores build it")]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// The place of the last item, if there are more behind it.
    pub next: Option<Keyset>,
}

impl<T> Page<T> {
    /// Cuts one item more than the limit, which a store reads to know whether there are more, off a page.
    pub fn from_overfull(mut items: Vec<T>, limit: Limit, place: impl FnOnce(&T) -> Keyset) -> Self {
        let limit = limit.get() as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(place) } else { None };
        Self { items, next }
    }

    /// The same page of other items.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(each).collect(), next: self.next }
    }
}
