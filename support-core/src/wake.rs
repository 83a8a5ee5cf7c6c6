//! Telling other processes of the same desk that something happened.

mod words;

use async_trait::async_trait;

pub use self::words::Words;

/// A line between the processes of one desk: what is said on it reaches all others, soon, or not at all.
///
/// Events do not depend on it: each process looks at the store every
/// [`event_poll`](crate::desk::DeskConfig::event_poll), and a word on the line only makes it look at once. Typing and
/// presence are told on it alone: without a line they stay in the process.
///
/// What is said is the desk's own business, at most [`MAX_WORD`] bytes; an empty word says "look". A line that was
/// interrupted may have lost some of it, which is why it says "look" itself to whoever hears, once it is back: what was
/// written meanwhile is found then. [`Words`] keeps what waits on a line.
#[async_trait]
pub trait Wake: Send + Sync + std::fmt::Debug {
    /// Says something to all other processes. Must not wait: a line that is busy forgets.
    fn say(&self, word: &[u8]);

    /// Waits for what another process says. Hearing oneself is harmless. Dropping the future loses nothing that comes
    /// later.
    async fn hear(&self) -> Vec<u8>;
}

/// The longest word, in bytes: PostgreSQL's `NOTIFY` takes no longer one.
pub const MAX_WORD: usize = 7_000;

#[async_trait]
impl<W: Wake + ?Sized> Wake for std::sync::Arc<W> {
    fn say(&self, word: &[u8]) {
        (**self).say(word);
    }

    async fn hear(&self) -> Vec<u8> {
        (**self).hear().await
    }
}
