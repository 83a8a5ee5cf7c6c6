//! Where a text sends its reader: links, hosts, e-mail addresses, accounts, phone numbers.

use std::{collections::BTreeSet, fmt};

/// Something to follow or write to, in one form: lower case, without `http://`, `www.` and a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Contact(String);

impl Contact {
    fn new(text: &str) -> Self {
        let bare = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
        Self(bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/').to_owned())
    }

    /// The host of a link: who may send a customer to a page may name the site.
    pub(super) fn host_alone(&self) -> Option<Self> {
        let end = self.0.find(['/', '?', '#'])?;
        (!self.0.contains("://") && !self.0.contains('@')).then(|| Self(self.0[..end].to_owned()))
    }
}

impl fmt::Display for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Schemes that need no slashes to do something.
const SCHEMES: [&str; 12] = [
    "javascript:",
    "vbscript:",
    "data:",
    "file:",
    "blob:",
    "mailto:",
    "tel:",
    "sms:",
    "callto:",
    "whatsapp:",
    "tg:",
    "bitcoin:",
];

/// Everything of a folded text that can be followed or written to.
pub(super) fn find(text: &str) -> BTreeSet<Contact> {
    let text = joined(text);
    text.split(|c: char| c.is_whitespace() || is_around(c)).flat_map(in_word).collect()
}

/// Without the tricks that keep an address from being seen as one.
fn joined(text: &str) -> String {
    let mut text = text.to_owned();
    for (trick, sign) in [("dot", "."), ("punkt", "."), ("at", "@")] {
        for (open, close) in [("[", "]"), ("(", ")"), ("{", "}")] {
            for blank in [" ", ""] {
                text = text.replace(&format!("{blank}{open}{trick}{close}{blank}"), sign);
            }
        }
    }
    for (trick, sign) in
        [("[.]", "."), ("(.)", "."), ("{.}", "."), ("[@]", "@"), ("(@)", "@"), (" dot ", ".")]
    {
        text = text.replace(trick, sign);
    }
    // Signs that fold to no other form, and look like a dot or a slash.
    text.replace(['。', '․', '｡', '·'], ".").replace(['∕', '⁄', '╱'], "/").replace("hxxp", "http")
}

/// What stands around addresses and is no part of them.
fn is_around(c: char) -> bool {
    matches!(
        c,
        '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '\'' | '|' | ',' | ';' | '*' | '\\' | '^'
    ) || matches!(c, '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '‹' | '›' | '…' | '!')
}

/// The contacts in a run of text without blanks. What cannot be taken apart counts as one, and is in no passage.
fn in_word(word: &str) -> Vec<Contact> {
    let word = word.trim_matches(['.', ':', '?', '-', '_', '/', '=', '&', '#', '~']);
    let is_scheme = |scheme: &&&str| word.starts_with(**scheme) && word.len() > scheme.len();
    if let Some(scheme) = SCHEMES.iter().find(is_scheme) {
        return vec![Contact(match *scheme {
            "mailto:" => word["mailto:".len()..].to_owned(),
            _ => word.to_owned(),
        })];
    }
    let is_contact = word.contains('@') || word.contains("://") || hosts(word).next().is_some();
    if is_contact { vec![Contact::new(word)] } else { Vec::new() }
}

/// The hosts in a word: labels joined by dots, with a name or four numbers.
fn hosts(word: &str) -> impl Iterator<Item = &str> {
    let runs = word.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '.' | '_')));
    runs.map(|run| run.trim_matches(['.', '-', '_'])).filter(|run| is_host(run))
}

fn is_host(run: &str) -> bool {
    let labels: Vec<&str> = run.split('.').collect();
    let Some((top, rest)) = labels.split_last() else { return false };
    if rest.is_empty() || labels.iter().any(|label| label.is_empty()) {
        return false;
    }
    let is_name = top.chars().count() > 1 && top.chars().all(char::is_alphabetic) || top.starts_with("xn--");
    let is_address = labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok());
    is_name || is_address
}

/// The phone numbers of a folded text, digits alone: seven or more, with no more between them than people put there.
pub(super) fn phones(text: &str) -> Vec<String> {
    const MIN_DIGITS: usize = 7;
    let mut found = Vec::new();
    let mut digits = String::new();
    let mut gap = 0;
    for c in text.chars().chain(['\n', '\n']) {
        if c.is_numeric() {
            digits.push(c);
            gap = 0;
        } else if !digits.is_empty() {
            gap += 1;
            let goes_on =
                matches!(c, ' ' | '-' | '/' | '(' | ')' | '.' | '+' | '‐' | '‑' | '–' | '_') && gap <= 3;
            if !goes_on || c == '+' {
                if digits.chars().count() >= MIN_DIGITS {
                    found.push(std::mem::take(&mut digits));
                }
                digits.clear();
                gap = 0;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        find(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn contacts_have_one_form() {
        assert_eq!(found("see https://www.example.org/ now"), ["example.org"]);
        assert_eq!(found("(http://example.org/a?b=c)."), ["example.org/a?b=c"]);
        assert_eq!(
            found("mailto:ann@example.org or bob@example.org!"),
            ["ann@example.org", "bob@example.org"]
        );
        assert_eq!(found("ftp://example.org"), ["ftp://example.org"]);
    }

    #[test]
    fn tricks_are_seen_through() {
        for trick in [
            "evil[.]example",
            "evil (dot) example",
            "evil dot example",
            "evil。example",
            "hxxp://evil",
            "me(at)evil",
            "x=evil.example",
            "https://good.example@evil.example",
            "//evil.example",
            "127.0.0.1:80",
            "javascript:alert",
            "tel:110",
            "data:text/html",
            "@evil",
            "xn--80ak6aa92e.xn--p1ai",
        ] {
            assert!(!found(trick).is_empty(), "{trick}");
        }
    }

    #[test]
    fn sentences_are_no_contacts() {
        assert!(found("no. yes! e.g. this, i.e. that: 3.5 times ... and/or v1.2.3").is_empty());
    }

    #[test]
    fn the_site_of_a_page_may_be_named_and_no_more() {
        let page = Contact::new("https://example.org/help");
        assert_eq!(page.host_alone(), Some(Contact::new("example.org")));
        assert_eq!(Contact::new("example.org").host_alone(), None);
        assert_eq!(Contact::new("ftp://example.org/a").host_alone(), None);
        assert_eq!(Contact::new("a@example.org/b").host_alone(), None);
    }

    #[test]
    fn phones_are_read_over_what_divides_them() {
        assert_eq!(phones("call +49 (30) 123-456, or 0800.1234567"), ["4930123456", "08001234567"]);
        assert_eq!(phones("one\n0800 12"), Vec::<String>::new());
        assert_eq!(phones("١٢٣٤٥٦٧"), ["١٢٣٤٥٦٧"]);
    }
}
