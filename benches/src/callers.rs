//! Many callers at once, and what they measured.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{sync::Barrier, task::JoinSet};

use crate::Failure;

/// Runs so many callers at once, numbered from 0. They begin together; returned is what each came back with, and how
/// long the slowest took.
///
/// # Errors
/// A caller panicked.
pub async fn together<T, F>(count: usize, caller: impl Fn(usize) -> F) -> Result<(Vec<T>, Duration), Failure>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(count + 1));
    let mut callers = JoinSet::new();
    for number in 0..count {
        let (start, calls) = (Arc::clone(&start), caller(number));
        callers.spawn(async move {
            start.wait().await;
            calls.await
        });
    }
    start.wait().await;
    let began = Instant::now();
    let mut came_back = Vec::with_capacity(count);
    while let Some(result) = callers.join_next().await {
        came_back.push(result?);
    }
    Ok((came_back, began.elapsed()))
}

/// What callers did in a turn.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Turn {
    /// Calls per second.
    pub rate: f64,
    /// The time that half of the calls did not exceed, in milliseconds.
    pub p50: f64,
    /// The time that 99 of 100 calls did not exceed, in milliseconds.
    pub p99: f64,
}

/// Has so many callers, numbered from 0, make one call after the other for a while.
///
/// # Errors
/// A call failed, or a caller panicked.
pub async fn turn<F>(
    callers: usize,
    time: Duration,
    call: impl Fn(usize) -> F + Clone + Send + 'static,
) -> Result<Turn, Failure>
where
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let (times, took) = together(callers, |number| {
        let call = call.clone();
        async move {
            let (began, mut times) = (Instant::now(), Vec::new());
            while began.elapsed() < time {
                let called = Instant::now();
                call(number).await?;
                times.push(called.elapsed());
            }
            Ok(times)
        }
    })
    .await?;
    let times: Vec<Vec<_>> = times.into_iter().collect::<Result<_, Failure>>()?;
    let latencies = Latencies::new(times.concat());
    let rate = latencies.count() as f64 / took.as_secs_f64();
    Ok(Turn { rate, p50: latencies.percentile(50), p99: latencies.percentile(99) })
}

/// How long each of many calls took.
#[derive(Debug, Clone, Default)]
pub struct Latencies {
    ascending: Vec<Duration>,
}

impl Latencies {
    /// Takes times in any order.
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self { ascending: times }
    }

    /// The time that `percent` of the calls did not exceed, in milliseconds; 0 without calls.
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.ascending.len() * percent).div_ceil(100);
        self.ascending.get(rank.saturating_sub(1)).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }

    /// The number of calls.
    pub fn count(&self) -> usize {
        self.ascending.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_time_that_so_many_calls_did_not_exceed() {
        let latencies = Latencies::new((1..=200).rev().map(Duration::from_millis).collect());
        assert_eq!(latencies.percentile(50), 100.0);
        assert_eq!(latencies.percentile(99), 198.0);
        assert_eq!(latencies.percentile(100), 200.0);
        assert_eq!(Latencies::new(vec![Duration::from_millis(7)]).percentile(1), 7.0);
        assert_eq!(Latencies::default().percentile(99), 0.0);
    }
}
