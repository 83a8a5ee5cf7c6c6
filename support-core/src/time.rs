//! Time, ids and waiting, as the desk is given them.

use std::{fmt, sync::Mutex, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::Uuid;

/// A moment in UTC with microseconds: the finest that every store keeps.
pub type Timestamp = DateTime<Utc>;

/// Cuts a moment to whole microseconds, so that what is returned equals what is read back.
pub fn to_micros(moment: DateTime<Utc>) -> Timestamp {
    moment.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(moment)
}

/// Tells the time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present moment.
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that stands still until it is told to move. For tests.
#[derive(Debug)]
pub struct ManualClock(Mutex<DateTime<Utc>>);

impl ManualClock {
    /// A clock that stands at `start`.
    pub fn at(start: DateTime<Utc>) -> Self {
        Self(Mutex::new(start))
    }

    /// Moves the clock; a negative step is a clock that was set back.
    pub fn advance(&self, step: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += step;
    }

    /// Sets the clock.
    pub fn set(&self, moment: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = moment;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Makes ids and secrets.
pub trait IdGenerator: Send + Sync + fmt::Debug {
    /// A fresh UUIDv7 whose time part is `now`.
    fn next_id(&self, now: DateTime<Utc>) -> Uuid;

    /// 32 unpredictable bytes, for guest tokens (S-05).
    ///
    /// # Errors
    /// The operating system's generator failed.
    fn secret(&self) -> std::io::Result<[u8; 32]>;
}

/// Ids and secrets from the operating system's generator.
#[derive(Debug, Default)]
pub struct SystemIds {
    /// Keeps ids of one process in the order they were made, also within a millisecond.
    context: Mutex<uuid::timestamp::context::ContextV7>,
}

impl IdGenerator for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that makes ids")]
    fn next_id(&self, now: DateTime<Utc>) -> Uuid {
        let context = self.context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos()))
    }

    fn secret(&self) -> std::io::Result<[u8; 32]> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
        Ok(bytes)
    }
}

/// Waits, on whatever runtime the host has. Used for the bot's time limit.
#[async_trait]
pub trait Timer: Send + Sync + fmt::Debug {
    /// Returns after `duration`.
    async fn sleep(&self, duration: Duration);
}

/// A timer of its own thread, started when first used: it needs no runtime.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemTimer;

#[async_trait]
impl Timer for SystemTimer {
    async fn sleep(&self, duration: Duration) {
        futures_timer::Delay::new(duration).await;
    }
}
