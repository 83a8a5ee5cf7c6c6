//! Asks the bot a million messages that nobody expects: none may panic, and none may take longer than 2 ms.
//!
//! Times are this thread's processor time; a message that took too long is asked again, and counts with the best of
//! five, so that what counts is its work and not an interrupt. Exits with 1 if a message panicked or took too long.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::Duration,
};

use clap::Parser;
use support_benches::{cpu, storm};
use support_core::bot::{Dialogue, RuleBot, Turn, Visitor};

const LIMIT: Duration = Duration::from_millis(2);
/// So many messages make a conversation, in which the bot remembers the one before.
const CONVERSATION: u64 = 8;
/// So many of what went wrong are shown.
const SHOWN: usize = 10;

/// Asks the bot messages that nobody expects.
#[derive(Debug, Parser)]
struct Args {
    /// How many messages.
    #[arg(long, default_value_t = 1_000_000)]
    inputs: u64,
    /// The number of the first: the same number is the same message.
    #[arg(long, default_value_t = 0)]
    first: u64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let bot = RuleBot::default();
    let mut times: Vec<Duration> = Vec::new();
    let (mut panicked, mut slow) = (Vec::new(), Vec::new());
    let mut dialogue = Dialogue::default();
    // Each conversation is reported by the number that it can be repeated from.
    std::panic::set_hook(Box::new(|_| {}));
    for number in args.first..args.first + args.inputs {
        if number % CONVERSATION == 0 {
            dialogue = Dialogue::default();
        }
        let turn =
            Turn::new(Visitor::default(), storm::message(number), dialogue, std::time::UNIX_EPOCH.into());
        let asked = || catch_unwind(AssertUnwindSafe(|| bot.reply(&turn)));
        let (answer, mut took) = cpu::timed(asked);
        if took > LIMIT {
            took = (0..4).map(|_| cpu::timed(asked).1).fold(took, Duration::min);
        }
        dialogue = answer.map(|answer| answer.dialogue).unwrap_or_else(|_| {
            panicked.push(number);
            Dialogue::default()
        });
        if took > LIMIT {
            slow.push(number);
        }
        times.push(took);
    }
    times.sort_unstable();
    let at = |per_mille: usize| times.get(times.len().saturating_sub(1) * per_mille / 1_000).copied();
    println!("{} messages: {} panicked, {} over {LIMIT:?}", times.len(), panicked.len(), slow.len());
    println!("p50 {:?}, p99 {:?}, worst {:?}", at(500), at(990), at(1_000));
    for (what, numbers) in [("panicked", &panicked), ("too slow", &slow)] {
        for number in numbers.iter().take(SHOWN) {
            println!("{what}: --first {} --inputs {}", number - number % CONVERSATION, CONVERSATION);
        }
    }
    if panicked.is_empty() && slow.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
