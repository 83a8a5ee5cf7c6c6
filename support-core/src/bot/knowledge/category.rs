//! Checks one category of a file.

use std::collections::HashMap;

use regex::RegexBuilder;

use super::{
    Category, HandoffRule, Thresholds,
    diagnostic::{At, Findings},
    file::{AskEntry, CategoryEntry, EntityEntry, SuggestionEntry, ThresholdsEntry},
    responses::{self, Names},
};
use crate::bot::{
    Suggestion,
    entity::{BuiltIn, Custom},
    pattern::{Pattern, SIZE_LIMIT},
    responses::{Responses, placeholders},
    rules::Rule,
    slots::Ask,
};

/// What a category refers to.
#[derive(Clone, Copy)]
pub(super) struct References<'a> {
    pub(super) entries: &'a [CategoryEntry],
    pub(super) ids: &'a HashMap<String, usize>,
    pub(super) names: Names<'a>,
    pub(super) entities: &'a [EntityEntry],
    pub(super) thresholds: Thresholds,
}

impl References<'_> {
    /// The categories behind these ids; unknown ones become findings.
    fn resolve(&self, ids: &[At<String>], key: &str, findings: &mut Findings) -> Vec<usize> {
        ids.iter()
            .filter_map(|id| {
                let found = self.ids.get(&id.value).copied();
                if found.is_none() {
                    findings.add(
                        id.at,
                        format!("`{key}` names the category `{}`, which does not exist", id.value),
                    );
                }
                found
            })
            .collect()
    }

    /// Suggestions with their labels; dangling ones become findings.
    pub(super) fn suggestions(
        &self,
        entries: &[SuggestionEntry],
        findings: &mut Findings,
    ) -> Vec<Suggestion> {
        entries.iter().filter_map(|entry| self.suggestion(entry, findings)).collect()
    }

    fn suggestion(&self, entry: &SuggestionEntry, findings: &mut Findings) -> Option<Suggestion> {
        let target = entry.category.as_ref();
        let category = target.and_then(|id| self.ids.get(&id.value)).map(|index| &self.entries[*index]);
        if let (Some(id), None) = (target, category) {
            findings.add(id.at, format!("dangling suggestion: no category has the id `{}`", id.value));
            return None;
        }
        let label = match (&entry.label, category) {
            (Some(label), _) => label,
            (None, Some(category)) => &category.title,
            (None, None) => return None,
        };
        if label.value.trim().is_empty() {
            findings.add(label.at, "a suggestion has a blank label");
        }
        Some(Suggestion { label: label.value.clone(), intent_id: target.map(|id| id.value.clone()) })
    }
}

/// Checks a category and adds its rules; `None` if it cannot be built.
pub(super) fn build(
    index: usize,
    entry: &CategoryEntry,
    references: &References<'_>,
    rules: &mut Vec<Rule>,
    findings: &mut Findings,
) -> Option<Category> {
    let id = &entry.id.value;
    if entry.title.value.trim().is_empty() {
        findings.add(entry.title.at, format!("category `{id}` has a blank title"));
    }
    add_rules(index, entry, rules, findings);
    let handoff = entry.handoff.as_ref().and_then(|name| handoff_rule(name, findings));
    let ask = entry.ask.as_ref().map(|ask| question(id, ask, references.entities, findings));
    let owner = format!("category `{id}`");
    let responses = responses::responses(entry.at, &owner, &entry.responses, references.names, findings);
    Some(Category {
        id: id.clone(),
        title: entry.title.value.clone(),
        priority: entry.priority,
        social: entry.social,
        handoff,
        thresholds: thresholds(entry.at, &entry.thresholds, references.thresholds, findings),
        follows: references.resolve(&entry.follows, "follows", findings),
        requires_topic: references.resolve(&entry.requires_topic, "requires_topic", findings),
        suggestions: references.suggestions(&entry.suggestions, findings),
        responses: responses?,
        ask,
    })
}

