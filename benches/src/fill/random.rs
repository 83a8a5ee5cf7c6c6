//! Numbers that look random and are the same each time.

/// A sequence of numbers that its seed determines (SplitMix64).
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The sequence of one thing among many: a ticket's does not depend on how many there are before it.
    pub(super) const fn of(seed: u64, kind: u64, number: u64) -> Self {
        let mixed =
            seed ^ kind.wrapping_mul(0x9E6C_63D0_876A_68DE) ^ number.wrapping_mul(0xD1B5_4A32_D192_ED03);
        Self(mixed)
    }

    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, and without, `end`.
    pub(super) const fn below(&mut self, end: u64) -> u64 {
        // The bias is far below what anybody could measure here.
        ((self.next() as u128 * end as u128) >> 64) as u64
    }

    /// A number from 0 up to, and without, 1.
    pub(super) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something happens that happens so many times in a hundred.
    pub(super) const fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) const fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    /// One of several, each with its share of a hundred; the last one has what is left.
    pub(super) fn share<T: Copy>(&mut self, of: &[(u64, T)]) -> T {
        let mut place = self.below(100);
        for (share, value) in of {
            match place.checked_sub(*share) {
                Some(rest) => place = rest,
                None => return *value,
            }
        }
        of[of.len() - 1].1
    }

    /// A rank from 0 up to, and without, `ranks`: the second is drawn half as often as the first, the third a third as
    /// often, and so on, as words and customers are (Zipf). From the inverse of the integral, which is close enough.
    pub(super) fn rank(&mut self, ranks: u64) -> u64 {
        let drawn = ((ranks as f64 + 1.0).ln() * self.fraction()).exp() - 1.0;
        (drawn as u64).min(ranks - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_is_determined_by_what_it_is_of() {
        let numbers = |seed, kind, number| {
            let mut random = Random::of(seed, kind, number);
            [random.next(), random.next()]
        };
        assert_eq!(numbers(1, 2, 3), numbers(1, 2, 3));
        for other in [numbers(2, 2, 3), numbers(1, 3, 3), numbers(1, 2, 4)] {
            assert_ne!(numbers(1, 2, 3), other);
        }
    }

    #[test]
    fn low_ranks_are_drawn_often_and_high_ones_too() {
        let mut random = Random::of(1, 1, 1);
        let drawn: Vec<u64> = (0..10_000).map(|_| random.rank(1_000)).collect();
        let first = drawn.iter().filter(|rank| **rank == 0).count();
        assert!((800..1_300).contains(&first), "{first} of 10,000");
        assert!(drawn.iter().any(|rank| *rank > 900) && drawn.iter().all(|rank| *rank < 1_000));
    }
}
