//! The numbers of a text, and of what they are: money, percent, or anything.

use std::fmt;

/// A number in one form, with its unit if that changes what it promises.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Amount {
    number: String,
    unit: Option<Unit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Unit {
    Euro,
    Dollar,
    Pound,
    Franc,
    Yen,
    Rupee,
    Cent,
    Percent,
    /// "Free" is a price.
    Free,
}

impl Amount {
    /// The number alone: what is said to be 5 € may be called 5.
    pub(super) fn without_unit(&self) -> Self {
        Self { number: self.number.clone(), unit: None }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            None => "",
            Some(Unit::Euro) => " EUR",
            Some(Unit::Dollar) => " USD",
            Some(Unit::Pound) => " GBP",
            Some(Unit::Franc) => " CHF",
            Some(Unit::Yen) => " JPY",
            Some(Unit::Rupee) => " INR",
            Some(Unit::Cent) => " cent",
            Some(Unit::Percent) => " %",
            Some(Unit::Free) => return f.write_str("the price \"free\""),
        };
        write!(f, "{}{unit}", self.number)
    }
}

/// One part of a text: a number, a word, or a sign. Blanks are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part<'a> {
    Number(&'a str),
    Word(&'a str),
    Sign(char),
}

/// Every number of a folded text, in digits or in words.
pub(super) fn find(text: &str) -> Vec<Amount> {
    let parts = parts(text);
    let unit_at = |at: Option<usize>| at.and_then(|at| parts.get(at)).and_then(|part| unit(*part));
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let before = at.checked_sub(1);
        let number = match part {
            Part::Number(digits) => canonical(digits),
            Part::Word(word) if is_free(word, before.map(|at| parts[at])) => {
                found.push(Amount { number: "0".to_owned(), unit: Some(Unit::Free) });
                continue;
            }
            Part::Word(word) => match number_word(word) {
                Some(number) => number.to_owned(),
                // "One" is an article more often than a number.
                None if matches!(*word, "one" | "a" | "an" | "ein" | "eine" | "einen" | "einem") => {
                    if unit_at(Some(at + 1)).is_none() {
                        continue;
                    }
                    "1".to_owned()
                }
                None => continue,
            },
            Part::Sign(_) => continue,
        };
        // "5 €" before "€ 5": in "costs 5 € 10 times" the sign belongs to what stands before it.
        let unit = unit_at(Some(at + 1)).or_else(|| {
            let taken = matches!(at.checked_sub(2).map(|at| parts[at]), Some(Part::Number(_)));
            if taken { None } else { unit_at(before) }
        });
        found.push(Amount { number, unit });
    }
    found
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_numeric() {
            number_length(rest)
        } else if first.is_alphabetic() {
            rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (part, after) = rest.split_at(length);
        if first.is_numeric() {
            parts.push(Part::Number(part));
        } else if first.is_alphabetic() {
            parts.push(Part::Word(part));
        } else if !first.is_whitespace() {
            parts.push(Part::Sign(first));
        }
        rest = after;
    }
    parts
}

