//! P9: the bot with 300 patterns and 1,000 examples, trace on.
//!
//! Criterion reports the mean; the percentiles over many different messages are printed before it.

use std::{hint::black_box, time::Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use support_core::bot::{Dialogue, KnowledgeBase, RuleBot, Turn, Visitor};

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

/// A knowledge base of the size that the goal names.
fn knowledge() -> String {
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

fn messages() -> Vec<Turn> {
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

fn bot(criterion: &mut Criterion) {
    let text = knowledge();
    let begin = Instant::now();
    let bot = RuleBot::new(KnowledgeBase::parse(&text, "bench.toml").expect("the file is valid"));
    println!("load: {:?}", begin.elapsed());
    let turns = messages();
    // Automata are built on first use.
    for turn in &turns {
        black_box(bot.reply(turn));
    }
    let mut took: Vec<_> = turns
        .iter()
        .map(|turn| {
            let begin = Instant::now();
            black_box(bot.reply(turn));
            begin.elapsed()
        })
        .collect();
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 1_000];
    println!("per message: p50 {:?}, p99 {:?}, worst {:?}", at(500), at(990), at(1_000));
    let mut next = 0;
    criterion.bench_function("bot/reply", |bencher| {
        bencher.iter(|| {
            next = (next + 1) % turns.len();
            black_box(bot.reply(&turns[next]))
        });
    });
}

criterion_group!(benches, bot);
criterion_main!(benches);
