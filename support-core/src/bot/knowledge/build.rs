//! From a file to a knowledge base: names resolved, patterns compiled, every problem reported.

use std::collections::HashMap;

use chrono::FixedOffset;

use super::{
    Category, Counts, HandoffRule, KnowledgeBase, SOMETHING_ELSE, Thresholds,
    category::{self, References},
    diagnostic::{At, Findings},
    file::{CategoryEntry, File},
    learn,
    responses::{self, Names},
};
use crate::bot::{
    Suggestion, lexicon::Lexicon, normalize::Normalized, rules::Rules, synonyms::Synonyms, typo::Speller,
};

/// What a file without `[settings]` gets. From examples alone few messages score high: at 0.4 a dozen examples per
/// category answer most of what they should and little of what they should not. A rule of weight 0.5 alone reaches it.
const STANDARD: Thresholds = Thresholds { answer: 0.4, margin: 0.1, suggest: 0.25 };

const YES: [&str; 9] = ["yes", "yes please", "yep", "yeah", "yup", "sure", "ok", "correct", "exactly"];
const NO: [&str; 7] = ["no", "no thanks", "nope", "nah", "none", "none of these", "neither"];

/// The desk's limit for a category.
const MAX_ID: usize = 50;
/// Words with a meaning of their own where a category's id may stand.
const RESERVED: [&str; 4] = ["did_you_mean", "fallback", "handoff", SOMETHING_ELSE];

/// Builds what can be built; the result is only good if there are no findings.
pub(super) fn build(file: &File, findings: &mut Findings) -> Option<KnowledgeBase> {
    let synonyms = synonyms(&file.synonyms, findings);
    let ids = ids(&file.categories, findings);
    let entities = category::entities(&file.entities, findings);
    let slots =
        file.categories.iter().filter_map(|entry| Some(entry.ask.as_ref()?.slot.value.clone())).collect();
    let names = Names { synonyms: &synonyms, slots: &slots };
    if file.categories.is_empty() && findings.is_empty() {
        findings.add(0, "the file has no [[category]]");
    }
    let references = References {
        entries: &file.categories,
        ids: &ids,
        names,
        entities: &file.entities,
        thresholds: category::thresholds(0, &file.settings, STANDARD, findings),
    };
    let mut rules = Vec::new();
    let categories: Vec<Category> = file
        .categories
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| category::build(index, entry, &references, &mut rules, findings))
        .collect();
    let menu = references.suggestions(&file.menu, findings);
    let replies = responses::replies(&file.replies, names, findings);
    let rules = Rules::new(rules).map_err(|error| findings.add(0, error)).ok()?;
    let thresholds = references.thresholds;
    let languages = languages(&file.languages);
    let lexicon = Lexicon::of(languages.iter().map(String::as_str));
    let vocabulary = learn::vocabulary(file, &synonyms, &lexicon);
    let speller = Speller::new(&vocabulary, &lexicon, &languages);
    let model = learn::model(file, &synonyms, &lexicon);
    Some(KnowledgeBase {
        source: String::new(),
        name: file.name.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
        languages,
        thresholds,
        offset: utc_offset(file.utc_offset.as_ref(), findings),
        entities,
        yes: words(&file.words.yes, &YES, &synonyms),
        no: words(&file.words.no, &NO, &synonyms),
        labels: labels(&categories, &menu, &ids, &synonyms),
        human: categories.iter().position(|category| category.handoff == Some(HandoffRule::Asked)),
        menu,
        synonyms,
        replies,
        categories,
        rules,
        lexicon,
        speller,
        vocabulary,
        model,
        ids,
        warnings: Vec::new(),
        tests: Vec::new(),
        counts: Counts {
            categories: file.categories.len(),
            patterns: file.categories.iter().map(|category| category.patterns.len()).sum(),
            examples: file.categories.iter().map(|category| category.examples.len()).sum(),
        },
    })
}

fn languages(written: &[At<String>]) -> Vec<String> {
    if written.is_empty() {
        return vec!["en".to_owned()];
    }
    written.iter().map(|language| language.value.clone()).collect()
}

/// Where the desk is, for conditions about hours.
fn utc_offset(written: Option<&At<String>>, findings: &mut Findings) -> FixedOffset {
    let utc = FixedOffset::east_opt(0).expect("zero is an offset");
    written.map_or(utc, |written| {
        written.value.parse().unwrap_or_else(|_| {
            findings.add(written.at, format!("utc_offset `{}` must be like `+01:00`", written.value));
            utc
        })
    })
}

fn words(written: &[At<String>], standard: &[&str], synonyms: &Synonyms) -> Vec<String> {
    let normalize = |word: &str| Normalized::new(word, synonyms).text().to_owned();
    if written.is_empty() {
        return standard.iter().map(|word| normalize(word)).collect();
    }
    written.iter().map(|word| normalize(&word.value)).collect()
}

/// The phrase map; a phrase has one meaning, and what comes out of the map is not replaced again.
fn synonyms(written: &[(At<String>, Vec<At<String>>)], findings: &mut Findings) -> Synonyms {
    let mut synonyms = Synonyms::default();
    let mut meanings = Vec::new();
    for (key, phrases) in written {
        let meaning = Normalized::plain(&key.value);
        if meaning.is_empty() {
            findings.add(key.at, format!("synonyms: `{}` has no word", key.value));
            continue;
        }
        for phrase in phrases {
            let plain = Normalized::plain(&phrase.value);
            if !synonyms.insert(plain.text(), meaning.text()) {
                let why = if plain.is_empty() { "has no word" } else { "has two meanings" };
                findings.add(phrase.at, format!("synonyms: `{}` {why}", phrase.value));
            }
        }
        meanings.push((key.at, meaning.text().to_owned()));
    }
    for (at, meaning) in meanings {
        if synonyms.contains(&meaning) {
            findings.add(at, format!("synonyms: `{meaning}` is itself replaced by another key"));
        }
    }
    synonyms
}

fn ids(entries: &[CategoryEntry], findings: &mut Findings) -> HashMap<String, usize> {
    let mut ids = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let At { value: id, at } = &entry.id;
        let valid = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(valid) {
            findings.add(*at, format!("category id `{id}` must be 1 to {MAX_ID} of a-z, 0-9, `_` and `-`"));
        } else if RESERVED.contains(&id.as_str()) {
            findings.add(*at, format!("category id `{id}` is reserved"));
        }
        if ids.contains_key(id) {
            findings.add(*at, format!("duplicate category id `{id}`"));
        } else {
            ids.insert(id.clone(), index);
        }
    }
    ids
}

/// Titles and labels, normalized; what two categories share belongs to the first.
fn labels(
    categories: &[Category],
    menu: &[Suggestion],
    ids: &HashMap<String, usize>,
    synonyms: &Synonyms,
) -> HashMap<String, usize> {
    let titles = categories.iter().map(|category| (&category.title, Some(&category.id)));
    let offered = categories.iter().flat_map(|category| &category.suggestions).chain(menu);
    let offered = offered.map(|suggestion| (&suggestion.label, suggestion.intent_id.as_ref()));
    let mut labels = HashMap::new();
    for (label, id) in titles.chain(offered) {
        let heard = Normalized::new(label, synonyms);
        if let Some(index) = id.and_then(|id| ids.get(id)).filter(|_| !heard.is_empty()) {
            labels.entry(heard.text().to_owned()).or_insert(*index);
        }
    }
    labels
}
