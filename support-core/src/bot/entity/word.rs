//! Entities that can be told by their form.

use std::ops::Range;

use super::BuiltIn;

/// What stands around words and is no part of them.
const AROUND: [char; 20] =
    ['.', ',', ';', ':', '!', '?', '(', ')', '[', ']', '{', '}', '<', '>', '"', '\'', '“', '”', '„', '…'];
/// Endings of file names, which look like domains.
const FILE_ENDINGS: [&str; 20] = [
    "js", "ts", "html", "htm", "php", "css", "txt", "pdf", "zip", "png", "jpg", "jpeg", "gif", "json", "xml",
    "toml", "yml", "yaml", "exe", "csv",
];
const CURRENCY_SIGNS: [char; 5] = ['€', '$', '£', '¥', '₹'];
const CURRENCIES: [&str; 14] = [
    "eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pound", "pounds", "chf", "franken", "cent",
    "cents", "bucks",
];
const DAYS: [&str; 19] = [
    "today",
    "tomorrow",
    "yesterday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "heute",
    "gestern",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
];
const MONTHS: [&str; 18] = [
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "januar",
    "februar",
    "märz",
    "juni",
    "juli",
    "oktober",
    "dezember",
];
/// A phone number has at least so many digits.
const MIN_PHONE_DIGITS: usize = 7;
const MAX_PHONE_DIGITS: usize = 15;

/// One word of the message as typed, without what stands around it.
struct Word<'a> {
    text: &'a str,
    lower: String,
    at: Range<usize>,
}

/// The entities of a message, in its order.
pub(super) fn find(text: &str) -> Vec<(BuiltIn, Range<usize>)> {
    let words = words(text);
    let mut found = Vec::new();
    let mut next = 0;
    while next < words.len() {
        match at(&words[next..]) {
            Some((kind, count)) => {
                found.push((kind, words[next].at.start..words[next + count - 1].at.end));
                next += count;
            }
            None => next += 1,
        }
    }
    found
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for part in text.split_whitespace() {
        let word = part.trim_matches(AROUND);
        let start = part.as_ptr() as usize - text.as_ptr() as usize
            + (part.len() - part.trim_start_matches(AROUND).len());
        if !word.is_empty() {
            words.push(Word { text: word, lower: word.to_lowercase(), at: start..start + word.len() });
        }
    }
    words
}

/// What the words begin with, and how many of them it takes.
fn at(words: &[Word<'_>]) -> Option<(BuiltIn, usize)> {
    let word = words.first()?;
    if is_email(&word.lower) {
        return Some((BuiltIn::Email, 1));
    }
    if ["http://", "https://", "www."].iter().any(|start| word.lower.starts_with(start))
        && word.lower.contains('.')
    {
        return Some((BuiltIn::Url, 1));
    }
    if is_domain(&word.lower) {
        return Some((BuiltIn::Domain, 1));
    }
    money(words)
        .map(|count| (BuiltIn::Money, count))
        .or_else(|| date(words).map(|count| (BuiltIn::Date, count)))
        .or_else(|| phone(words).map(|count| (BuiltIn::Phone, count)))
}

fn is_email(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(local, host)| !local.is_empty() && !local.contains('@') && is_host(host))
}

fn is_domain(word: &str) -> bool {
    let ending = word.rsplit('.').next().unwrap_or_default();
    is_host(word) && !FILE_ENDINGS.contains(&ending)
}

fn is_host(text: &str) -> bool {
    let mut labels = text.split('.').rev();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let top = labels.next().unwrap_or_default();
    let top_is_name = (2..=24).contains(&top.len()) && top.chars().all(char::is_alphabetic);
    let mut rest = labels.peekable();
    top_is_name && rest.peek().is_some() && rest.all(is_label)
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '\''))
}

