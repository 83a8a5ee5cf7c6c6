//! What the bot knows: categories with rules and responses, read from a TOML file and checked whole.
//!
//! # The file
//!
//! ```toml
//! [bot]
//! name = "Sam"                             # `{bot}` in texts
//! languages = ["en"]                       # the language of the texts
//! utc_offset = "+01:00"                    # where the desk is, for `hours` and `weekday`; UTC without it
//! suggestions = ["pricing", "human"]       # offered with the welcome and with a first miss
//!
//! [settings]                               # each may also stand in a category
//! answer = 0.6                             # score from which a category is answered …
//! margin = 0.1                             # … if it leads the next one by so much
//! suggest = 0.35                           # score from which it is offered as "did you mean"
//!
//! [words]                                  # what counts as yes and no after "did you mean"
//! yes = ["yes"]
//! no = ["no"]
//!
//! [synonyms]                               # replaced before rules look: phrase on the right → key
//! email = ["e mail", "mail"]
//!
//! [replies]                                # all optional: welcome, rephrase, did_you_mean, again,
//! rephrase = ["What do you mean?"]         # something_else, handoff_not_understood, handoff_repeated
//!
//! [entities.invoice]                       # a pattern over the original text
//! pattern = 'INV-\d{6}'
//! example = "INV-123456"
//!
//! [out_of_scope]
//! examples = ["How tall is Mount Everest?"]
//!
//! [[category]]
//! id = "pricing"                           # a-z, 0-9, `_`, `-`
//! title = "Plans and prices"               # its label in "did you mean"; typed, it selects the category
//! priority = 0                             # decides between equal scores
//! social = false                           # greeting, thanks …: says nothing about what the customer needs
//! handoff = "always"                       # see below
//! patterns = [{ re = "how much|prices?", w = 0.9, not = "refund" }]
//! examples = ["What does it cost?"]
//! not_examples = ["What does it cost to run a marathon?"]
//! suggestions = ["human", { label = "Which plan fits me?", category = "pricing" }, { label = "How do I pay?" }]
//! follows = ["features"]                   # scores a little higher after these
//! requires_topic = ["features"]            # only considered while one of these is the topic
//!
//! [[category.response]]                    # the first one whose `when` holds is said
//! when = 'named and not mentions "yearly"' # signed_in, named, repeated, mentions "…", slot …,
//!                                          # hours "09:00-17:00", weekday, not, and, or, ( )
//! text = ["{name}, our plans start at …", "…"]
//!
//! [[category.response]]                    # the last one has no `when`
//! text = ["Our plans start at …", "…"]
//!
//! [category.ask]                           # a question the category asks
//! slot = "invoice"
//! type = "invoice"
//! prompt = ["Which invoice is it?", "I need its number."]
//!
//! [[test]]                                 # must hold for the file to load
//! say = "What does it cost?"               # or `dialog = ["…", "…"]`
//! expect = "pricing"                       # a category, `did_you_mean`, `fallback` or `handoff`; a list: each turn
//! ```
//!
//! A pattern stands between words and sees them as rules do: lower case, without accents and apostrophes,
//! joined by single spaces.
//!
//! `handoff = "asked"` marks the category of customers who want a human, `"always"` one that only humans answer,
//! `"repeated"` one that says "that didn't help": it hands over if the bot has said its piece twice. In the first
//! two a pattern of weight 1 is a hard rule: it hands over before anything is weighed.
//!
//! `examples` teach the bot what messages of a category look like, so that it recognizes others like them; a dozen
//! per category is a start, fifty are better. `[out_of_scope]` holds what is none of the bot's business and must not
//! be answered, and `not_examples` add to it unless they are examples of another category. The crate adds general
//! ones for the languages it knows (English, German), as far as they are far from the file's own examples.
//!
//! Patterns are for what examples cannot say: words that settle it (`refund`), hard rules, vetoes.
//!
//! # How a message is judged
//!
//! The best rule of a category counts with its weight `r`, the examples with `l`: how likely the model finds the
//! category, times 0.35 + 0.65 × coverage, where coverage is (1 + known content words) / (1 + content words).
//! Together, `1 − (1 − l)(1 − 0.85 r)`, plus a little for the topic of the conversation. From `answer` on, and with a
//! lead of `margin`, it is answered; from `suggest` on it is offered. `support-server bot explain` shows all of it.
//!
//! # Questions
//!
//! A category with `[category.ask]` needs something to answer: an `email`, `url`, `domain`, `money`, `date`, `phone`,
//! `yes_no`, free `text`, or one of `[entities]`. It is taken from the message that opens the topic, or asked for, at
//! most twice; another topic may come between. Texts use it as `{slot}`, conditions as `slot name` or
//! `slot name "value"`.
//!
//! # Several languages
//!
//! Each language has a file of its own with the same ids; [`RuleBot::speaking`](super::RuleBot::speaking) puts them
//! together.
//!
//! # While it runs
//!
//! [`RuleBot::reload`](super::RuleBot::reload) takes over a file that has changed, for all tenants. Staff may save versions
//! for their own tenant ([`SupportDesk::save_knowledge_base`](crate::SupportDesk::save_knowledge_base)): the last one
//! takes the place of the host's file in its language, and goes on doing so when that file changes.