/// Digits, and what divides them: `1,000.50`, `1'000`.
fn number_length(text: &str) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let divides =
            matches!(c, '.' | ',' | '\'' | '’') && chars.peek().is_some_and(|(_, next)| next.is_numeric());
        if !c.is_numeric() && !divides {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

/// One form for `1,000`, `1'000` and `1.000`, for `9.90`, `9,90` and `9.9`; anything else as it is written.
fn canonical(digits: &str) -> String {
    let groups: Vec<&str> = digits.split(['.', ',', '\'', '’']).collect();
    let is_thousands = |groups: &[&str]| groups.iter().skip(1).all(|group| group.len() == 3);
    let Some((last, whole)) = groups.split_last() else { return digits.to_owned() };
    if whole.is_empty() {
        return digits.to_owned();
    }
    if is_thousands(&groups) {
        return groups.concat();
    }
    if last.len() <= 2 && is_thousands(whole) {
        let cents = last.trim_end_matches('0');
        let whole = whole.concat();
        return if cents.is_empty() { whole } else { format!("{whole}.{cents}") };
    }
    digits.to_owned()
}

fn unit(part: Part<'_>) -> Option<Unit> {
    Some(match part {
        Part::Sign('€') | Part::Word("eur" | "euro" | "euros") => Unit::Euro,
        Part::Sign('$') | Part::Word("usd" | "dollar" | "dollars" | "bucks") => Unit::Dollar,
        Part::Sign('£') | Part::Word("gbp" | "pound" | "pounds" | "pfund") => Unit::Pound,
        Part::Sign('¥') | Part::Word("jpy" | "yen") => Unit::Yen,
        Part::Sign('₹') | Part::Word("inr" | "rupees" | "rupien") => Unit::Rupee,
        Part::Sign('¢') | Part::Word("cent" | "cents") => Unit::Cent,
        Part::Sign('%') | Part::Word("percent" | "prozent") => Unit::Percent,
        Part::Word("chf" | "franc" | "francs" | "franken") => Unit::Franc,
        _ => return None,
    })
}

/// Whether a word says that something costs nothing; "feel free" and "ad-free" do not.
fn is_free(word: &str, before: Option<Part<'_>>) -> bool {
    match word {
        "free" => !matches!(before, Some(Part::Word("feel" | "toll") | Part::Sign('-'))),
        "gratis" | "kostenlos" | "kostenlose" | "kostenloser" | "kostenloses" | "kostenlosen"
        | "kostenfrei" | "umsonst" => true,
        _ => false,
    }
}

/// A number in words, of the languages that the crate knows; numbers of several words are several numbers.
fn number_word(word: &str) -> Option<&'static str> {
    const WORDS: [(&str, &[&str]); 31] = [
        ("2", &["two", "twice", "double", "zwei", "zweimal", "doppelt"]),
        ("3", &["three", "triple", "drei", "dreimal"]),
        ("4", &["four", "vier"]),
        ("5", &["five", "fünf"]),
        ("6", &["six", "sechs"]),
        ("7", &["seven", "sieben"]),
        ("8", &["eight", "acht"]),
        ("9", &["nine", "neun"]),
        ("10", &["ten", "zehn"]),
        ("11", &["eleven", "elf"]),
        ("12", &["twelve", "zwölf", "dozen", "dutzend"]),
        ("13", &["thirteen", "dreizehn"]),
        ("14", &["fourteen", "vierzehn"]),
        ("15", &["fifteen", "fünfzehn"]),
        ("16", &["sixteen", "sechzehn"]),
        ("17", &["seventeen", "siebzehn"]),
        ("18", &["eighteen", "achtzehn"]),
        ("19", &["nineteen", "neunzehn"]),
        ("20", &["twenty", "zwanzig"]),
        ("30", &["thirty", "dreißig", "dreissig"]),
        ("40", &["forty", "vierzig"]),
        ("50", &["fifty", "fünfzig"]),
        ("60", &["sixty", "sechzig"]),
        ("70", &["seventy", "siebzig"]),
        ("80", &["eighty", "achtzig"]),
        ("90", &["ninety", "neunzig"]),
        ("100", &["hundred", "hundreds", "hundert", "hunderte"]),
        ("1000", &["thousand", "thousands", "tausend", "tausende"]),
        ("1000000", &["million", "millions", "millionen"]),
        ("1000000000", &["billion", "billions", "milliarde", "milliarden"]),
        ("1/2", &["half", "halb", "halbe", "halber", "halben"]),
    ];
    let known = WORDS.iter().find(|(_, words)| words.contains(&word)).map(|(number, _)| *number);
    // German writes larger numbers as one word: `fünfundzwanzig`, `zweihundert`. No passage holds what this stands for,
    // unless it holds the word.
    known.or_else(|| {
        let tail =
            ["zwanzig", "ßig", "zig", "hundert", "tausend"].into_iter().find(|tail| word.ends_with(tail))?;
        let is_number = word.len() > tail.len() + 3 && GERMAN_HEADS.iter().any(|head| word.starts_with(head));
        is_number.then_some("a number in words")
    })
}

const GERMAN_HEADS: [&str; 10] =
    ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        find(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn numbers_have_one_form() {
        assert_eq!(found("1,000 or 1.000 or 1'000"), ["1000", "1000", "1000"]);
        assert_eq!(found("9.90, 9,90 and 9.9; 5.00"), ["9.9", "9.9", "9.9", "5"]);
        assert_eq!(found("1,234.50 at 12.5.2026, v1.2.3"), ["1234.5", "12.5.2026", "1.2.3"]);
        assert_eq!(found("2026-03-01"), ["2026", "03", "01"]);
        assert_eq!(found("ipv6 and ٥"), ["6", "٥"]);
    }

    #[test]
    fn a_number_is_of_its_unit() {
        assert_eq!(found("5€, € 5, eur 5 and 5 euros"), ["5 EUR"; 4]);
        assert_eq!(found("20 % of 20 and twenty percent"), ["20 %", "20", "20 %"]);
        assert_eq!(found("$5 to $10"), ["5 USD", "10 USD"]);
        assert_eq!(found("5 € 10 times"), ["5 EUR", "10"]);
    }

    #[test]
    fn words_are_numbers_too() {
        assert_eq!(found("five users, one of us, one euro"), ["5", "1 EUR"]);
        assert_eq!(found("twenty-five"), ["20", "5"]);
        assert_eq!(found("fünfundzwanzig, einzig, wichtig"), ["a number in words"]);
    }

    #[test]
    fn free_is_a_price() {
        assert_eq!(found("it is free; das ist kostenlos"), ["the price \"free\""; 2]);
        assert!(found("feel free to ask, ad-free").is_empty());
    }
}
