//! A trace in words, for whoever writes a knowledge base.

use serde_json::Value;

use super::{Answer, Decision, Trace};

impl Answer {
    /// Says in a few sentences why the bot decided as it did: which rule, which words, what came second.
    pub fn explain(&self) -> String {
        let verdict = match (self.decision, self.category.as_deref()) {
            (Decision::Answer, Some(category)) => {
                format!("Answered with `{category}`, score {:.2}", self.score)
            }
            (Decision::Answer, None) => format!("Answered, score {:.2}", self.score),
            (Decision::DidYouMean, _) => {
                let ids: Vec<&str> =
                    self.suggestions.iter().filter_map(|one| one.intent_id.as_deref()).collect();
                format!("Asked back ({}), best score {:.2}", ids.join(", "), self.score)
            }
            (Decision::Handoff, category) => {
                let about = category.map_or(String::new(), |category| format!(" about `{category}`"));
                format!("Handed over to a human{about}")
            }
            (Decision::Fallback, _) => format!("Not understood, best score {:.2}", self.score),
        };
        let why = self.trace.text("09_decide", "why").map_or(String::new(), |why| format!(": {why}"));
        let mut sentences = vec![format!("{verdict}{why}.")];
        sentences.extend(self.trace.explain());
        sentences.join("\n")
    }
}

impl Trace {
    fn explain(&self) -> Vec<String> {
        let parts = [
            self.pending_in_words(),
            self.corrections(),
            self.names(),
            self.hits(),
            self.likeness(),
            self.runners_up(),
            self.thresholds(),
        ];
        parts.into_iter().flatten().collect()
    }

    fn text(&self, stage: &str, key: &str) -> Option<&str> {
        self.0.get(stage)?.get(key)?.as_str()
    }

    fn list(&self, stage: &str) -> &[Value] {
        self.0.get(stage).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn pending_in_words(&self) -> Option<String> {
        let chosen = self.text("04_pending", "chosen")?;
        Some(format!("The customer {} `{chosen}`.", self.text("04_pending", "how").unwrap_or("chose")))
    }

    fn corrections(&self) -> Option<String> {
        let corrected =
            |one: &Value| Some(format!("`{}` as `{}`", one["from"].as_str()?, one["to"].as_str()?));
        let all: Vec<String> = self.list("02_typo").iter().filter_map(corrected).collect();
        (!all.is_empty()).then(|| format!("Read {}.", all.join(", ")))
    }

    fn names(&self) -> Option<String> {
        let named = |one: &Value| Some(format!("{} `{}`", one["type"].as_str()?, one["value"].as_str()?));
        let all: Vec<String> = self.list("03_entities").iter().filter_map(named).collect();
        (!all.is_empty()).then(|| format!("Found {}.", all.join(", ")))
    }

    fn hits(&self) -> Option<String> {
        let hit = |one: &Value| {
            let vetoed = if one["vetoed"] == true { ", vetoed" } else { "" };
            Some(format!(
                "a rule of `{}` on \"{}\" (`{}`, weight {}{vetoed})",
                one["category"].as_str()?,
                one["words"].as_str()?,
                one["pattern"].as_str()?,
                one["w"]
            ))
        };
        let all: Vec<String> = self.list("06_rules").iter().filter_map(hit).collect();
        if !self.0.contains_key("06_rules") {
            return None;
        }
        Some(if all.is_empty() { "No rule fired.".to_owned() } else { format!("Fired: {}.", all.join("; ")) })
    }

    fn likeness(&self) -> Option<String> {
        let stage = self.0.get("07_lexical")?;
        let category = stage.get("category")?.as_str()?;
        let words: Vec<&str> =
            stage.get("words")?.as_array()?.iter().filter_map(|one| one["word"].as_str()).collect();
        let because =
            if words.is_empty() { String::new() } else { format!(", because of {}", words.join(", ")) };
        Some(format!(
            "By its examples it is most like `{category}`{because}; out of scope with probability {}, known words \
             {}.",
            stage["out_of_scope"], stage["coverage"]
        ))
    }

    fn runners_up(&self) -> Option<String> {
        let stage = self.0.get("09_decide")?;
        let others: Vec<String> = stage["scores"]
            .as_array()?
            .iter()
            .skip(1)
            .take(2)
            .filter_map(|one| Some(format!("`{}` ({})", one["category"].as_str()?, one["score"])))
            .collect();
        (!others.is_empty())
            .then(|| format!("Next came {}, behind by {}.", others.join(" and "), stage["lead"]))
    }

    fn thresholds(&self) -> Option<String> {
        let limits = self.0.get("09_decide")?.get("thresholds")?;
        Some(format!(
            "Answers from {}, with a lead of {}; offers from {}.",
            limits["answer"], limits["margin"], limits["suggest"]
        ))
    }
}
