//! Messages that nobody expects, the same ones in every run.

use crate::{dice::Dice, typos};

/// Words that mean something to the bot.
const WORDS: [&str; 24] = [
    "hello",
    "price",
    "plans",
    "domain",
    "invoice",
    "human",
    "yes",
    "no",
    "thanks",
    "bye",
    "license",
    "yearly?",
    "refund",
    "charged twice",
    "password",
    "e-mail",
    "that didn't help",
    "don't",
    "Something else",
    "kündigen",
    "Rechnung",
    "Danke",
    "how much",
    "not working",
];

/// Characters that programs stumble over.
const NASTY: [&str; 28] = [
    "\u{0}",
    "\u{7f}",
    "\u{200b}",
    "\u{200d}",
    "\u{202e}",
    "\u{feff}",
    "\u{301}",
    "\u{308}",
    "\u{20dd}",
    "\u{e0041}",
    "ﬁ",
    "ﷺ",
    "ß",
    "İ",
    "ı",
    "Å",
    "ΐ",
    "ᾳ",
    "ǅ",
    "각",
    "ᄀ",
    "ㅏ",
    "👩‍👩‍👧‍👦",
    "🇩🇪",
    "𝕳",
    "٣",
    "½",
    "\u{10ffff}",
];

const PUNCTUATION: [&str; 16] =
    [" ", "\t", "\n", "\r\n", ".", ",", "?", "!", "'", "’", "-", "/", "@", "(?:", "\\", "\""];

/// The message with this number.
pub fn message(number: u64) -> String {
    let mut dice = Dice::new(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bf0_3635);
    match number % 20 {
        0..=6 => sentence(&mut dice, 8),
        7..=9 => typos::mistype(&sentence(&mut dice, 12), number),
        10..=13 => mixed(&mut dice, 60),
        14 | 15 => letters(&mut dice, 200),
        16 => one_again_and_again(&mut dice),
        17 => unknown_words(&mut dice),
        18 => mixed(&mut dice, 3_000),
        _ => sentence(&mut dice, 400),
    }
}

fn sentence(dice: &mut Dice, at_most: usize) -> String {
    let count = 1 + dice.below(at_most);
    (0..count).map(|_| dice.one_of(&WORDS)).collect::<Vec<_>>().join(" ")
}

/// Anything beside anything.
fn mixed(dice: &mut Dice, at_most: usize) -> String {
    let count = dice.below(at_most);
    let part = |_| match dice.below(4) {
        0 => dice.one_of(&WORDS).to_owned(),
        1 => dice.one_of(&NASTY).to_owned(),
        2 => dice.one_of(&PUNCTUATION).to_owned(),
        _ => any_char(dice).to_string(),
    };
    (0..count).map(part).collect()
}

/// Letters of one alphabet, in words.
fn letters(dice: &mut Dice, at_most: usize) -> String {
    let first = [0x61, 0x410, 0x3b1, 0x5d0, 0x627, 0x905, 0x4e00, 0xac00, 0x1d400][dice.below(9)];
    let count = dice.below(at_most);
    let letter = |_| match dice.below(6) {
        0 => ' ',
        _ => u32::try_from(dice.below(40)).ok().and_then(|at| char::from_u32(first + at)).unwrap_or('x'),
    };
    (0..count).map(letter).collect()
}

fn one_again_and_again(dice: &mut Dice) -> String {
    let one = match dice.below(3) {
        0 => dice.one_of(&WORDS).to_owned(),
        1 => dice.one_of(&NASTY).to_owned(),
        _ => any_char(dice).to_string(),
    };
    let between = if dice.below(2) == 0 { "" } else { " " };
    let times = 1 + dice.below(10_000 / one.len());
    vec![one; times].join(between)
}

/// As many words as the bot reads, none of which it knows and each of which could be a mistyped one.
fn unknown_words(dice: &mut Dice) -> String {
    let long =
        ["certificate", "subscription", "verification", "international", "domain", "invoice", "Kündigung"];
    let mut word = |n: u64| {
        let mut word = dice.one_of(&long).to_owned();
        for twist in 0..2 {
            word = typos::mistype(&word, n * 2 + twist);
        }
        word
    };
    (0..256).map(&mut word).collect::<Vec<_>>().join(" ")
}

fn any_char(dice: &mut Dice) -> char {
    let code = u32::try_from(dice.below(0x11_0000)).unwrap_or_default();
    char::from_u32(code).unwrap_or('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_the_same_each_time_and_different_from_each_other() {
        let all: std::collections::HashSet<String> = (0..2_000).map(message).collect();
        assert!(all.len() > 1_800, "{}", all.len());
        assert!((0..200).all(|number| message(number) == message(number)));
        assert!(all.iter().any(|one| one.len() > 5_000) && all.iter().any(|one| one.contains('\u{0}')));
    }
}
