//! What the process writes to the log.

use std::{
    io,
    sync::{Mutex, Once, PoisonError},
};

/// Everything that is logged at every level, by every test and by the threads that databases have of their own.
///
/// One for the process: subscribers of single threads miss what other threads log, and lose events whose call site was
/// first reached without them. A test looks for what is its own.
#[derive(Clone, Copy)]
pub(crate) struct Log(());

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

impl Log {
    pub(crate) fn capture() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_ansi(false)
                .with_writer(|| Lines)
                .finish();
            tracing::subscriber::set_global_default(subscriber).unwrap();
        });
        Self(())
    }

    pub(crate) fn text(self) -> String {
        String::from_utf8(LINES.lock().unwrap_or_else(PoisonError::into_inner).clone()).unwrap()
    }

    /// The lines that hold this.
    pub(crate) fn lines_with(self, part: &str) -> Vec<String> {
        self.text().lines().filter(|line| line.contains(part)).map(str::to_owned).collect()
    }
}

struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
