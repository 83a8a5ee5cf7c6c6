//! What waits on a line.

use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::Mutex,
    task::{Poll, Waker},
    time::{Duration, Instant},
};

use super::MAX_WORD;
use crate::memory::lock;

/// How many words wait at most, beside "look".
const WAITING: usize = 256;

/// For how long a word tells of what goes on now. Somebody who types is told of again every few seconds.
const FRESH: Duration = Duration::from_secs(2);

/// The words that wait on a line to be said or to be heard, for whoever implements [`Wake`](super::Wake).
///
/// "Look" is never forgotten, however much else there is, and is taken once however often it was put. Any other word tells
/// of what somebody does at the moment: of too many the oldest goes, and one that nobody has taken for two seconds is not
/// taken any more.
#[derive(Debug, Default)]
pub struct Words {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    is_look: bool,
    others: VecDeque<(Instant, Vec<u8>)>,
    takers: Vec<Waker>,
}

impl Words {
    /// Has a word wait. One that is longer than [`MAX_WORD`] was not said by a desk, and is ignored.
    pub fn put(&self, word: &[u8]) {
        self.put_at(Instant::now(), word);
    }

    fn put_at(&self, now: Instant, word: &[u8]) {
        if word.len() > MAX_WORD {
            return;
        }
        let takers = {
            let mut waiting = lock(&self.waiting);
            if word.is_empty() {
                waiting.is_look = true;
            } else {
                if waiting.others.len() == WAITING {
                    waiting.others.pop_front();
                }
                waiting.others.push_back((now, word.to_owned()));
            }
            std::mem::take(&mut waiting.takers)
        };
        // Outside of the lock: what a waker does is not ours to know.
        takers.into_iter().for_each(Waker::wake);
    }

    /// Waits for the next word; "look" comes before all others. Dropping the future loses nothing.
    pub async fn take(&self) -> Vec<u8> {
        poll_fn(|context| {
            let mut waiting = lock(&self.waiting);
            if let Some(word) = waiting.next(Instant::now()) {
                return Poll::Ready(word);
            }
            if !waiting.takers.iter().any(|taker| taker.will_wake(context.waker())) {
                waiting.takers.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await
    }
}

impl Waiting {
    fn next(&mut self, now: Instant) -> Option<Vec<u8>> {
        if std::mem::take(&mut self.is_look) {
            return Some(Vec::new());
        }
        let is_fresh = |at: Instant| now.saturating_duration_since(at) < FRESH;
        std::iter::from_fn(|| self.others.pop_front()).find(|(at, _)| is_fresh(*at)).map(|(_, word)| word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What can be taken without waiting, at a moment.
    fn taken(words: &Words, now: Instant) -> Vec<String> {
        let mut waiting = lock(&words.waiting);
        std::iter::from_fn(|| waiting.next(now)).map(|word| String::from_utf8(word).unwrap()).collect()
    }

    #[test]
    fn look_is_said_once_and_first_and_never_forgotten() {
        let (words, now) = (Words::default(), Instant::now());
        words.put_at(now, b"");
        words.put_at(now, b"");
        for n in 0..1_000 {
            words.put_at(now, n.to_string().as_bytes());
        }
        let taken = taken(&words, now + FRESH * 100);
        assert_eq!(taken, [""], "and of the others, nothing is told so late");
    }

    #[test]
    fn of_too_many_words_the_oldest_are_forgotten() {
        let (words, now) = (Words::default(), Instant::now());
        for n in 0..1_000 {
            words.put_at(now, n.to_string().as_bytes());
        }
        let last: Vec<_> = (1_000 - WAITING..1_000).map(|n| n.to_string()).collect();
        assert_eq!(taken(&words, now), last);
    }

    #[test]
    fn a_word_that_waits_too_long_is_not_told_and_those_after_it_are() {
        let (words, now) = (Words::default(), Instant::now());
        words.put_at(now, b"typed");
        words.put_at(now + FRESH / 2, b"types");
        assert_eq!(taken(&words, now + FRESH), ["types"]);
    }

    #[test]
    fn what_is_too_long_for_a_line_is_ignored() {
        let (words, now) = (Words::default(), Instant::now());
        words.put_at(now, &[b'x'; MAX_WORD]);
        words.put_at(now, &[b'x'; MAX_WORD + 1]);
        assert_eq!(taken(&words, now).iter().map(String::len).collect::<Vec<_>>(), [MAX_WORD]);
    }

    #[test]
    fn whoever_waits_is_woken_and_what_is_dropped_takes_nothing_with_it() {
        let words = Words::default();
        drop(words.take());
        std::thread::scope(|scope| {
            let taker = scope.spawn(|| pollster::block_on(words.take()));
            // Whether it waits by now or comes later, it is told.
            words.put(b"said");
            assert_eq!(taker.join().unwrap(), b"said");
        });
        let mut polled = Box::pin(words.take());
        let mut context = std::task::Context::from_waker(Waker::noop());
        assert!(polled.as_mut().poll(&mut context).is_pending());
        drop(polled);
        words.put(b"said again");
        assert_eq!(pollster::block_on(words.take()), b"said again");
    }
}
