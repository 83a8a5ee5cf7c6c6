//! Pages of rows in the order of their places.

use std::cmp::Ordering;

use uuid::Uuid;

use crate::{
    store::{Keyset, Page, PageRequest},
    time::Timestamp,
};

/// Which way keys, or ids, go within a tier.
#[derive(Debug, Clone, Copy)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    fn compare<T: Ord>(self, a: &T, b: &T) -> Ordering {
        match self {
            Self::Ascending => a.cmp(b),
            Self::Descending => b.cmp(a),
        }
    }
}

/// Which way keys and ids go within a tier.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) key: Direction,
    pub(super) id: Direction,
}

impl Order {
    /// Keys and ids both go up.
    pub(super) const ASCENDING: Self = Self { key: Direction::Ascending, id: Direction::Ascending };
    /// Keys and ids both go down.
    pub(super) const DESCENDING: Self = Self { key: Direction::Descending, id: Direction::Descending };

    fn compare(self, a: &Keyset, b: &Keyset) -> Ordering {
        self.key.compare(&a.key, &b.key).then_with(|| self.id.compare(&a.id, &b.id))
    }
}

/// The rows that follow the request's place, as many as it wants. `order` tells the order within each tier.
pub(super) fn page_of<T>(
    rows: impl Iterator<Item = (Keyset, T)>,
    order: impl Fn(u8) -> Order,
    request: &PageRequest,
) -> Page<T> {
    let compare = |a: &Keyset, b: &Keyset| a.tier.cmp(&b.tier).then_with(|| order(a.tier).compare(a, b));
    let follows =
        |place: &Keyset| request.after.is_none_or(|after| compare(place, &after) == Ordering::Greater);
    let mut rows: Vec<_> = rows.filter(|(place, _)| follows(place)).collect();
    rows.sort_by(|(a, _), (b, _)| compare(a, b));
    Page::from_overfull(rows, request.limit, |(place, _)| *place).map(|(_, row)| row)
}

/// The place of a row that is ordered by a moment.
pub(super) fn place(tier: u8, moment: Timestamp, id: Uuid) -> Keyset {
    Keyset { tier, key: moment.timestamp_micros(), id }
}
