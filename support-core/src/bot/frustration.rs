//! Whether a customer is losing patience: points for what angry people write, which fade with calm messages.

use super::{decide::Ruling, knowledge::KnowledgeBase, normalize::Normalized};

/// From so many points on a human takes over.
const LIMIT: u32 = 4;

const ANGRY_WORD: u32 = 2;
const SHOUTING: u32 = 1;
const EXCLAIMING: u32 = 1;
const MISSED: u32 = 1;
const NO_HELP: u32 = 1;

/// Words in capitals are loud from so many letters on; `OK`, `DNS` and `VPS` are not.
const LOUD_LETTERS: usize = 10;

/// The points after a message; those from before count half.
pub(super) fn points(
    knowledge: &KnowledgeBase,
    before: u32,
    original: &str,
    heard: &Normalized,
    ruling: &Ruling,
) -> u32 {
    let is_angry = |word: &str| knowledge.lexicon.is_angry(word);
    let angry = heard.tokens().iter().any(|token| is_angry(heard.word(token)));
    let signals = [
        (angry, ANGRY_WORD),
        (is_shouting(original), SHOUTING),
        (["!!!", "???", "?!?", "!?!"].iter().any(|marks| original.contains(marks)), EXCLAIMING),
        (ruling.is_miss, MISSED),
        (ruling.says_no_help(knowledge), NO_HELP),
    ];
    before / 2 + signals.into_iter().filter(|(is_there, _)| *is_there).map(|(_, points)| points).sum::<u32>()
}

/// Whether a human should take over now.
pub(super) fn is_too_much(points: u32) -> bool {
    points >= LIMIT
}

fn is_shouting(original: &str) -> bool {
    let letters = original.chars().filter(|c| c.is_alphabetic());
    let (mut all, mut loud) = (0, 0);
    for letter in letters {
        all += 1;
        loud += usize::from(letter.is_uppercase());
    }
    all >= LOUD_LETTERS && loud * 10 >= all * 8
}
