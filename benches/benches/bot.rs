//! P9: the bot with 300 patterns and 1,000 examples, trace on.
//!
//! Criterion reports the mean; the percentiles over many different messages are printed before it, as in `bot-eval`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use support_benches::sample_bot::{Timing, knowledge_base, messages};
use support_core::bot::{KnowledgeBase, RuleBot};

fn bot(criterion: &mut Criterion) {
    let timing = Timing::take().expect("the file is valid");
    println!("load: {:?}", timing.load);
    println!("per message: p50 {:?}, p99 {:?}, worst {:?}", timing.at(500), timing.at(990), timing.at(1_000));
    let bot =
        RuleBot::new(KnowledgeBase::parse(&knowledge_base(), "sample.toml").expect("the file is valid"));
    let turns = messages();
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