/// `$5`, `5 €`, `12.50 euros`.
fn money(words: &[Word<'_>]) -> Option<usize> {
    let word = &words[0].lower;
    let bare = word.trim_matches(CURRENCY_SIGNS);
    if bare.len() < word.len() && is_number(bare) {
        return Some(1);
    }
    let next = &words.get(1)?.lower;
    let names_currency = CURRENCIES.contains(&next.as_str()) || next.trim_matches(CURRENCY_SIGNS).is_empty();
    (is_number(word) && names_currency).then_some(2)
}

/// `2026-03-01`, `1.3.2026`, `3/1/26`, `March 3rd`, `3 March`, `tomorrow`.
fn date(words: &[Word<'_>]) -> Option<usize> {
    let word = words[0].lower.as_str();
    if DAYS.contains(&word) || is_numeric_date(word) {
        return Some(1);
    }
    let day = |word: &str| {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        matches!(digits.parse::<u8>(), Ok(1..=31))
    };
    let next = words.get(1).map(|word| word.lower.as_str());
    if MONTHS.contains(&word) {
        return next.is_some_and(day).then_some(2);
    }
    if !day(word) {
        return None;
    }
    match next? {
        "of" => words.get(2).is_some_and(|word| MONTHS.contains(&word.lower.as_str())).then_some(3),
        next => MONTHS.contains(&next).then_some(2),
    }
}

fn is_numeric_date(word: &str) -> bool {
    let parts = |separator: char| {
        let numbers: Vec<Option<u16>> = word.split(separator).map(|part| part.parse().ok()).collect();
        <[Option<u16>; 3]>::try_from(numbers).ok()
    };
    let is_date = |year: Option<u16>, month: Option<u16>, day: Option<u16>| {
        year.is_some_and(|year| year < 100 || (1900..2200).contains(&year))
            && matches!(month, Some(1..=12))
            && matches!(day, Some(1..=31))
    };
    parts('-').is_some_and(|[year, month, day]| is_date(year, month, day))
        || parts('.').is_some_and(|[day, month, year]| is_date(year, month, day))
        // Both orders are in use, and the value is kept as written.
        || parts('/').is_some_and(|[one, two, year]| is_date(year, one, two) || is_date(year, two, one))
}

/// Digits in one or more groups.
fn phone(words: &[Word<'_>]) -> Option<usize> {
    let is_group = |word: &&Word<'_>| {
        word.text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '/' | '(' | ')' | '.'))
    };
    let groups: Vec<&Word<'_>> = words.iter().take_while(is_group).collect();
    let digits = groups.iter().flat_map(|word| word.text.chars()).filter(char::is_ascii_digit).count();
    (MIN_PHONE_DIGITS..=MAX_PHONE_DIGITS).contains(&digits).then_some(groups.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, &str)> {
        find(text).into_iter().map(|(kind, at)| (kind.name(), &text[at])).collect()
    }

    #[test]
    fn addresses_are_told_apart() {
        assert_eq!(
            found("Write to (ann@example.org), see https://example.org/a?b=1 or example.co.uk."),
            [("email", "ann@example.org"), ("url", "https://example.org/a?b=1"), ("domain", "example.co.uk")]
        );
        assert_eq!(found("e.g. index.php and node.js, a@b, 3.5 times"), []);
        assert_eq!(found("müller.de"), [("domain", "müller.de")]);
    }

    #[test]
    fn amounts_have_a_currency() {
        assert_eq!(
            found("$5, 12.50 euros and 1,000 €!"),
            [("money", "$5"), ("money", "12.50 euros"), ("money", "1,000 €")]
        );
        assert_eq!(found("5 servers"), []);
    }

    #[test]
    fn dates_are_found_in_many_forms() {
        for date in [
            "2026-03-01",
            "1.3.2026",
            "3/25/26",
            "March 3rd",
            "3 March",
            "3rd of March",
            "tomorrow",
            "Montag",
        ] {
            assert_eq!(found(&format!("It is {date}.")), [("date", date)]);
        }
        assert_eq!(found("version 1.2.3000 or 99/99/99"), []);
    }

    #[test]
    fn phone_numbers_have_enough_digits() {
        assert_eq!(found("call +49 30 123456 now"), [("phone", "+49 30 123456")]);
        assert_eq!(found("404 502"), []);
    }
}
