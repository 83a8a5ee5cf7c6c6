//! Keeping the tails up to date: one task for all subscribers.

use std::{future::poll_fn, task::Poll};

use super::{load::Loader, tail::Tail};
use crate::{
    desk::{SupportDesk, pace::Look},
    error::Result,
    store::{Limit, StoreError},
};

impl SupportDesk {
    /// Feeds all subscriptions of this desk, until none is left. `None` if a task does so already.
    ///
    /// To be awaited in a task of its own, by whoever has just subscribed:
    ///
    /// ```ignore
    /// let subscription = desk.subscribe(&principal, Topic::Chats, None).await?;
    /// if let Some(feed) = desk.feed() {
    ///     tokio::spawn(feed);
    /// }
    /// ```
    pub fn feed(&self) -> Option<impl Future<Output = ()> + Send + use<>> {
        // Made before the future is, so that dropping it unpolled gives the claim back.
        let feeder = self.feeder(Until::NobodyFollows)?;
        Some(async move { feeder.run().await })
    }

    /// Feeds all subscriptions of this desk for ever, and hears what other processes say though nobody follows in this
    /// one: without it, which agents are at the others is known here only while somebody does.
    ///
    /// To be awaited in a task of its own, in each process of a desk with a [`Wake`](crate::wake::Wake); dropping it
    /// stops, and leaves the rest to [`SupportDesk::feed`]. Returns at once without a line, where nothing is to be heard.
    pub async fn keep_feeding(&self) {
        while self.inner.wake.is_some() {
            match self.feeder(Until::Dropped) {
                Some(feeder) => feeder.run().await,
                // Somebody has subscribed before, whose task goes with the last of them.
                None => self.inner.timer.sleep(self.config().event_poll).await,
            }
        }
    }

    /// The one who feeds the tails, unless there is one.
    fn feeder(&self, until: Until) -> Option<Feeder> {
        self.inner.live.claim().then(|| Feeder { desk: self.clone(), until })
    }
}

/// Whoever feeds the tails.
struct Feeder {
    desk: SupportDesk,
    until: Until,
}

/// When feeding ends.
#[derive(Debug, Clone, Copy)]
enum Until {
    NobodyFollows,
    Dropped,
}

impl Feeder {
    async fn run(&self) {
        while self.desk.look_and_wait(self.change(), self.look()).await != Look::Over {}
    }

    /// Returns when the store may hold something new: it says so, another process does, or it is time to look.
    async fn change(&self) {
        let desk = &self.desk.inner;
        let mut by_store = desk.store.wait_for_events(desk.config.event_poll);
        let Some(line) = &desk.wake else { return by_store.await };
        loop {
            let mut by_line = line.hear();
            let word = poll_fn(|context| match by_line.as_mut().poll(context) {
                Poll::Ready(word) => Poll::Ready(Some(word)),
                Poll::Pending => by_store.as_mut().poll(context).map(|()| None),
            })
            .await;
            match word {
                None => return,
                Some(word) if word.is_empty() => return,
                Some(word) => {
                    if let Err(error) = self.desk.heed(&word).await {
                        tracing::warn!(
                            error = &error as &dyn std::error::Error,
                            "a signal was not told here"
                        );
                    }
                }
            }
        }
    }

    /// Brings every tail up to date.
    async fn look(&self) -> Look {
        // Not held beyond this: a tail goes with its last subscriber.
        let tails = match self.until {
            Until::NobodyFollows => self.desk.inner.live.tails_or_unclaim(),
            Until::Dropped => Some(self.desk.inner.live.tails()),
        };
        let Some(tails) = tails else { return Look::Over };
        for (tenant, ended) in self.desk.inner.live.register().expire(self.desk.now()) {
            self.desk.inner.live.sound(&tenant, ended);
        }
        let mut look = Look::Nothing;
        for tail in tails.iter().filter(|tail| tail.is_begun()) {
            match self.advance(tail).await {
                Ok(Look::Nothing) => {}
                Ok(found) => look = found,
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "events could not be read; subscribers wait"
                    );
                    return Look::Failed;
                }
            }
        }
        look
    }

    /// Reads what lies behind the tail, with what it is about.
    async fn advance(&self, tail: &Tail) -> Result<Look> {
        self.desk.assign_positions(&tail.tenant).await?;
        let limit = Limit::LARGEST;
        let mut look = Look::Nothing;
        loop {
            let mut tx = self.desk.begin_read(&tail.tenant).await?;
            let events = tx.events().list_after(tail.head(), limit).await?;
            let is_last = events.len() < limit.get() as usize;
            let mut loader = Loader::default();
            let mut loaded = Vec::with_capacity(events.len());
            for event in events {
                look = Look::Something;
                let about = match loader.load(&mut *tx, &event).await {
                    Ok(about) => about,
                    Err(error @ StoreError::Unavailable { .. }) => return Err(error.into()),
                    Err(error) => {
                        // One row that cannot be read must not keep everybody from everything behind it.
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "what an event is about cannot be read"
                        );
                        super::load::Loaded::GONE
                    }
                };
                loaded.push((event, about));
            }
            drop(tx);
            tail.append(loaded);
            if is_last {
                return Ok(look);
            }
        }
    }
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.desk.inner.live.unclaim();
    }
}
