//! What can be said in one situation: responses with conditions, each in several wordings.

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

fn fill(text: &str, scene: &Scene<'_>) -> String {
    text.replace("{bot}", scene.bot).replace("{name}", scene.name.unwrap_or_default())
}

fn is_said(text: &str, scene: &Scene<'_>) -> bool {
    scene.said.is_some_and(|said| said == fingerprint::of_text(text))
}

/// The first placeholder of a text that nothing fills: unknown, or the name where it may be unknown.
pub(super) fn unfilled(text: &str, named: bool) -> Option<&str> {
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
        match &rest[start..end] {
            "{bot}" => {}
            "{name}" if named => {}
            other => return Some(other),
        }
        rest = &rest[end..];
    }
    None
}
