//! A small deterministic generator of random numbers.

/// SplitMix64: one addition and a few shifts for each number, and every seed is a good one.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a small limit.
    pub(super) const fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Whether something happens that happens once in so many times.
    pub(super) const fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of the values.
    pub(super) fn pick<T: Clone>(&mut self, values: &[T]) -> T {
        self.pick_if_any(values).expect("there is something to pick from")
    }

    /// One of the values, if there are any.
    pub(super) fn pick_if_any<T: Clone>(&mut self, values: &[T]) -> Option<T> {
        if values.is_empty() {
            return None;
        }
        let index = self.below(values.len() as u64);
        values.get(usize::try_from(index).ok()?).cloned()
    }

    /// One of the values, if there are any, and every other time one of the last few: what happens to one thing again and
    /// again shows more than what happens to many once.
    pub(super) fn pick_often_late<T: Clone>(&mut self, values: &[T]) -> Option<T> {
        let late = values.len().saturating_sub(3);
        if self.one_in(2) { self.pick_if_any(&values[late..]) } else { self.pick_if_any(values) }
    }

    /// A value or nothing.
    pub(super) fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.one_in(2) { Some(value(self)) } else { None }
    }

    /// None, one or two of the values.
    pub(super) fn some_of<T: Clone>(&mut self, values: &[T]) -> Vec<T> {
        let count = if self.one_in(3) { 1 + self.below(2) } else { 0 };
        (0..count).map(|_| self.pick(values)).collect()
    }

    pub(super) fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for chunk in bytes.chunks_exact_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes());
        }
        bytes
    }
}
