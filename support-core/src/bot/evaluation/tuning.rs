//! Looking for thresholds on labeled messages. Nothing is changed: the author decides what goes into the file.

use std::sync::Arc;

use super::{Evaluation, Labeled, Tally};
use crate::bot::{KnowledgeBase, LoadError, RuleBot, knowledge::Thresholds};

/// What may go wrong, in percent: of what is out of scope answered, of what is in scope answered wrongly.
const MAX_ANSWERED_OUT_OF_SCOPE: f64 = 10.0;
const MAX_WRONG: f64 = 2.0;

/// Thresholds and what they lead to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Tuning {
    /// The score from which a category is answered.
    pub answer: f64,
    /// By how much it has to lead.
    pub margin: f64,
    /// The score from which a category is offered.
    pub suggest: f64,
    /// What happens with them.
    pub tally: Tally,
}

/// Tries thresholds on a knowledge base. Returns what its own lead to, and the best found.
///
/// The best are those that answer most messages rightly while at most 10 % of what is out of scope is answered and at
/// most 2 % of the rest wrongly; if nothing keeps both, those with the fewest failures. Thresholds that a category
/// sets for itself stay as they are.
///
/// # Errors
/// [`LoadError::Invalid`] for a text that is no knowledge base.
pub fn tune(text: &str, file_name: &str, messages: &[Labeled]) -> Result<(Tuning, Tuning), LoadError> {
    let mut knowledge = Arc::new(KnowledgeBase::parse(text, file_name)?);
    let own = knowledge.standard_thresholds();
    let before = trial(&mut knowledge, own, messages);
    let mut best = before.clone();
    for answer in steps(5, 18) {
        for margin in [0.05, 0.1, 0.15, 0.2] {
            let limits = Thresholds { answer, margin, suggest: own.suggest.min(answer) };
            let found = trial(&mut knowledge, limits, messages);
            if rank(&found.tally) > rank(&best.tally) {
                best = found;
            }
        }
    }
    let answer = best.answer;
    for suggest in steps(3, 10).filter(|suggest| *suggest <= answer) {
        let limits = Thresholds { answer, margin: best.margin, suggest };
        let found = trial(&mut knowledge, limits, messages);
        if found.tally.offered > best.tally.offered && rank(&found.tally) >= rank(&best.tally) {
            best = found;
        }
    }
    Ok((before, best))
}

fn trial(knowledge: &mut Arc<KnowledgeBase>, limits: Thresholds, messages: &[Labeled]) -> Tuning {
    if let Some(knowledge) = Arc::get_mut(knowledge) {
        knowledge.set_standard_thresholds(limits);
    }
    let bot = RuleBot::new(Arc::clone(knowledge));
    let tally = Evaluation::run(&bot, messages.iter().cloned()).tally();
    let Thresholds { answer, margin, suggest } = limits;
    Tuning { answer, margin, suggest, tally }
}

/// Twentieths.
fn steps(from: u8, to: u8) -> impl Iterator<Item = f64> {
    (from..=to).map(|step| f64::from(step) / 20.0)
}

/// More is better: within the limits by what is right, outside by how little goes wrong.
fn rank(tally: &Tally) -> (bool, isize) {
    let within = tally.answered_out_of_scope_percent() <= MAX_ANSWERED_OUT_OF_SCOPE
        && tally.wrong_percent() <= MAX_WRONG;
    let signed = |count: usize| isize::try_from(count).unwrap_or(isize::MAX);
    let failures = signed(tally.wrong + tally.answered_out_of_scope);
    (within, if within { signed(tally.right) } else { signed(tally.right) - 3 * failures })
}
