//! Runs the `[[test]]`s of a file against the knowledge base made from it.

use chrono::DateTime;

use super::{
    KnowledgeBase,
    diagnostic::{At, Findings},
    file::{File, TestEntry},
};
use crate::bot::{Answer, Decision, Dialogue, Turn, Visitor, pipeline};

/// Adds a finding for each test that does not hold.
pub(super) fn run(knowledge: &KnowledgeBase, file: &File, findings: &mut Findings) {
    for test in &file.tests {
        let known = test.expect.iter().filter(|expect| !is_known(knowledge, &expect.value)).count() == 0;
        if known && matches!(test.expect.len(), n if n == 1 || n == test.say.len()) {
            run_one(knowledge, test, findings);
        } else if known {
            findings.add(test.at, "[[test]]: `expect` needs one entry, or one for each line of `dialog`");
        } else {
            findings.add(test.at, "[[test]]: `expect` names what is neither a category nor a decision");
        }
    }
}

/// A test on one line.
pub(super) fn describe(test: &TestEntry) -> String {
    let join =
        |texts: &[At<String>]| texts.iter().map(|text| text.value.as_str()).collect::<Vec<_>>().join(" / ");
    format!("{} → {}", join(&test.say), join(&test.expect))
}

fn is_known(knowledge: &KnowledgeBase, expect: &str) -> bool {
    knowledge.index_of(expect).is_some() || matches!(expect, "did_you_mean" | "fallback" | "handoff")
}

fn run_one(knowledge: &KnowledgeBase, test: &TestEntry, findings: &mut Findings) {
    let unchecked = test.say.len() - test.expect.len().min(test.say.len());
    let mut dialogue = Dialogue::default();
    for (line, say) in test.say.iter().enumerate() {
        let answer = say_to(knowledge, &say.value, dialogue);
        dialogue = answer.dialogue.clone();
        let Some(At { value: expect, .. }) = line.checked_sub(unchecked).and_then(|at| test.expect.get(at))
        else {
            continue;
        };
        if !meets(&answer, expect) {
            findings.add(
                test.at,
                format!("failing [[test]]: `{}` gives {}, not `{expect}`", say.value, outcome(&answer)),
            );
            return;
        }
    }
}

/// What the bot answers to a stranger.
pub(super) fn say_to(knowledge: &KnowledgeBase, text: &str, dialogue: Dialogue) -> Answer {
    pipeline::respond(knowledge, &Turn::new(Visitor::default(), text, dialogue, DateTime::UNIX_EPOCH))
}

fn meets(answer: &Answer, expect: &str) -> bool {
    let category = matches!(answer.decision, Decision::Answer | Decision::Handoff)
        && answer.category.as_deref() == Some(expect);
    category
        || match answer.decision {
            Decision::DidYouMean => expect == "did_you_mean",
            Decision::Handoff => expect == "handoff",
            Decision::Fallback => expect == "fallback",
            Decision::Answer => false,
        }
}

fn outcome(answer: &Answer) -> String {
    match (answer.decision, answer.category.as_deref()) {
        (Decision::Answer, category) => format!("`{}` ({:.2})", category.unwrap_or_default(), answer.score),
        (Decision::DidYouMean, _) => {
            let choices: Vec<&str> = answer.suggestions.iter().map(|choice| choice.label.as_str()).collect();
            format!("`did_you_mean` ({})", choices.join(", "))
        }
        (Decision::Handoff, _) => "`handoff`".to_owned(),
        (Decision::Fallback, _) => "`fallback`".to_owned(),
    }
}