fn add_rules(index: usize, entry: &CategoryEntry, rules: &mut Vec<Rule>, findings: &mut Findings) {
    let mut parse =
        |text: &At<String>| Pattern::new(&text.value).map_err(|error| findings.add(text.at, error)).ok();
    for written in &entry.patterns {
        let pattern = parse(&written.re);
        let veto = written.not.as_ref().map(&mut parse);
        if let (Some(pattern), None | Some(Some(_))) = (pattern, &veto) {
            rules.push(Rule {
                category: index,
                weight: written.weight,
                source: written.re.value.clone(),
                pattern,
                veto: veto.flatten(),
            });
        }
    }
}

fn handoff_rule(name: &At<String>, findings: &mut Findings) -> Option<HandoffRule> {
    match name.value.as_str() {
        "asked" => Some(HandoffRule::Asked),
        "always" => Some(HandoffRule::Always),
        "repeated" => Some(HandoffRule::Repeated),
        other => {
            findings
                .add(name.at, format!("`handoff` must be `asked`, `always` or `repeated`, not `{other}`"));
            None
        }
    }
}

/// The thresholds of a file or category on top of more general ones.
pub(super) fn thresholds(
    at: usize,
    written: &ThresholdsEntry,
    general: Thresholds,
    findings: &mut Findings,
) -> Thresholds {
    let thresholds = Thresholds {
        answer: written.answer.unwrap_or(general.answer),
        margin: written.margin.unwrap_or(general.margin),
        suggest: written.suggest.unwrap_or(general.suggest),
    };
    if thresholds.suggest > thresholds.answer {
        findings.add(
            at,
            format!("`suggest` ({}) must not be above `answer` ({})", thresholds.suggest, thresholds.answer),
        );
    }
    thresholds
}

fn question(id: &str, ask: &AskEntry, entities: &[EntityEntry], findings: &mut Findings) -> Ask {
    if !is_name(&ask.slot.value) {
        findings.add(ask.slot.at, format!("slot `{}` must be made of a-z, 0-9 and `_`", ask.slot.value));
    }
    let kind = &ask.kind.value;
    let declared = entities.iter().any(|entity| entity.name.value == *kind);
    if !declared && !is_built_in(kind) {
        findings.add(
            ask.kind.at,
            format!(
                "slot type `{kind}` is not declared: neither in [entities] nor one of {}",
                BuiltIn::ALL.map(BuiltIn::name).join(", ")
            ),
        );
    }
    for prompt in &ask.prompts {
        if prompt.value.trim().is_empty() {
            findings.add(prompt.at, "a prompt is blank");
        }
        for found in placeholders(&prompt.value).into_iter().filter(|found| *found != "{bot}") {
            findings.add(prompt.at, format!("a prompt cannot use `{found}`, only {{bot}}"));
        }
    }
    let prompts: Vec<&str> = ask.prompts.iter().map(|prompt| prompt.value.as_str()).collect();
    Ask {
        slot: ask.slot.value.clone(),
        kind: kind.clone(),
        prompt: Responses::plain(&prompts),
        key: format!(":ask:{id}"),
    }
}

fn is_built_in(name: &str) -> bool {
    BuiltIn::ALL.iter().any(|kind| kind.name() == name)
}

/// Reads `[entities]`: names, patterns, and that each pattern finds its own example.
pub(super) fn entities(entries: &[EntityEntry], findings: &mut Findings) -> Vec<Custom> {
    let mut built = Vec::new();
    for entity in entries {
        let name = &entity.name.value;
        if !is_name(name) || is_built_in(name) {
            findings.add(
                entity.name.at,
                format!("entity `{name}` must be made of a-z, 0-9 and `_`, and not be a built-in one"),
            );
        }
        match RegexBuilder::new(&entity.pattern.value).size_limit(SIZE_LIMIT).build() {
            Err(error) => {
                findings.add(entity.pattern.at, format!("entity `{name}`: invalid pattern: {error}"));
            }
            Ok(pattern) if pattern.is_match("") => {
                findings
                    .add(entity.pattern.at, format!("entity `{name}`: the pattern matches the empty string"));
            }
            Ok(pattern) if !pattern.is_match(&entity.example.value) => {
                findings.add(
                    entity.example.at,
                    format!("entity `{name}`: the pattern does not find its own example"),
                );
            }
            Ok(pattern) => built.push(Custom { name: name.clone(), pattern }),
        }
    }
    built
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
