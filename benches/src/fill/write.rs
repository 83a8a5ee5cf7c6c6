//! How what is made gets into a store: in large transactions, while what comes next is made.

use std::{cell::RefCell, ops::Range, sync::Arc};

use chrono::NaiveDate;
use futures_util::future::try_join_all;
use support_core::{
    id::TenantId,
    store::{Store, StoreError, Transaction},
};

use super::{Shown, progress::Progress, world::World};
use crate::Failure;

/// How many tickets or chats go into one transaction.
const BATCH: u64 = 2_000;
/// How often a transaction is tried that met another one. Writers share nothing but counters, and meet hardly ever.
const TRIES: u32 = 10;

/// A ticket or a chat, with what belongs to it.
pub(super) trait Thing: Send + Sync + Sized + 'static {
    const NAME: &'static str;

    /// The `number`th of so many.
    fn make(world: &World, number: u64, of: u64) -> Result<Self, Failure>;

    /// When it began.
    fn day(world: &World, number: u64, of: u64) -> NaiveDate;

    /// Writes it as the desk does.
    async fn write(&self, tx: &mut dyn Transaction) -> Result<(), StoreError>;
}

/// Writes so many things, by so many writers side by side.
pub(super) async fn all<T: Thing>(
    store: &dyn Store,
    world: &Arc<World>,
    of: u64,
    writers: u64,
    shown: Shown,
) -> Result<(), Failure> {
    let progress = RefCell::new(Progress::new(T::NAME, of, shown));
    let ends: Vec<u64> =
        (0..=writers).map(|n| whole_day(of * n / writers, of, |n| T::day(world, n, of))).collect();
    let parts = ends.windows(2).map(|ends| part::<T>(store, world, ends[0]..ends[1], of, &progress));
    try_join_all(parts).await.map(drop)
}

/// Writes some of them, in their order.
async fn part<T: Thing>(
    store: &dyn Store,
    world: &Arc<World>,
    numbers: Range<u64>,
    of: u64,
    progress: &RefCell<Progress>,
) -> Result<(), Failure> {
    let mut next = made::<T>(world, numbers.start, numbers.end, of);
    while let Some(making) = next {
        let batch = making.await??;
        let done = batch.range.end;
        next = made::<T>(world, done, numbers.end, of);
        let mut attempt = 1;
        while let Err(error) = commit(store, &batch.things).await {
            if !matches!(error, StoreError::Conflict) || attempt == TRIES {
                return Err(error.into());
            }
            store.pause(attempt).await;
            attempt += 1;
        }
        progress.borrow_mut().add(batch.range.end - batch.range.start);
    }
    Ok(())
}

async fn commit<T: Thing>(store: &dyn Store, things: &[T]) -> Result<(), StoreError> {
    let mut tx = store.begin(&TenantId::default()).await?;
    for thing in things {
        thing.write(&mut *tx).await?;
    }
    tx.commit().await
}

/// What goes into one transaction.
struct Batch<T> {
    range: Range<u64>,
    things: Vec<T>,
}

type Making<T> = tokio::task::JoinHandle<Result<Batch<T>, Failure>>;

/// Makes the next ones on another processor, if there are any.
fn made<T: Thing>(world: &Arc<World>, from: u64, end: u64, of: u64) -> Option<Making<T>> {
    let (world, range) = (Arc::clone(world), from..end.min(from + BATCH));
    (!range.is_empty()).then(|| {
        tokio::task::spawn_blocking(move || {
            let things = range.clone().map(|number| T::make(&world, number, of)).collect::<Result<_, _>>()?;
            Ok(Batch { range, things })
        })
    })
}

/// The number, at or after this one, with which a day begins: two writers never count the tickets of one day.
fn whole_day(number: u64, of: u64, day: impl Fn(u64) -> NaiveDate) -> u64 {
    (number..of).find(|n| *n == 0 || day(*n) != day(n - 1)).unwrap_or(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_begins_with_a_day_and_ends_with_one() {
        let day = |n: u64| NaiveDate::from_num_days_from_ce_opt(700_000 + n as i32 / 4).unwrap();
        assert_eq!(whole_day(0, 20, day), 0);
        assert_eq!(whole_day(8, 20, day), 8);
        assert_eq!(whole_day(9, 20, day), 12);
        assert_eq!(whole_day(17, 20, day), 20);
        assert_eq!(whole_day(20, 20, day), 20);
    }
}
