//! How well the bot does: counts of what became of messages, none of them invented.

use std::{collections::BTreeMap, fmt, str::FromStr};

use super::{Decision, HandoffReason};
use crate::{
    store::AnswerRecord,
    text::{Category, Rejection},
};

/// Figures about the bot, as a whole and by category. `None` stands for what it could not place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BotStats {
    /// All messages.
    pub total: AnswerCounts,
    /// By what the messages were about.
    pub by_category: BTreeMap<Option<Category>, AnswerCounts>,
}

/// How often what became of messages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnswerCounts {
    /// Answered.
    pub answered: u64,
    /// Asked back; of a category, how often it was among those to choose from.
    pub offered: u64,
    /// Not understood, and asked to say it in other words.
    pub missed: u64,
    /// Handed over to a human, by why.
    pub handed_off: BTreeMap<HandoffReason, u64>,
    /// Answers that helped, as their customers said.
    pub helpful: u64,
    /// Answers that did not.
    pub not_helpful: u64,
}

impl AnswerCounts {
    /// Messages that something became of.
    pub fn messages(&self) -> u64 {
        self.answered + self.offered + self.missed + self.handed_off.values().sum::<u64>()
    }
}

/// That a record counts for something. Stores keep sums of these by their text form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "stores count each")]
pub enum AnswerFact {
    /// A message was answered.
    Answered(Option<Category>),
    /// A customer was asked back.
    AskedBack,
    /// A category was among those to choose from.
    Offered(Category),
    /// A message was not understood.
    Missed(Option<Category>),
    /// A customer was handed over.
    HandedOff(HandoffReason, Option<Category>),
    /// An answer helped.
    Helpful(Option<Category>),
    /// An answer did not help.
    NotHelpful(Option<Category>),
}

impl AnswerFact {
    /// What a record counts for.
    pub fn of(record: &AnswerRecord) -> Vec<Self> {
        let category = || record.category.clone();
        let mut facts = match record.decision {
            Decision::Answer => vec![Self::Answered(category())],
            Decision::DidYouMean => {
                let offered = record.offered.iter().cloned().map(Self::Offered);
                std::iter::once(Self::AskedBack).chain(offered).collect()
            }
            Decision::Fallback => vec![Self::Missed(category())],
            Decision::Handoff => {
                vec![Self::HandedOff(record.handoff.unwrap_or(HandoffReason::Asked), category())]
            }
        };
        facts.extend(record.feedback.as_ref().map(|feedback| match feedback.helpful {
            true => Self::Helpful(category()),
            false => Self::NotHelpful(category()),
        }));
        facts
    }
}

impl BotStats {
    /// Adds `n` records that count for something.
    pub fn add(&mut self, fact: AnswerFact, n: u64) {
        let mut in_both = |category: Option<Category>, count: &dyn Fn(&mut AnswerCounts) -> &mut u64| {
            *count(&mut self.total) += n;
            *count(self.by_category.entry(category).or_default()) += n;
        };
        match fact {
            AnswerFact::Answered(category) => in_both(category, &|counts| &mut counts.answered),
            // A message that several categories were offered for is one message.
            AnswerFact::AskedBack => self.total.offered += n,
            AnswerFact::Offered(category) => self.by_category.entry(Some(category)).or_default().offered += n,
            AnswerFact::Missed(category) => in_both(category, &|counts| &mut counts.missed),
            AnswerFact::HandedOff(reason, category) => {
                in_both(category, &|counts| counts.handed_off.entry(reason).or_default());
            }
            AnswerFact::Helpful(category) => in_both(category, &|counts| &mut counts.helpful),
            AnswerFact::NotHelpful(category) => in_both(category, &|counts| &mut counts.not_helpful),
        }
    }
}

impl fmt::Display for AnswerFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, reason, category) = match self {
            Self::Answered(category) => ("answered", None, category.as_ref()),
            Self::AskedBack => ("asked_back", None, None),
            Self::Offered(category) => ("offered", None, Some(category)),
            Self::Missed(category) => ("missed", None, category.as_ref()),
            Self::HandedOff(reason, category) => ("handed_off", Some(*reason), category.as_ref()),
            Self::Helpful(category) => ("helpful", None, category.as_ref()),
            Self::NotHelpful(category) => ("not_helpful", None, category.as_ref()),
        };
        f.write_str(what)?;
        if let Some(reason) = reason {
            write!(f, ":{reason}")?;
        }
        write!(f, " {}", category.map_or("", Category::as_str))
    }
}

impl FromStr for AnswerFact {
    type Err = Rejection;

    fn from_str(text: &str) -> Result<Self, Rejection> {
        let unknown = Rejection::Format { expected: "what became of a message" };
        let (what, category) = text.split_once(' ').ok_or(unknown)?;
        let category = (!category.is_empty()).then(|| Category::parse(category)).transpose()?;
        Ok(match (what, category) {
            ("answered", category) => Self::Answered(category),
            ("asked_back", None) => Self::AskedBack,
            ("offered", Some(category)) => Self::Offered(category),
            ("missed", category) => Self::Missed(category),
            ("helpful", category) => Self::Helpful(category),
            ("not_helpful", category) => Self::NotHelpful(category),
            (what, category) => {
                let reason = what.strip_prefix("handed_off:").ok_or(unknown)?;
                Self::HandedOff(reason.parse()?, category)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_read_back_from_its_text() {
        let some = || Some(Category::parse("billing-2").unwrap());
        for category in [None, some()] {
            let facts = [
                AnswerFact::Answered(category.clone()),
                AnswerFact::AskedBack,
                AnswerFact::Offered(some().unwrap()),
                AnswerFact::Missed(category.clone()),
                AnswerFact::Helpful(category.clone()),
                AnswerFact::NotHelpful(category.clone()),
            ];
            let handed_off =
                HandoffReason::ALL.iter().map(|reason| AnswerFact::HandedOff(*reason, category.clone()));
            for fact in facts.into_iter().chain(handed_off) {
                assert_eq!(fact.to_string().parse(), Ok(fact));
            }
        }
        for text in
            ["", "answered", "offered ", "asked_back x", "handed_off x", "handed_off:bored x", "answered X y"]
        {
            assert!(text.parse::<AnswerFact>().is_err(), "{text}");
        }
    }
}
