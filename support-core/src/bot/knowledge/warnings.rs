//! What is valid and still worth a look by the author.

use std::collections::HashMap;

use super::{
    Category, KnowledgeBase,
    diagnostic::{At, Findings},
    file::{CategoryEntry, File, SuggestionEntry},
    trial,
};
use crate::bot::{
    Decision, Dialogue,
    coverage::Likeness,
    entity::Entities,
    memory::Memory,
    normalize::Normalized,
    pattern,
    score::{Candidate, candidates},
};

/// With fewer examples than this nobody can tell whether the rules are right.
const FEW_EXAMPLES: usize = 12;

/// Adds everything that looks like a mistake.
///
/// All of the rules are tried on all of the examples, for which they build far more than most processes will ever need.
/// They give it back after each category, so that a process is not as large for ever as it was when it began.
pub(super) fn collect(knowledge: &mut KnowledgeBase, file: &File, doubts: &mut Findings) {
    if knowledge.human.is_none() {
        doubts.add(0, "no category has `handoff = \"asked\"`: customers cannot ask for a human");
    }
    let mut seen = HashMap::new();
    for (index, entry) in file.categories.iter().enumerate() {
        check_shape(entry, doubts);
        check_patterns(entry, doubts);
        check_duplicates(entry, knowledge, &mut seen, doubts);
        check_examples(entry, &knowledge.categories[index], knowledge, doubts);
        check_suggestions(&entry.suggestions, knowledge, doubts);
        knowledge.rules.settle();
    }
    check_suggestions(&file.menu, knowledge, doubts);
    knowledge.rules.settle();
}

fn check_shape(entry: &CategoryEntry, doubts: &mut Findings) {
    let id = &entry.id.value;
    if entry.examples.len() < FEW_EXAMPLES {
        doubts.add(
            entry.at,
            format!(
                "category `{id}` has {} examples; {FEW_EXAMPLES} or more are better",
                entry.examples.len()
            ),
        );
    }
    if entry.patterns.is_empty() {
        doubts.add(
            entry.at,
            format!("category `{id}` has no patterns: only its title and suggestions lead to it"),
        );
    }
    for response in entry.responses.iter().filter(|response| response.texts.len() < 2) {
        doubts.add(response.at, format!("category `{id}` has a response in one wording only"));
    }
}

fn check_patterns(entry: &CategoryEntry, doubts: &mut Findings) {
    let vetoes = entry.patterns.iter().filter_map(|pattern| pattern.not.as_ref());
    for text in entry.patterns.iter().map(|pattern| &pattern.re).chain(vetoes) {
        if let Some(doubt) = pattern::doubt(&text.value) {
            doubts.add(text.at, doubt);
        }
    }
}

fn check_duplicates<'a>(
    entry: &'a CategoryEntry,
    knowledge: &KnowledgeBase,
    seen: &mut HashMap<String, &'a str>,
    doubts: &mut Findings,
) {
    for example in &entry.examples {
        let heard = Normalized::new(&example.value, &knowledge.synonyms).text().to_owned();
        let first = *seen.entry(heard).or_insert(&entry.id.value);
        if first != entry.id.value {
            doubts.add(example.at, format!("the example `{}` is one of `{first}` too", example.value));
        }
    }
}

/// The rules of other categories must leave the examples alone, as far as it changes what is answered.
fn check_examples(
    entry: &CategoryEntry,
    category: &Category,
    knowledge: &KnowledgeBase,
    doubts: &mut Findings,
) {
    for example in &entry.examples {
        // The model knows the example by heart: what it makes of others like it, the rules alone tell better.
        let found = weigh_rules(knowledge, category, &example.value);
        let own =
            found.iter().find(|candidate| candidate.category.id == category.id).map_or(0.0, |own| own.score);
        let disturbing = found.iter().filter(|other| {
            let limits = other.category.thresholds;
            other.category.id != category.id
                && !(other.category.social && category.social)
                && other.score >= limits.answer
                && other.score > own - limits.margin
        });
        for other in disturbing {
            doubts.add(
                example.at,
                format!(
                    "a rule of `{}` fires on `{}`, an example of `{}`",
                    other.category.id, example.value, category.id
                ),
            );
        }
    }
    for wrong in &entry.not_examples {
        let found = weigh(knowledge, category, &wrong.value);
        if found
            .first()
            .is_some_and(|top| top.category.id == category.id && top.score >= category.thresholds.answer)
        {
            doubts.add(
                wrong.at,
                format!("`{}` is answered with `{}`, which it must not be", wrong.value, category.id),
            );
        }
    }
}

/// The candidates for a text by rules and model, in the topic that the category needs.
fn weigh<'a>(knowledge: &'a KnowledgeBase, category: &Category, text: &str) -> Vec<Candidate<'a>> {
    let (heard, _) = knowledge.hear(text);
    let likeness = Likeness::of(knowledge, &heard, &Entities::default());
    candidates(knowledge, &in_topic(knowledge, category), &knowledge.rules.hits(heard.text()), &likeness)
}

/// The candidates for a text by rules alone.
fn weigh_rules<'a>(knowledge: &'a KnowledgeBase, category: &Category, text: &str) -> Vec<Candidate<'a>> {
    let (heard, _) = knowledge.hear(text);
    let hits = knowledge.rules.hits(heard.text());
    candidates(knowledge, &in_topic(knowledge, category), &hits, &Likeness::default())
}

fn in_topic(knowledge: &KnowledgeBase, category: &Category) -> Memory {
    let topic = category.requires_topic.first().map(|topic| knowledge.categories[*topic].id.clone());
    Memory { topic, ..Memory::default() }
}

/// A label without a category is sent as text and must be understood; one with a category must mean it alone.
fn check_suggestions(entries: &[SuggestionEntry], knowledge: &KnowledgeBase, doubts: &mut Findings) {
    for entry in entries {
        let Some(At { value: label, at }) = &entry.label else { continue };
        match &entry.category {
            None => {
                let answer = trial::say_to(knowledge, label, Dialogue::default());
                if !matches!(answer.decision, Decision::Answer | Decision::Handoff) {
                    doubts.add(*at, format!("the bot cannot answer its own suggestion `{label}`"));
                }
            }
            Some(id) => {
                let heard = Normalized::new(label, &knowledge.synonyms);
                if let Some(other) =
                    knowledge.labeled(&heard).filter(|found| knowledge.index_of(&id.value) != Some(*found))
                {
                    doubts.add(
                        *at,
                        format!("`{label}` stands for `{}` already", knowledge.categories[other].id),
                    );
                }
            }
        }
    }
}
