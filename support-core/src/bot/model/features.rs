//! What the model sees of a message: words, pairs of words, and the letters inside words.

use crate::bot::normalize::Normalized;

/// Pieces of words: of so many letters, the word's ends counted as letters.
const PIECES: std::ops::RangeInclusive<usize> = 3..=5;

/// How much each kind of feature counts beside a word.
const PAIR: f32 = 0.8;
const PIECE: f32 = 0.3;
/// Function words say a little less than the others; together they still tell a question from a thank-you.
const FUNCTION_WORD: f32 = 0.8;

/// Something that the model can have learned a weight for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Feature {
    pub(super) hash: u64,
    /// How much it counts.
    pub(super) value: f32,
    /// Which word of the message it belongs to.
    pub(super) word: u32,
}

/// The features of a message in order, of length 1 as a vector. A feature that occurs twice stands there twice.
pub(super) fn of(heard: &Normalized, is_function_word: impl Fn(&str) -> bool) -> Vec<Feature> {
    let mut found: Vec<Feature> = Vec::with_capacity(heard.tokens().len() * 20);
    let mut before = hash(b"^", SEED);
    for (word, token) in (0..).zip(heard.tokens()) {
        let text = heard.word(token);
        let weight = if is_function_word(text) { FUNCTION_WORD } else { 1.0 };
        let own = hash(text.as_bytes(), SEED);
        found.push(Feature { hash: own, value: weight, word });
        found.push(Feature { hash: pair(before, own), value: PAIR * weight, word });
        pieces(text, PIECE * weight, word, &mut found);
        before = own;
    }
    let end = Feature {
        hash: pair(before, hash(b"$", SEED)),
        value: PAIR * FUNCTION_WORD,
        word: found.last().map_or(0, |last| last.word),
    };
    found.push(end);
    let length = found.iter().map(|feature| feature.value * feature.value).sum::<f32>().sqrt();
    for feature in &mut found {
        feature.value /= length;
    }
    found
}

fn pieces(text: &str, value: f32, word: u32, found: &mut Vec<Feature>) {
    let letters: Vec<char> = std::iter::once('<').chain(text.chars()).chain(std::iter::once('>')).collect();
    for start in 0..letters.len() {
        let mut piece = PIECE_SEED;
        for (count, letter) in (1..=*PIECES.end()).zip(&letters[start..]) {
            piece = hash(letter.encode_utf8(&mut [0; 4]).as_bytes(), piece);
            if PIECES.contains(&count) {
                found.push(Feature { hash: piece, value, word });
            }
        }
    }
}

const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PIECE_SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// 64-bit FNV-1a, continued from `state`.
fn hash(bytes: &[u8], state: u64) -> u64 {
    bytes.iter().fold(state, |state, byte| (state ^ u64::from(*byte)).wrapping_mul(PRIME))
}

fn pair(left: u64, right: u64) -> u64 {
    (left.rotate_left(21) ^ right).wrapping_mul(PIECE_SEED)
}