mod build;
mod category;
mod diagnostic;
mod file;
mod learn;
mod reader;
mod responses;
mod trial;
mod warnings;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::{Arc, LazyLock},
};

use chrono::FixedOffset;

use self::diagnostic::Findings;
pub use self::diagnostic::{Diagnostic, LoadError};
use super::{
    Suggestion,
    entity::Custom,
    lexicon::Lexicon,
    model::Model,
    normalize::Normalized,
    replies::Replies,
    responses::Responses,
    rules::Rules,
    slots::Ask,
    synonyms::Synonyms,
    typo::{Correction, Speller},
    vocabulary::Vocabulary,
};

/// The id behind the suggestion that declines every choice.
pub(super) const SOMETHING_ELSE: &str = "something_else";

/// Everything a [`RuleBot`](super::RuleBot) knows; immutable, and valid as a whole or not there at all.
#[derive(Debug)]
pub struct KnowledgeBase {
    /// The file's text.
    source: String,
    pub(super) name: String,
    /// Never empty.
    pub(super) languages: Vec<String>,
    /// Where the desk is, for conditions about hours.
    pub(super) offset: FixedOffset,
    pub(super) entities: Vec<Custom>,
    thresholds: Thresholds,
    pub(super) menu: Vec<Suggestion>,
    pub(super) yes: Vec<String>,
    pub(super) no: Vec<String>,
    pub(super) synonyms: Synonyms,
    pub(super) replies: Replies,
    pub(super) categories: Vec<Category>,
    pub(super) rules: Rules,
    pub(super) lexicon: Lexicon,
    pub(super) speller: Speller,
    /// The words that categories are about.
    pub(super) vocabulary: Vocabulary,
    /// Its classes are the categories, and after them what is none of the bot's business.
    pub(super) model: Model,
    /// The category of customers who want a human, if there is one.
    pub(super) human: Option<usize>,
    ids: HashMap<String, usize>,
    labels: HashMap<String, usize>,
    warnings: Vec<Diagnostic>,
    tests: Vec<String>,
    counts: Counts,
}

/// How much a knowledge base holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Categories.
    pub categories: usize,
    /// Patterns of all categories.
    pub patterns: usize,
    /// Examples of all categories.
    pub examples: usize,
}

/// One thing customers come for.
#[derive(Debug)]
pub(super) struct Category {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) priority: i64,
    pub(super) social: bool,
    pub(super) handoff: Option<HandoffRule>,
    pub(super) thresholds: Thresholds,
    pub(super) follows: Vec<usize>,
    pub(super) requires_topic: Vec<usize>,
    pub(super) suggestions: Vec<Suggestion>,
    pub(super) responses: Responses,
    pub(super) ask: Option<Ask>,
}

impl Category {
    /// Whether it says what the customer needs help with.
    pub(super) fn is_task(&self) -> bool {
        !self.social && !matches!(self.handoff, Some(HandoffRule::Asked | HandoffRule::Repeated))
    }
}

/// When a category goes to a human.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HandoffRule {
    /// It is the wish for a human.
    Asked,
    /// Only humans answer it.
    Always,
    /// It says that the answer did not help, and the answer came twice.
    Repeated,
}

/// The scores that decide.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Thresholds {
    pub(super) answer: f64,
    pub(super) margin: f64,
    pub(super) suggest: f64,
}

