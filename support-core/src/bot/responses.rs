//! What can be said in one situation: responses with conditions, each in several wordings.

use std::collections::BTreeMap;

use super::{
    condition::{Condition, Facts},
    fingerprint,
};

/// One response: its condition and its wordings, of which there is at least one.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) when: Option<Condition>,
    pub(super) texts: Vec<String>,
}

/// Responses in order; the last one has no condition, so that one always fits.
#[derive(Debug)]
pub(super) struct Responses(Vec<Response>);

/// What a wording is chosen and filled from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    /// The bot's own name.
    pub(super) bot: &'a str,
    /// The customer's name.
    pub(super) name: Option<&'a str>,
    /// What the customer answered to the bot's questions.
    pub(super) slots: &'a BTreeMap<String, String>,
    /// Where the rotation begins: a hash of session and category.
    pub(super) seed: u64,
    /// How often it was rotated already.
    pub(super) times: u32,
    /// Fingerprint of the bot's last text, which must not come again at once.
    pub(super) said: Option<&'a str>,
}

impl Responses {
    /// Takes responses whose last one has no condition.
    pub(super) fn new(responses: Vec<Response>) -> Option<Self> {
        let fits =
            responses.last()?.when.is_none() && responses.iter().all(|response| !response.texts.is_empty());
        fits.then_some(Self(responses))
    }

    /// One response without condition.
    pub(super) fn plain(texts: &[&str]) -> Self {
        Self(vec![Response { when: None, texts: texts.iter().map(|text| (*text).to_owned()).collect() }])
    }

    /// The wordings of the first response whose condition holds.
    pub(super) fn fitting(&self, facts: &Facts<'_>) -> &[String] {
        self.0
            .iter()
            .find(|response| response.when.as_ref().is_none_or(|when| when.holds(facts)))
            .map_or(&[], |response| &response.texts)
    }

    /// The wording for this turn, or `None` if it could only repeat the last text.
    pub(super) fn text(&self, facts: &Facts<'_>, scene: &Scene<'_>) -> Option<String> {
        let texts = self.fitting(facts);
        let count = texts.len() as u64;
        (0..count)
            .map(|step| fill(&texts[index(scene, step, count)], scene))
            .find(|text| !is_said(text, scene))
    }

    /// The wording for this turn, even if it was the last text.
    pub(super) fn text_again(&self, facts: &Facts<'_>, scene: &Scene<'_>) -> String {
        self.fitting(facts).first().map(|text| fill(text, scene)).unwrap_or_default()
    }
}

/// `(hash + times shown) mod count`, some steps on.
fn index(scene: &Scene<'_>, step: u64, count: u64) -> usize {
    let at = scene.seed.wrapping_add(u64::from(scene.times)).wrapping_add(step) % count;
    usize::try_from(at).unwrap_or_default()
}

/// Puts in what placeholders stand for, in one pass: what a customer wrote is not looked at for placeholders.
fn fill(text: &str, scene: &Scene<'_>) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, end)) = placeholder(rest) {
        filled.push_str(&rest[..start]);
        match &rest[start + 1..end - 1] {
            "bot" => filled.push_str(scene.bot),
            "name" => filled.push_str(scene.name.unwrap_or_default()),
            slot => filled.push_str(scene.slots.get(slot).map_or("", String::as_str)),
        }
        rest = &rest[end..];
    }
    filled.push_str(rest);
    filled
}

/// Where the next placeholder stands, braces included.
fn placeholder(text: &str) -> Option<(usize, usize)> {
    let start = text.find('{')?;
    let end = text[start..].find('}')? + start + 1;
    Some((start, end))
}

fn is_said(text: &str, scene: &Scene<'_>) -> bool {
    scene.said.is_some_and(|said| said == fingerprint::of_text(text))
}

/// The placeholders of a text, braces included; one that is not closed goes to the end.
pub(super) fn placeholders(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let end = placeholder(rest).map_or(rest.len(), |(_, end)| end);
        found.push(&rest[start..end]);
        rest = &rest[end..];
    }
    found
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::bot::normalize::Normalized;

    #[test]
    fn what_was_said_last_gives_way_to_the_next_wording_and_only_then_to_nothing() {
        let (slots, heard) = (BTreeMap::new(), Normalized::default());
        let now = DateTime::UNIX_EPOCH.fixed_offset();
        let facts =
            Facts { signed_in: false, named: false, repeated: false, heard: &heard, slots: &slots, now };
        let text = |wordings: &[&str], said: &str, times| {
            let said = fingerprint::of_text(said);
            let scene = Scene { bot: "Sam", name: None, slots: &slots, seed: 0, times, said: Some(&said) };
            Responses::plain(wordings).text(&facts, &scene)
        };
        assert_eq!(text(&["a", "b"], "a", 0).as_deref(), Some("b"));
        assert_eq!(text(&["a", "b"], "a", 1).as_deref(), Some("b"));
        assert_eq!(text(&["a", "b"], "b", 1).as_deref(), Some("a"));
        assert_eq!(text(&["a"], "a", 0), None);
    }
}
