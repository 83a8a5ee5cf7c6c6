//! Checks the texts of a file: conditions, placeholders, and that something can always be said.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    diagnostic::{At, Findings},
    file::ResponseEntry,
};
use crate::bot::{
    condition::Condition,
    replies::{Replies, Reply},
    responses::{Response, Responses, placeholders},
    synonyms::Synonyms,
};

/// A text of the bot is a chat message and shares its limit.
const MAX_TEXT: usize = 10_000;

/// What texts and conditions may refer to.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) synonyms: &'a Synonyms,
    /// The slots that some category asks for.
    pub(super) slots: &'a BTreeSet<String>,
}

/// Reads `[replies]`.
pub(super) fn replies(
    written: &[(At<String>, Vec<ResponseEntry>)],
    names: Names<'_>,
    findings: &mut Findings,
) -> Replies {
    let mut known = BTreeMap::new();
    for (name, entries) in written {
        let Some(reply) = Reply::ALL.into_iter().find(|reply| reply.key() == name.value) else {
            findings.add(name.at, format!("unknown key `{}` in [replies]", name.value));
            continue;
        };
        if let Some(responses) =
            responses(name.at, &format!("reply `{}`", name.value), entries, names, findings)
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
    names: Names<'_>,
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
    Responses::new(entries.iter().map(|entry| response(owner, entry, names, findings)).collect())
}

fn response(owner: &str, entry: &ResponseEntry, names: Names<'_>, findings: &mut Findings) -> Response {
    let when = entry.when.as_ref().and_then(|when| {
        Condition::parse(&when.value, names.synonyms)
            .map_err(|error| findings.add(when.at, format!("{owner}: condition `{}`: {error}", when.value)))
            .ok()
    });
    if let (Some(condition), Some(at)) = (&when, &entry.when) {
        for slot in condition.slots().into_iter().filter(|slot| !names.slots.contains(*slot)) {
            findings.add(at.at, format!("{owner}: no category asks for the slot `{slot}`"));
        }
    }
    let implied = |placeholder: &str| when.as_ref().is_some_and(|when| when.implies(placeholder));
    for text in &entry.texts {
        if text.value.trim().is_empty() {
            findings.add(text.at, format!("{owner} has a blank text"));
        }
        if text.value.chars().count() > MAX_TEXT {
            findings.add(text.at, format!("{owner} has a text of more than {MAX_TEXT} characters"));
        }
        for found in placeholders(&text.value) {
            if let Some(problem) = check_placeholder(found, names.slots, implied) {
                findings.add(text.at, format!("{owner} {problem}"));
            }
        }
    }
    Response { when, texts: entry.texts.iter().map(|text| text.value.clone()).collect() }
}

fn check_placeholder(
    found: &str,
    slots: &BTreeSet<String>,
    implied: impl Fn(&str) -> bool,
) -> Option<String> {
    let name = found.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(found);
    match name {
        "bot" => None,
        "name" if implied("name") => None,
        "name" => {
            Some("uses {name} where it may be unknown: the response needs `when = \"named\"`".to_owned())
        }
        slot if slots.contains(slot) && implied(slot) => None,
        slot if slots.contains(slot) => {
            Some(format!("uses {found} where it may be unknown: the response needs `when = \"slot {slot}\"`"))
        }
        _ => Some(format!("has an unknown placeholder `{found}`; known are {{bot}}, {{name}} and slots")),
    }
}