impl KnowledgeBase {
    /// Parses and checks a file's text; `file_name` is what error messages call it.
    ///
    /// # Errors
    /// [`LoadError::Invalid`] with everything that is wrong, each with its line.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, LoadError> {
        let mut findings = Findings::default();
        let file = file::File::read(text, &mut findings);
        let built = build::build(&file, &mut findings);
        if let Some(mut knowledge) = built.filter(|_| findings.is_empty()) {
            // What stays is put down before the trial: what the trial leaves behind can then be given back whole.
            knowledge.source = text.to_owned();
            knowledge.tests = file.tests.iter().map(trial::describe).collect();
            trial::run(&knowledge, &file, &mut findings);
            knowledge.rules.settle();
            if findings.is_empty() {
                let mut doubts = Findings::default();
                warnings::collect(&mut knowledge, &file, &mut doubts);
                knowledge.warnings = doubts.in_file(text);
                return Ok(knowledge);
            }
        }
        Err(LoadError::Invalid { file: file_name.to_owned(), problems: findings.in_file(text) })
    }

    /// Reads and checks a file.
    ///
    /// # Errors
    /// [`LoadError::Read`] if the file cannot be read, [`LoadError::Invalid`] if it is not valid.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let path = path.as_ref();
        let text =
            fs::read_to_string(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })?;
        Self::parse(&text, &path.display().to_string())
    }

    /// The German twin of [`KnowledgeBase::built_in`], with the same categories.
    pub fn built_in_german() -> Arc<Self> {
        static BUILT_IN: LazyLock<Arc<KnowledgeBase>> = LazyLock::new(|| {
            let knowledge = KnowledgeBase::parse(include_str!("../default.de.toml"), "default.de.toml");
            Arc::new(knowledge.expect("the built-in knowledge base is checked by this crate's tests"))
        });
        Arc::clone(&BUILT_IN)
    }

    /// The knowledge base that comes with this crate: a hosting company's, in English.
    pub fn built_in() -> Arc<Self> {
        static BUILT_IN: LazyLock<Arc<KnowledgeBase>> = LazyLock::new(|| {
            let knowledge = KnowledgeBase::parse(include_str!("../default.toml"), "default.toml");
            Arc::new(knowledge.expect("the built-in knowledge base is checked by this crate's tests"))
        });
        Arc::clone(&BUILT_IN)
    }

    /// The bot's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text that it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The language that it answers in: the first one that the file names, and English if it names none.
    pub fn language(&self) -> &str {
        self.languages.first().map_or("", String::as_str)
    }

    /// The languages of the texts, as the file names them.
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The ids of all categories, in the order of the file.
    pub fn categories(&self) -> impl Iterator<Item = &str> {
        self.categories.iter().map(|category| category.id.as_str())
    }

    /// The `[[test]]`s of the file, each on one line. All of them hold: a file with one that does not is refused.
    pub fn tests(&self) -> &[String] {
        &self.tests
    }

    /// How much the file holds.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// What the author should look at although the file is valid.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// A message as the rules see it: normalized, with synonyms replaced and typing mistakes corrected.
    pub(super) fn hear(&self, text: &str) -> (Normalized, Vec<Correction>) {
        let heard = Normalized::new(text, &self.synonyms);
        let is_known = |word: &str| self.lexicon.knows(word, &self.vocabulary);
        match self.speller.correct(text, &heard, is_known) {
            Some((corrected, corrections)) => (self.synonyms.apply(corrected), corrections),
            None => (heard, Vec::new()),
        }
    }

    /// The thresholds of categories that have none of their own.
    pub(super) fn standard_thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// Sets the thresholds of categories that have none of their own.
    pub(super) fn set_standard_thresholds(&mut self, new: Thresholds) {
        let old = std::mem::replace(&mut self.thresholds, new);
        let changed = |own: f64, old: f64, new: f64| if own.to_bits() == old.to_bits() { new } else { own };
        for category in &mut self.categories {
            let own = category.thresholds;
            category.thresholds = Thresholds {
                answer: changed(own.answer, old.answer, new.answer),
                margin: changed(own.margin, old.margin, new.margin),
                suggest: changed(own.suggest, old.suggest, new.suggest),
            };
        }
    }

    /// The category with this id.
    pub(super) fn index_of(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// The category that a label of a suggestion, typed as text, stands for.
    pub(super) fn labeled(&self, heard: &Normalized) -> Option<usize> {
        self.labels.get(heard.text()).copied()
    }
}
