//! P9's bot: the size that the goal names, and messages for it.

use std::time::Duration;

use support_core::bot::{Dialogue, KnowledgeBase, LoadError, RuleBot, Turn, Visitor};

use crate::cpu;

const PATTERNS: usize = 15;
const EXAMPLES: usize = 50;
const MESSAGES: usize = 2_000;

const VERBS: [&str; 10] =
    ["change", "delete", "order", "renew", "find", "move", "check", "restore", "download", "explain"];
const THINGS: [&str; 20] = [
    "invoice",
    "domain",
    "mailbox",
    "server",
    "password",
    "certificate",
    "backup",
    "license",
    "contract",
    "database",
    "firewall",
    "website",
    "forward",
    "voucher",
    "profile",
    "webhook",
    "monitor",
    "cluster",
    "archive",
    "template",
];
const ENDS: [&str; 5] =
    ["please", "for my company", "before the end of the month", "since yesterday", "as soon as possible"];

/// A knowledge base of the size that the goal names, in TOML: 300 patterns, 1,000 examples.
pub fn knowledge_base() -> String {
    let mut file = "[bot]\nname = \"bench\"\nlanguages = [\"en\"]\n".to_owned();
    for thing in THINGS {
        let patterns = (0..PATTERNS).map(|n| {
            let verb = VERBS[n % VERBS.len()];
            format!(
                "{{ re = '(?:{verb}|{verb}s)(?: \\S+){{0,{}}} {thing}s?', w = 0.{}, not = 'never' }}",
                n % 4 + 1,
                n % 5 + 4
            )
        });
        let examples = (0..EXAMPLES).map(|n| {
            format!("\"How do I {} the {thing} {} {n}?\"", VERBS[n % VERBS.len()], ENDS[n % ENDS.len()])
        });
        file.push_str(&format!(
            "[[category]]\nid = \"{thing}\"\ntitle = \"{thing}\"\npatterns = [{}]\nexamples = [{}]\n\
             [[category.response]]\ntext = [\"One.\", \"Two.\"]\n",
            patterns.collect::<Vec<_>>().join(", "),
            examples.collect::<Vec<_>>().join(", ")
        ));
    }
    file
}

/// Messages of many kinds: what the bot knows, mistyped, in other words, and what it does not know.
pub fn messages() -> Vec<Turn> {
    let message = |n: usize| {
        let (verb, thing, end) = (VERBS[n % 10], THINGS[n * 7 % 20], ENDS[n * 3 % 5]);
        match n % 4 {
            0 => format!("Hi, I would like to {verb} my {thing} {end}, can you help me with that?"),
            1 => format!("{thing} {verb}"),
            2 => format!("we tried to {verb} the old {thing}n twice and nothing happend {end}"),
            _ => format!("What is the weather like {end} number {n}"),
        }
    };
    let turn = |text| Turn::new(Visitor::default(), text, Dialogue::default(), std::time::UNIX_EPOCH.into());
    (0..MESSAGES).map(message).map(turn).collect()
}

/// What a bot took for its messages, in this thread's processor time: of other work on the machine there is little in it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Timing {
    /// To load the knowledge base: training, tests and all.
    pub load: Duration,
    ascending: Vec<Duration>,
}

impl Timing {
    /// Loads the knowledge base and answers every message; each counts with the best of a few times, so that one is as
    /// long as its work and not as the interrupt that came with it.
    ///
    /// # Errors
    /// The knowledge base is not valid.
    pub fn take() -> Result<Self, LoadError> {
        const TIMES: usize = 3;
        let text = knowledge_base();
        let (knowledge, load) = cpu::timed(|| KnowledgeBase::parse(&text, "sample.toml"));
        let bot = RuleBot::new(knowledge?);
        let turns = messages();
        // Automata are built on first use.
        for turn in &turns {
            bot.reply(turn);
        }
        let best =
            |turn: &Turn| (0..TIMES).map(|_| cpu::timed(|| bot.reply(turn)).1).min().unwrap_or_default();
        let mut ascending: Vec<Duration> = turns.iter().map(best).collect();
        ascending.sort_unstable();
        Ok(Self { load, ascending })
    }

    /// The time within which so many of a thousand messages were answered.
    pub fn at(&self, per_mille: usize) -> Duration {
        let last = self.ascending.len().saturating_sub(1);
        self.ascending.get(last * per_mille / 1_000).copied().unwrap_or_default()
    }
}
