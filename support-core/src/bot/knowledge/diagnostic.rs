//! What is wrong with a knowledge base, and where.

use std::{fmt, io, path::PathBuf};

/// A finding about a knowledge-base file, at a place in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// One sentence, in lower case without a full stop.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// Why a knowledge base was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be read.
    #[error("cannot read knowledge base {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file was read and is not a valid knowledge base.
    #[error("{}", render(file, problems))]
    Invalid {
        /// The name of the file, as given.
        file: String,
        /// Everything that is wrong with it, in the order of the file; never empty.
        problems: Vec<Diagnostic>,
    },
}

impl LoadError {
    /// What is wrong with the file; empty if it could not be read.
    pub fn problems(&self) -> &[Diagnostic] {
        match self {
            Self::Read { .. } => &[],
            Self::Invalid { problems, .. } => problems,
        }
    }
}

/// One line each, in the form that editors jump to.
fn render(file: &str, problems: &[Diagnostic]) -> String {
    let lines: Vec<String> = problems.iter().map(|problem| format!("{file}:{problem}")).collect();
    lines.join("\n")
}

/// Something of the file and the byte where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) at: usize,
}

impl<T> At<T> {
    pub(super) fn new(value: T, at: usize) -> Self {
        Self { value, at }
    }
}

/// Collects findings by byte and hands them out by line.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<At<String>>);

impl Findings {
    pub(super) fn add(&mut self, at: usize, message: impl Into<String>) {
        self.0.push(At::new(message.into(), at));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings in the order of the file.
    pub(super) fn in_file(self, text: &str) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = self
            .0
            .into_iter()
            .map(|At { value: message, at }| {
                let before = text.get(..at).unwrap_or(text);
                let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
                Diagnostic {
                    line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
                    column: before[line_start..].chars().count() + 1,
                    message,
                }
            })
            .collect();
        found.sort();
        found.dedup();
        found
    }
}
