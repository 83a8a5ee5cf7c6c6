//! Arithmetic that gives the same bits on every machine.
//!
//! The standard library's `exp` is the platform's and differs in the last bit from one to the next. Sums and products
//! do not: the compiler neither reorders nor fuses them.

/// `e` to the power of `x`, from additions and multiplications alone; exact to about twelve digits.
pub(super) fn exp(x: f64) -> f64 {
    /// Beyond this the result is 0 or too large for any use here.
    const LIMIT: f64 = 700.0;
    // Only the sum of the two parts is as long as ln 2 needs to be.
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = x.clamp(-LIMIT, LIMIT);
    let twos = (x * std::f64::consts::LOG2_E).round();
    let rest = x - twos * LN_2_HIGH - twos * LN_2_LOW;
    // Taylor's series by Horner's scheme; `rest` is at most half of ln 2, so that thirteen terms are enough.
    let series = (1..=13).rev().fold(1.0, |sum, n| 1.0 + rest / f64::from(n) * sum);
    series * power_of_two(twos)
}

/// Two to a whole power between -1022 and 1023.
fn power_of_two(exponent: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the caller keeps it within the exponents of a double"
    )]
    let biased = exponent as i64 + 1023;
    f64::from_bits(biased.cast_unsigned() << 52)
}

/// Turns scores into probabilities that add up to 1.
pub(super) fn softmax(scores: &mut [f32]) {
    let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        let power = exp(f64::from(*score - top));
        sum += power;
        #[expect(clippy::cast_possible_truncation, reason = "weights have this precision")]
        let narrow = power as f32;
        *score = narrow;
    }
    #[expect(clippy::cast_possible_truncation, reason = "weights have this precision")]
    let scale = (1.0 / sum) as f32;
    for score in scores {
        *score *= scale;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_agrees_with_the_platform() {
        for step in -2_000..=200 {
            let x = f64::from(step) * 0.037;
            let (own, platform) = (exp(x), x.exp());
            assert!((own - platform).abs() <= platform * 1e-12, "{x}: {own} {platform}");
        }
        assert_eq!(exp(0.0), 1.0);
        assert!(exp(-1e9) < 1e-300);
    }

    #[test]
    fn exp_never_changes() {
        let bits = [-20.5, -1.0, 0.5, 3.25].map(|x| exp(x).to_bits());
        assert_eq!(
            bits,
            [
                4_473_616_198_666_092_716,
                4_600_298_746_774_613_816,
                4_610_103_999_673_009_820,
                4_627_952_553_009_680_715
            ]
        );
    }

    #[test]
    fn probabilities_add_up() {
        let mut scores = [1.0, 2.0, -100.0, 2.0];
        softmax(&mut scores);
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert_eq!(scores[1], scores[3]);
        assert!(scores[2] < 1e-30 && scores[0] < scores[1]);
    }
}
