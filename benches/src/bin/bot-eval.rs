//! What the bot does with labeled messages, beside what it should do, and how fast it is.
//!
//! Exits with 1 if a goal was missed, and with 2 if the run could not be made.

use std::{fs, path::PathBuf, process::ExitCode, time::Duration};

use clap::Parser;
use serde::Deserialize;
use support_benches::{
    Failure, cpu,
    sample_bot::Timing,
    table::{Goal, Table},
    typos,
};
use support_core::bot::{
    KnowledgeBase, RuleBot,
    evaluation::{Evaluation, Labeled, Tally},
};

/// So many times each message is mistyped, each time in another place.
const TYPO_RUNS: u64 = 5;
/// So many times the speed is taken.
const SPEED_RUNS: usize = 3;

/// Asks the bot labeled messages and prints how it does beside the goals.
#[derive(Debug, Parser)]
struct Args {
    /// One message a line: `{"text": …, "category": …}`, the category `oos` for what is none of the bot's business.
    #[arg(long, value_name = "LINES.jsonl")]
    input: PathBuf,
    /// The knowledge base, in TOML. Without it, what comes with the core.
    #[arg(long, value_name = "FILE")]
    knowledge_base: Option<PathBuf>,
    /// Prints as well which category was answered for which.
    #[arg(long)]
    confusion: bool,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    category: String,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<bool, Failure> {
    let (bot, load) = cpu::timed(|| match &args.knowledge_base {
        Some(file) => KnowledgeBase::from_file(file).map(RuleBot::new),
        None => Ok(RuleBot::default()),
    });
    let bot = bot?;
    let mut messages = Vec::new();
    for line in fs::read_to_string(&args.input)?.lines() {
        let Line { text, category } = serde_json::from_str(line)?;
        messages.push(Labeled { text, category });
    }
    let evaluation = Evaluation::run(&bot, messages.iter().cloned());
    let tally = evaluation.tally();
    let mistyped = (0..TYPO_RUNS).map(|run| {
        let mistype =
            |message: &Labeled| Labeled { text: typos::mistype(&message.text, run), ..message.clone() };
        Evaluation::run(&bot, messages.iter().map(mistype)).tally()
    });
    let quality = quality(&tally, mistyped, bot.human_category().as_deref());
    println!("{quality}");
    let speed = speed(load)?;
    print!("{speed}");
    if args.confusion {
        println!();
        for (right, got, count) in evaluation.confusion() {
            println!("{right:<16} {got:<20} {count:>5}");
        }
    }
    Ok(quality.all_met() && speed.all_met())
}

fn quality(tally: &Tally, mistyped: impl Iterator<Item = Tally>, human: Option<&str>) -> Table {
    let mut table = Table::new(format!(
        "bot: {} messages in scope, {} out of scope, in percent",
        tally.in_scope, tally.out_of_scope
    ));
    table.push("right", Goal::AtLeast(77.0), [tally.right_percent()]);
    table.push("right or one click away", Goal::AtLeast(87.0), [tally.one_click_percent()]);
    table.push("answered wrong", Goal::AtMost(2.0), [tally.wrong_percent()]);
    table.push("out of scope answered", Goal::AtMost(10.0), [tally.answered_out_of_scope_percent()]);
    table.push("false hand-offs", Goal::AtMost(1.0), [tally.false_handoff_percent()]);
    if let Some(human) = human.and_then(|id| tally.categories.get(id)) {
        #[expect(clippy::cast_precision_loss, reason = "counts of messages are small")]
        let recall = 100.0 * human.right as f64 / human.messages as f64;
        table.push("\"talk to a human\" found", Goal::AtLeast(95.0), [recall]);
    }
    let costs = mistyped.map(|one| tally.right_percent() - one.right_percent());
    table.push("one typo costs", Goal::AtMost(4.0), costs);
    table
}

/// P9, in processor time; the machine may be busy.
fn speed(load: Duration) -> Result<Table, Failure> {
    let runs: Vec<Timing> = (0..SPEED_RUNS).map(|_| Timing::take()).collect::<Result<_, _>>()?;
    let mut table = Table::new("bot: 300 patterns, 1,000 examples, trace on, in ms of processor time");
    let millis = |time: fn(&Timing) -> Duration| runs.iter().map(move |run| 1e3 * time(run).as_secs_f64());
    table.push("a message, p50", Goal::AtMost(0.025), millis(|run| run.at(500)));
    table.push("a message, p99", Goal::AtMost(0.25), millis(|run| run.at(990)));
    table.push("a message, worst", Goal::AtMost(2.0), millis(|run| run.at(1_000)));
    table.push("load, training and tests", Goal::AtMost(500.0), millis(|run| run.load));
    table.push("load, the bot above, all its languages", Goal::AtMost(500.0), [1e3 * load.as_secs_f64()]);
    Ok(table)
}
