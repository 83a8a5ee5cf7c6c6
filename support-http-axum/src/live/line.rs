//! One open stream.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::IpAddr,
    pin::Pin,
    time::Duration,
};

use axum::{body::Bytes, http::request::Parts};
use support_core::{
    desk::live::{Delivery, Start, Subscription, SubscriptionEnded},
    event::Position,
};
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::{Draining, feed, frame, is_same_caller, places::Place};
use crate::{
    problem::{Code, Problem, unauthenticated},
    state::AppState,
};

/// One open stream: a subscription, and what ends it.
pub(super) struct Line {
    app: AppState,
    /// The request that opened it, for its credential to be looked at again.
    parts: Parts,
    address: Option<IpAddr>,
    subscription: Subscription,
    /// What has been sent says that the client is at this position.
    told: Option<Position>,
    /// When to speak next if nothing happens, to look at the credential, and to end.
    beat_at: Instant,
    check_at: Instant,
    end_at: Instant,
    /// The first of these.
    alarm: Pin<Box<Sleep>>,
    drained: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    _place: Option<Place>,
}

/// What a stream sends.
pub(super) enum Step {
    Next(Bytes),
    /// Nothing comes after it.
    Last(Bytes),
}

impl Line {
    pub(super) fn new(
        app: AppState,
        parts: Parts,
        address: Option<IpAddr>,
        subscription: Subscription,
        place: Option<Place>,
    ) -> Self {
        // An agent whose client is connected is there.
        app.desk.note_presence(subscription.principal());
        let now = Instant::now();
        let config = &app.streams;
        let beat_at = now + config.heartbeat;
        let check_at = now + shortened(config.recheck, 4);
        let end_at = now + about(config.life);
        let drained = parts.extensions.get::<Draining>();
        let drained = drained.map(|draining| Box::pin(draining.token().clone().cancelled_owned()));
        let alarm = Box::pin(sleep_until(beat_at.min(check_at).min(end_at)));
        Self {
            app,
            parts,
            address,
            subscription,
            told: None,
            beat_at,
            check_at,
            end_at,
            alarm,
            drained,
            _place: place,
        }
    }

    /// What to send next.
    pub(super) async fn step(&mut self) -> Step {
        if self.told.is_none() {
            self.told = Some(self.subscription.position());
            let cursor = self.subscription.cursor();
            let first = match self.subscription.start() {
                Start::Live | Start::Resumed => frame::open(&cursor),
                Start::Reset => frame::reset(&cursor),
            };
            return Step::Next(first);
        }
        match self.next().await {
            Ok(frame) => {
                self.beat_at = Instant::now() + self.app.streams.heartbeat;
                Step::Next(frame)
            }
            Err(last) => Step::Last(last),
        }
    }

    /// The next frame, or the last one.
    async fn next(&mut self) -> Result<Bytes, Bytes> {
        loop {
            tokio::select! {
                biased;
                () = drained(&mut self.drained) => return Err(frame::shutdown()),
                () = &mut self.alarm => {
                    // In a box: it takes room, and is rare.
                    if let Some(frame) = Box::pin(self.alarmed()).await? {
                        return Ok(frame);
                    }
                }
                delivery = self.subscription.next() => return self.deliver(delivery),
            }
        }
    }

    fn deliver(&mut self, delivery: Result<Delivery, SubscriptionEnded>) -> Result<Bytes, Bytes> {
        match delivery {
            Ok(Delivery::Event(seen)) => {
                self.told = Some(self.subscription.position());
                Ok(frame::event(&seen))
            }
            Ok(Delivery::Signal(heard)) => Ok(frame::signal(heard)),
            Ok(Delivery::Reset) => {
                self.told = Some(self.subscription.position());
                Ok(frame::reset(&self.subscription.cursor()))
            }
            Err(SubscriptionEnded::Lagged) => Err(frame::lagged()),
            Err(SubscriptionEnded::Denied(kind)) => Err(frame::denied(&Problem::from(&kind))),
        }
    }

    /// Does what is due: ends the stream, looks at its credential, speaks.
    async fn alarmed(&mut self) -> Result<Option<Bytes>, Bytes> {
        let now = Instant::now();
        if now >= self.end_at {
            return Err(frame::shutdown());
        }
        if now >= self.check_at {
            self.check().await.map_err(|problem| frame::denied(&problem))?;
            self.check_at = Instant::now() + shortened(self.app.streams.recheck, 4);
        }
        let is_silent = now >= self.beat_at;
        if is_silent {
            self.beat_at = now + self.app.streams.heartbeat;
        }
        self.alarm.as_mut().reset(self.beat_at.min(self.check_at).min(self.end_at));
        Ok(is_silent.then(|| self.heartbeat()))
    }

    /// A client that heard of nothing but others' events for hours still resumes from where it is.
    fn heartbeat(&mut self) -> Bytes {
        let position = Some(self.subscription.position());
        if std::mem::replace(&mut self.told, position) == position {
            return frame::heartbeat(None);
        }
        frame::heartbeat(Some(&self.subscription.cursor()))
    }

    /// Whether the credential that opened the stream is still good, for the same caller, who is not held back (S-17).
    async fn check(&mut self) -> Result<(), Problem> {
        // Whoever fed this stream may have ended with another runtime.
        feed(&self.app.desk);
        let principal = match timeout(self.app.request_timeout, self.app.principal(&self.parts)).await {
            Ok(Ok(principal)) => principal,
            Ok(Err(problem)) if problem.code().status().is_client_error() => return Err(problem),
            // That it cannot be told now says nothing against the caller.
            Ok(Err(_)) | Err(_) => return Ok(()),
        };
        if !is_same_caller(&principal, self.subscription.principal()) {
            return Err(unauthenticated(Code::InvalidCredentials));
        }
        self.app.not_held_back(&principal, self.address)?;
        self.app.desk.note_presence(&principal);
        self.subscription.renew(principal)?;
        Ok(())
    }
}

/// Ready when the server stops; never, if nobody says so.
async fn drained(drained: &mut Option<Pin<Box<WaitForCancellationFutureOwned>>>) {
    match drained {
        Some(drained) => drained.as_mut().await,
        None => std::future::pending().await,
    }
}

/// A time shortened by up to one part of it, so that what began together is not done together.
fn shortened(time: Duration, part: u32) -> Duration {
    time - time / part * thousandths() / 1_000
}

/// A time, give or take a tenth.
fn about(time: Duration) -> Duration {
    time * 9 / 10 + time / 5 * thousandths() / 1_000
}

/// Injected randomness is for what is replayed or must not be guessed; when a stream ends is neither.
fn thousandths() -> u32 {
    u32::try_from(RandomState::new().hash_one(0) % 1_000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_spread_within_their_bounds() {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let times: Vec<_> = (0..100).map(|_| (shortened(minutes(40), 4), about(minutes(30)))).collect();
        for (shortened, about) in &times {
            assert!((minutes(30)..=minutes(40)).contains(shortened), "{shortened:?}");
            assert!((minutes(27)..=minutes(33)).contains(about), "{about:?}");
        }
        assert!(times.iter().any(|time| *time != times[0]));
    }
}
