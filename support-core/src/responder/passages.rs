//! A handful of passages, searched by their words.

use std::collections::HashSet;

use async_trait::async_trait;

use super::{Passage, PassageSource, ResponderError};
use crate::{bot::ContentWords, search};

/// Passages in memory: enough for the help pages of most products. A host with more has a search of its own.
///
/// A passage fits the better the more of the message's words it holds, where words that few passages hold count more.
/// Words without a topic, such as "the" and "please", do not count.
#[derive(Debug, Default)]
pub struct Passages {
    entries: Vec<Entry>,
    content: ContentWords,
}

#[derive(Debug)]
struct Entry {
    passage: Passage,
    words: HashSet<String>,
}

impl Passages {
    /// Takes passages in; of those that fit a message alike, the first comes first.
    pub fn new(passages: impl IntoIterator<Item = Passage>) -> Self {
        let content = ContentWords::default();
        let entry = |passage: Passage| {
            let text = format!("{} {}", passage.title.as_deref().unwrap_or_default(), passage.text);
            let words = search::normalize(&text).split(' ').map(str::to_owned).collect();
            Entry { passage, words }
        };
        Self { entries: passages.into_iter().map(entry).collect(), content }
    }

    fn best(&self, text: &str, limit: usize) -> Vec<Passage> {
        let mut scores = vec![0.0_f64; self.entries.len()];
        let normalized = search::normalize(text);
        let mut asked: Vec<&str> = normalized.split(' ').filter(|word| self.content.tells(word)).collect();
        asked.sort_unstable();
        asked.dedup();
        for word in asked {
            let holders: Vec<usize> = self
                .entries
                .iter()
                .enumerate()
                .filter(|(_, entry)| self.content.is_among(word, &entry.words))
                .map(|(index, _)| index)
                .collect();
            for index in &holders {
                #[expect(clippy::cast_precision_loss, reason = "there are few passages")]
                let rarity = (1.0 + self.entries.len() as f64 / holders.len() as f64).ln();
                scores[*index] += rarity;
            }
        }
        let mut ranked: Vec<usize> = (0..scores.len()).filter(|index| scores[*index] > 0.0).collect();
        ranked.sort_by(|left, right| scores[*right].total_cmp(&scores[*left]).then(left.cmp(right)));
        ranked.into_iter().take(limit).map(|index| self.entries[index].passage.clone()).collect()
    }
}

#[async_trait]
impl PassageSource for Passages {
    async fn find(
        &self,
        text: &str,
        _language: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Passage>, ResponderError> {
        Ok(self.best(text, limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str, limit: usize) -> Vec<String> {
        let passages = Passages::new([
            Passage::new("backups", "Backups are made every night. Restore one from the panel."),
            Passage::new("panel", "The panel shows your servers."),
            Passage::new("refunds", "Money comes back within a month.").titled("Refunds"),
        ]);
        passages.best(text, limit).into_iter().map(|passage| passage.id).collect()
    }

    #[test]
    fn the_passage_with_the_rarer_words_comes_first() {
        assert_eq!(ids("Where in the panel do I restore a backup?", 9), ["backups", "panel"]);
        assert_eq!(ids("Where in the panel do I restore a backup?", 1), ["backups"]);
        assert_eq!(ids("refund", 9), ["refunds"]);
    }

    #[test]
    fn one_rare_word_tells_more_than_two_that_most_passages_hold() {
        let common = (0..5).map(|n| Passage::new(format!("common {n}"), "The panel of the server."));
        let passages = Passages::new(common.chain([Passage::new("rare", "Snapshots.")]));
        assert_eq!(passages.best("the snapshots of my server in the panel", 1)[0].id, "rare");
    }

    #[test]
    fn a_word_said_twice_counts_once() {
        let passages =
            Passages::new([Passage::new("restore", "Restore it."), Passage::new("panel", "A panel.")]);
        assert_eq!(passages.best("panel panel panel restore", 1)[0].id, "restore");
    }

    #[test]
    fn words_without_a_topic_find_nothing() {
        assert!(ids("please, what are the", 9).is_empty());
        assert!(ids("", 9).is_empty());
        assert!(ids("!?", 9).is_empty());
    }
}
