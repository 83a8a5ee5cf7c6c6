//! Typing mistakes as people make them, the same ones in every run.

use crate::dice::Dice;

/// The message with one mistake in one of its words of four letters or more, chosen by `seed`: a letter left out, put
/// in or replaced, or two swapped.
pub fn mistype(text: &str, seed: u64) -> String {
    let mut dice = Dice::new(text.bytes().fold(seed.wrapping_add(1), |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17)
    }));
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let is_word = |word: &&mut String| word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut candidates: Vec<&mut String> = words.iter_mut().filter(is_word).collect();
    if !candidates.is_empty() {
        let chosen = dice.below(candidates.len());
        spoil(candidates[chosen], &mut dice);
    }
    words.join(" ")
}

fn spoil(word: &mut String, dice: &mut Dice) {
    let mut letters: Vec<char> = word.chars().collect();
    let at = dice.below(letters.len());
    let other = char::from(b'a' + u8::try_from(dice.below(26)).unwrap_or_default());
    match dice.below(4) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, other),
        2 => letters[at] = other,
        _ => letters.swap(at.saturating_sub(1), at.max(1)),
    }
    *word = letters.into_iter().collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_changes_and_the_same_one_each_time() {
        let text = "where can I find my invoice";
        for seed in 0..50 {
            let spoiled = mistype(text, seed);
            let changed = text.split(' ').zip(spoiled.split(' ')).filter(|(one, other)| one != other).count();
            assert!(changed <= 1, "{spoiled}");
            assert_eq!(spoiled, mistype(text, seed));
        }
        assert_eq!(mistype("a 123 b", 0), "a 123 b");
    }
}
