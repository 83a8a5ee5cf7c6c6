//! Checks the texts of a file: conditions, placeholders, and that something can always be said.

use std::collections::BTreeMap;

use super::{
    diagnostic::{At, Findings},
    file::ResponseEntry,
};
use crate::bot::{
    condition::Condition,
    replies::{Replies, Reply},
    responses::{Response, Responses, unfilled},
    synonyms::Synonyms,
};

/// A text of the bot is a chat message and shares its limit.
const MAX_TEXT: usize = 10_000;

/// Reads `[replies]`.
pub(super) fn replies(
    written: &[(At<String>, Vec<ResponseEntry>)],
    synonyms: &Synonyms,
    findings: &mut Findings,
) -> Replies {
    let mut known = BTreeMap::new();
    for (name, entries) in written {
        let Some(reply) = Reply::ALL.into_iter().find(|reply| reply.key() == name.value) else {
            findings.add(name.at, format!("unknown key `{}` in [replies]", name.value));
            continue;
        };
        if let Some(responses) =
            responses(name.at, &format!("reply `{}`", name.value), entries, synonyms, findings)
        {
            known.insert(reply, responses);
        }
    }
    Replies::new(known)
}

/// Reads the responses of a category or reply; `owner` is what messages call it.
pub(super) fn responses(
    at: usize,
    owner: &str,
    entries: &[ResponseEntry],
    synonyms: &Synonyms,
    findings: &mut Findings,
) -> Option<Responses> {
    let unreachable =
        entries.iter().position(|entry| entry.when.is_none()).and_then(|first| entries.get(first + 1));
    if let Some(entry) = unreachable {
        findings.add(entry.at, format!("{owner}: a response after the one without `when` is never said"));
    }
    match entries.last() {
        None => findings.add(at, format!("{owner} has no response")),
        Some(last) if last.when.is_some() => {
            findings.add(
                last.at,
                format!("{owner} has no unconditional response: the last one must have no `when`"),
            );
        }
        Some(_) => {}
    }
    Responses::new(entries.iter().map(|entry| response(owner, entry, synonyms, findings)).collect())
}

fn response(owner: &str, entry: &ResponseEntry, synonyms: &Synonyms, findings: &mut Findings) -> Response {
    let when = entry.when.as_ref().and_then(|when| {
        Condition::parse(&when.value, synonyms)
            .map_err(|error| findings.add(when.at, format!("{owner}: condition `{}`: {error}", when.value)))
            .ok()
    });
    let named = when.as_ref().is_some_and(Condition::implies_named);
    for text in &entry.texts {
        if text.value.trim().is_empty() {
            findings.add(text.at, format!("{owner} has a blank text"));
        }
        if text.value.chars().count() > MAX_TEXT {
            findings.add(text.at, format!("{owner} has a text of more than {MAX_TEXT} characters"));
        }
        match unfilled(&text.value, named) {
            Some("{name}") => findings.add(
                text.at,
                format!(
                    "{owner} uses {{name}} where it may be unknown: the response needs `when = \"named\"`"
                ),
            ),
            Some(other) => findings.add(
                text.at,
                format!("{owner}: unknown placeholder `{other}`; known are {{bot}} and {{name}}"),
            ),
            None => {}
        }
    }
    Response { when, texts: entry.texts.iter().map(|text| text.value.clone()).collect() }
}
