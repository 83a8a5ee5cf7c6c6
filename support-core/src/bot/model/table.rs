//! Which row of weights a feature has.

/// From the hash of a feature to its row: open addressing, at most half full. Unlike buckets that features share, a
/// feature that no example has finds nothing, and not the weights of another.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The upper half of the hash, and the row plus one; 0 is an empty slot.
    slots: Vec<(u32, u32)>,
    rows: usize,
}

impl Table {
    /// Numbers these features, each once, in an order that depends on nothing but their hashes.
    pub(super) fn new(mut hashes: Vec<u64>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        let size = (hashes.len() * 2).next_power_of_two();
        let mut table = Self { slots: vec![(0, 0); size], rows: hashes.len() };
        for (row, hash) in (1..).zip(hashes) {
            let slot = table.slot(hash);
            table.slots[slot] = (tag(hash), row);
        }
        table
    }

    /// The row of a feature, or `None` if no example has it.
    pub(super) fn row(&self, hash: u64) -> Option<u32> {
        let (_, row) = self.slots[self.slot(hash)];
        row.checked_sub(1)
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Where a feature is, or else the empty slot where it belongs.
    fn slot(&self, hash: u64) -> usize {
        let mask = self.slots.len() - 1;
        #[expect(clippy::cast_possible_truncation, reason = "only the low bits are wanted")]
        let mut at = hash as usize & mask;
        while self.slots[at].1 != 0 && self.slots[at].0 != tag(hash) {
            at = (at + 1) & mask;
        }
        at
    }
}

fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_a_row_of_its_own_and_strangers_have_none() {
        let hash = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let table = Table::new((0..1_000).chain(500..1_500).map(hash).collect());
        let mut rows: Vec<u32> = (0..1_500).filter_map(|n| table.row(hash(n))).collect();
        rows.sort_unstable();
        assert_eq!(rows, (0..1_500).collect::<Vec<_>>());
        assert_eq!(table.rows(), 1_500);
        assert!((2_000..3_000).all(|n| table.row(hash(n)).is_none()));
        assert_eq!(Table::new(Vec::new()).row(7), None);
    }
}
