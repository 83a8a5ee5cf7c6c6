//! Tools for whoever writes a knowledge base.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;
use support_core::bot::{
    Dialogue, KnowledgeBase, LoadError, RuleBot, Turn, Visitor,
    evaluation::{Evaluation, Labeled, OUT_OF_SCOPE, Outcome, Tally, Tuning, tune},
};

use crate::error::Error;

/// What to do with a knowledge base.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum BotCommand {
    /// Check a file: everything that is wrong with it, and what is worth a look.
    Check {
        /// The knowledge base, in TOML.
        file: PathBuf,
    },
    /// Say why the bot answers a message as it does.
    Explain {
        /// The knowledge base, in TOML.
        file: PathBuf,
        /// What the customer writes.
        text: String,
    },
    /// Run the tests of a file.
    Test {
        /// The knowledge base, in TOML.
        file: PathBuf,
    },
    /// Look for thresholds on labeled messages. Prints them; the file stays as it is.
    Tune {
        /// The knowledge base, in TOML.
        file: PathBuf,
        /// One message a line: `{"text": …, "category": …}`, the category `oos` for what is none of the bot's
        /// business.
        #[arg(long, value_name = "LINES.jsonl")]
        labelled: PathBuf,
    },
    /// Say what the bot makes of messages: one line of JSON for each, in order, each in a conversation of its own.
    Eval {
        /// The knowledge base, in TOML. Without it, what comes with the program.
        file: Option<PathBuf>,
        /// One message a line: `{"text": …}`.
        #[arg(long, value_name = "LINES.jsonl")]
        input: PathBuf,
    },
}

/// A line of a file of messages; other keys are left alone.
#[derive(Deserialize)]
struct Line {
    text: String,
    category: Option<String>,
}

/// Does what was asked and prints the result.
pub(crate) fn run(command: &BotCommand) -> Result<(), Error> {
    let printed = match command {
        BotCommand::Check { file } => check(&*load(file)?, file),
        BotCommand::Explain { file, text } => explain(load(file)?, text),
        BotCommand::Test { file } => tests(&*load(file)?),
        BotCommand::Tune { file, labelled } => tuned(file, labelled)?,
        BotCommand::Eval { file, input } => eval(file.as_deref(), input)?,
    };
    // Who closed standard output does not want to read it.
    _ = std::io::stdout().write_all(printed.as_bytes());
    Ok(())
}

fn load(file: &Path) -> Result<Arc<KnowledgeBase>, Error> {
    Ok(Arc::new(KnowledgeBase::from_file(file)?))
}

fn check(knowledge: &KnowledgeBase, file: &Path) -> String {
    let file = file.display();
    let mut out = String::new();
    for warning in knowledge.warnings() {
        _ = writeln!(out, "{file}:{warning}");
    }
    let counts = knowledge.counts();
    _ = writeln!(
        out,
        "{file} is valid: {} categories, {} patterns, {} examples, {} tests passed, {} warnings",
        counts.categories,
        counts.patterns,
        counts.examples,
        knowledge.tests().len(),
        knowledge.warnings().len()
    );
    out
}

fn explain(knowledge: Arc<KnowledgeBase>, text: &str) -> String {
    let turn =
        Turn::new(Visitor::default(), text, Dialogue::default(), support_core::time::Timestamp::UNIX_EPOCH);
    let answer = RuleBot::new(knowledge).reply(&turn);
    format!("{}\n\n{}\n", answer.explain(), answer.text)
}

fn tests(knowledge: &KnowledgeBase) -> String {
    let mut out = String::new();
    for test in knowledge.tests() {
        _ = writeln!(out, "ok  {test}");
    }
    // A file with a failing test does not load.
    _ = writeln!(out, "{} tests passed", knowledge.tests().len());
    out
}

fn eval(file: Option<&Path>, input: &Path) -> Result<String, Error> {
    let bot = file.map_or_else(|| Ok(RuleBot::default()), |file| load(file).map(RuleBot::new))?;
    let mut out = String::new();
    for line in lines(input)? {
        let Outcome { decision, category, choices, score, .. } = Outcome::of(&bot, &line.text);
        let line = serde_json::json!({
            "decision": decision,
            "category": category,
            "choices": choices,
            "score": score,
        });
        _ = writeln!(out, "{line}");
    }
    Ok(out)
}

fn tuned(file: &Path, labelled: &Path) -> Result<String, Error> {
    let name = file.display().to_string();
    let text = fs::read_to_string(file)
        .map_err(|source| Error::KnowledgeBase(LoadError::Read { path: file.to_owned(), source }))?;
    let messages: Vec<Labeled> = lines(labelled)?
        .into_iter()
        .map(|line| Labeled {
            text: line.text,
            category: line.category.unwrap_or_else(|| OUT_OF_SCOPE.to_owned()),
        })
        .collect();
    let (before, best) = tune(&text, &name, &messages)?;
    let mut out = String::new();
    _ = writeln!(out, "{:<22}{:>10}{:>10}", "", "now", "best");
    type Figure = fn(&Tuning) -> f64;
    let figures: [(&str, Figure); 7] = [
        ("answer", |one| one.answer),
        ("margin", |one| one.margin),
        ("suggest", |one| one.suggest),
        ("right %", |one| one.tally.right_percent()),
        ("right or one click %", |one| one.tally.one_click_percent()),
        ("wrong %", |one| one.tally.wrong_percent()),
        ("out of scope %", |one| one.tally.answered_out_of_scope_percent()),
    ];
    for (name, figure) in figures {
        _ = writeln!(out, "{name:<22}{:>10.2}{:>10.2}", figure(&before), figure(&best));
    }
    _ = writeln!(
        out,
        "\n[settings]\nanswer = {}\nmargin = {}\nsuggest = {}\n",
        best.answer, best.margin, best.suggest
    );
    out.push_str(&by_category(&Evaluation::run(&RuleBot::new(load(file)?), messages).tally()));
    Ok(out)
}

/// Where the file as it is does well and where not.
fn by_category(tally: &Tally) -> String {
    let mut out = String::new();
    _ = writeln!(
        out,
        "{:<22}{:>10}{:>10}{:>10}{:>10}",
        "now, by category", "messages", "right", "offered", "wrong"
    );
    for (id, one) in &tally.categories {
        _ = writeln!(
            out,
            "{id:<22}{:>10}{:>10}{:>10}{:>10}",
            one.messages, one.right, one.offered, one.wrong
        );
    }
    out
}

fn lines(file: &Path) -> Result<Vec<Line>, Error> {
    let text = fs::read_to_string(file).map_err(|source| Error::Lines { file: file.to_owned(), source })?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            serde_json::from_str(line).map_err(|source| Error::Line {
                file: file.to_owned(),
                line: index + 1,
                column: source.column(),
                source,
            })
        })
        .collect()
}
