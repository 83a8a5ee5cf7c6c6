//! The record of a decision: what each stage found, in the order of the stages.

use serde_json::{Value, json};

use super::{
    Trace,
    coverage::{Likeness, telling_words},
    decide::{Ruling, lead},
    entity::Entities,
    knowledge::KnowledgeBase,
    memory::Memory,
    normalize::Normalized,
    pending::Choice,
    rules::Hit,
    score::{Candidate, rounded},
    slots::Prompt,
    typo::Correction,
};

/// More than the decision looks at; the rest says nothing.
const MAX_CANDIDATES: usize = 5;
const MAX_HITS: usize = 20;
const MAX_PATTERN: usize = 60;

// The keys sort in the order of the stages.
const GUARD: &str = "00_guard";
const NORMALIZE: &str = "01_normalize";
const TYPO: &str = "02_typo";
const ENTITIES: &str = "03_entities";
const PENDING: &str = "04_pending";
const RULES: &str = "06_rules";
const LEXICAL: &str = "07_lexical";
const CONTEXT: &str = "08_context";
const DECIDE: &str = "09_decide";
const PATIENCE: &str = "09_patience";
const QUESTION: &str = "10_question";
const RENDER: &str = "11_render";

/// Enough of a pattern to find it in the file; traces are stored with every answer.
fn abridged(pattern: &str) -> String {
    match pattern.char_indices().nth(MAX_PATTERN) {
        Some((end, _)) => format!("{}…", &pattern[..end]),
        None => pattern.to_owned(),
    }
}

impl Trace {
    pub(super) fn message(
        &mut self,
        heard: &Normalized,
        corrections: &[Correction],
        entities: &Entities<'_>,
    ) {
        if heard.is_cut() {
            self.stage(GUARD, json!({ "cut": true }));
        }
        self.stage(NORMALIZE, json!({ "text": heard.text(), "words": heard.tokens().len() }));
        if !corrections.is_empty() {
            let corrected = |one: &Correction| json!({ "from": one.from, "to": one.to });
            self.stage(TYPO, corrections.iter().take(MAX_HITS).map(corrected).collect());
        }
        let found: Vec<Value> =
            entities.iter().map(|one| json!({ "type": one.kind, "value": one.value })).collect();
        if !found.is_empty() {
            self.stage(ENTITIES, Value::Array(found));
        }
    }

    pub(super) fn pending(&mut self, knowledge: &KnowledgeBase, choice: Option<Choice>, how: &str) {
        let chosen = match choice {
            Some(Choice::Category(index)) => json!(knowledge.categories[index].id),
            Some(Choice::SomethingElse) => json!("something_else"),
            None => Value::Null,
        };
        self.stage(PENDING, json!({ "chosen": chosen, "how": how }));
    }

    /// What became of the bot's own questions.
    pub(super) fn question(&mut self, knowledge: &KnowledgeBase, ruling: &Ruling) {
        let asking = &ruling.asking;
        let mut entry = serde_json::Map::new();
        if let Some((slot, value)) = &asking.filled {
            entry.insert("filled".to_owned(), json!({ "slot": slot, "value": value }));
        }
        if let Some(Prompt::Instead(index) | Prompt::After(index)) = asking.prompt {
            entry.insert("asks_for".to_owned(), json!(knowledge.categories[index].id));
        }
        if let Some(slot) = &asking.given_up {
            entry.insert("given_up".to_owned(), json!(slot));
        }
        if !entry.is_empty() {
            entry.insert("why".to_owned(), json!(ruling.why));
            self.stage(QUESTION, Value::Object(entry));
        }
    }

    pub(super) fn rules(
        &mut self,
        knowledge: &KnowledgeBase,
        original: &str,
        heard: &Normalized,
        hits: &[Hit<'_>],
    ) {
        let hits: Vec<Value> = hits
            .iter()
            .take(MAX_HITS)
            .map(|hit| {
                let mut entry = json!({
                    "category": knowledge.categories[hit.rule.category].id,
                    "pattern": abridged(&hit.rule.source),
                    "w": hit.rule.weight,
                    "words": heard.quote(original, &hit.at),
                });
                if hit.vetoed {
                    entry["vetoed"] = json!(true);
                }
                entry
            })
            .collect();
        self.stage(RULES, Value::Array(hits));
    }

    /// What the model said, and which words made it think of its favorite.
    pub(super) fn lexical(
        &mut self,
        knowledge: &KnowledgeBase,
        heard: &Normalized,
        likeness: &Likeness,
        candidates: &[Candidate<'_>],
    ) {
        if likeness.is_silent() {
            return;
        }
        let mut entry = json!({
            "coverage": rounded(likeness.coverage),
            "out_of_scope": rounded(likeness.out_of_scope(knowledge)),
        });
        let lexical = |candidate: &&Candidate<'_>| candidate.evidence.lexical;
        if let Some(favorite) = candidates.iter().max_by(|a, b| lexical(a).total_cmp(&lexical(b))) {
            let words = telling_words(knowledge, heard, favorite.index);
            entry["category"] = json!(favorite.category.id);
            entry["words"] = words.iter().map(|(word, by)| json!({ "word": word, "by": by })).collect();
        }
        self.stage(LEXICAL, entry);
    }

    /// How much patience the customer has lost.
    pub(super) fn patience(&mut self, points: u32) {
        if points > 0 {
            self.stage(PATIENCE, json!({ "points": points }));
        }
    }

    pub(super) fn context(&mut self, memory: &Memory) {
        if let Some(topic) = &memory.topic {
            self.stage(CONTEXT, json!({ "topic": topic, "misses": memory.misses, "streak": memory.streak }));
        }
    }

    pub(super) fn decision(&mut self, candidates: &[Candidate<'_>], ruling: &Ruling) {
        let scores: Vec<Value> = candidates
            .iter()
            .take(MAX_CANDIDATES)
            .map(|candidate| {
                json!({
                    "category": candidate.category.id,
                    "rule": candidate.evidence.rule,
                    "lexical": rounded(candidate.evidence.lexical),
                    "boost": candidate.evidence.boost,
                    "score": candidate.score,
                })
            })
            .collect();
        let mut entry = json!({ "why": ruling.why, "score": ruling.score, "scores": scores });
        if let Some(top) = candidates.first() {
            let limits = top.category.thresholds;
            entry["lead"] = json!(lead(candidates));
            entry["thresholds"] =
                json!({ "answer": limits.answer, "margin": limits.margin, "suggest": limits.suggest });
        }
        self.stage(DECIDE, entry);
    }

    pub(super) fn render(&mut self, decision: &str, words: &str, times: u32) {
        self.stage(RENDER, json!({ "decision": decision, "words_of": words, "shown_before": times }));
    }

    fn stage(&mut self, key: &str, entry: Value) {
        self.0.insert(key.to_owned(), entry);
    }
}
