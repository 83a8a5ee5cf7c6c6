//! Structured logs, on standard error.
//!
//! What is logged is counts, codes, routes and ids; never message bodies, tokens, e-mail addresses or phone numbers.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use crate::args::LogFormat;

/// Starts logging. To be called once.
pub(crate) fn start(format: LogFormat) {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    match format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).init(),
    }
}
