//! Random operations, whose every answer must be that of the store in memory.
//!
//! [`MemoryStore`] is small enough to be seen to be right. Whatever another store answers differently is a fault of
//! one of the two. A run is determined by its seed, so that it can be repeated.

mod generate;
mod operation;
mod queries;
mod random;

use self::{
    generate::Generator,
    operation::{Operation, apply},
};
use super::fixtures::Desk;
use crate::{
    event::{Event, Position},
    memory::MemoryStore,
    store::{Store, StoreError, Transaction},
};

/// Runs a few hundred operations.
#[doc(hidden)]
pub async fn r_21_random_operations_are_answered_as_in_memory(store: &dyn Store) {
    for seed in 1..=4 {
        run(store, seed, 150).await;
    }
}

/// Applies `steps` random transactions to a store and to a [`MemoryStore`], and compares every answer.
///
/// Works at a tenant of its own.
///
/// # Panics
/// If an answer differs: with the seed, the step, the operation and both answers.
pub async fn run(store: &dyn Store, seed: u64, steps: u32) {
    let memory = MemoryStore::new();
    let subject = Desk::new(store);
    let model = subject.at_store(&memory);
    let mut generator = Generator::new(seed, subject.id());
    let pair = Pair { subject, model, seed };
    let mut last = Position::default();
    for step in 0..steps {
        pair.step(&mut generator, step).await;
        if step % 10 == 9 {
            last = pair.compare_events(step, last).await;
        }
    }
    pair.compare_events(steps, last).await;
}

/// The store under test, and the one it is compared with.
struct Pair<'s> {
    subject: Desk<'s>,
    model: Desk<'s>,
    seed: u64,
}

impl Pair<'_> {
    /// A transaction of a few operations, which is committed, dropped, or ends with the first refusal.
    async fn step(&self, generator: &mut Generator, step: u32) {
        let reads_only = generator.random.one_in(3);
        let open =
            async |desk: &Desk<'_>| if reads_only { desk.begin_read().await } else { desk.begin().await };
        let mut subject = open(&self.subject).await;
        let mut model = open(&self.model).await;
        for _ in 0..=generator.random.below(5) {
            let operation = if reads_only || generator.random.one_in(3) {
                generator.query()
            } else {
                generator.change(&mut *model).await
            };
            let Some(operation) = self.with_number(operation, &mut *subject, generator).await else {
                continue;
            };
            let answer = apply(&operation, &mut *subject).await;
            let expected = apply(&operation, &mut *model).await;
            if !agree(&answer, &expected) {
                panic!(
                    "seed {}, step {step}: {operation:#?}\nis answered with\n{answer:#?}\ninstead of\n{expected:#?}",
                    self.seed
                );
            }
            if expected.is_err() {
                generator.forget();
                return;
            }
        }
        if generator.random.one_in(8) {
            generator.forget();
            return;
        }
        subject.commit().await.unwrap();
        model.commit().await.unwrap();
        generator.keep();
    }

    /// Gives a new ticket a number of the store under test, as gaps may differ. It must be one that no ticket has.
    async fn with_number(
        &self,
        operation: Operation,
        subject: &mut dyn Transaction,
        generator: &mut Generator,
    ) -> Option<Operation> {
        let Operation::InsertTicket { ticket, day: Some(day), session } = operation else {
            return Some(operation);
        };
        let number = subject.tickets().next_number(day).await.unwrap();
        assert!(generator.takes(&number), "seed {}: {number} is given again", self.seed);
        let ticket = crate::ticket::Ticket { number, ..*ticket };
        Some(Operation::InsertTicket { ticket: Box::new(ticket), day: None, session })
    }

    /// Compares the events, whose positions may differ while their order may not. Takes the position that was the last
    /// one before, which never falls, and returns the one that is it now.
    async fn compare_events(&self, step: u32, before: Position) -> Position {
        let (subject, model) = (all_events(&self.subject).await, all_events(&self.model).await);
        let what = |events: &[Event]| events.iter().map(|e| (e.kind, e.subject, e.at)).collect::<Vec<_>>();
        assert_eq!(what(&subject), what(&model), "seed {}, step {step}: the events differ", self.seed);
        let last = self.subject.settle_events().await;
        assert!(last >= before, "seed {}, step {step}: {last:?} after {before:?}", self.seed);
        last
    }
}

/// All events from the first on, in pages.
async fn all_events(desk: &Desk<'_>) -> Vec<Event> {
    desk.settle_events().await;
    let mut events: Vec<Event> = Vec::new();
    loop {
        let after = events.last().map_or(Position::default(), |event| event.position);
        let limit = super::fixtures::limited(17);
        let page = desk.read(async |t| t.events().list_after(after, limit).await.unwrap()).await;
        let Some(first) = page.first() else { return events };
        assert!(first.position > after, "{first:?} is not behind {after:?}");
        events.extend(page);
    }
}

type Answer = Result<serde_json::Value, StoreError>;

fn agree(answer: &Answer, expected: &Answer) -> bool {
    match (answer, expected) {
        (Ok(answer), Ok(expected)) => answer == expected,
        (Err(error), Err(expected)) => std::mem::discriminant(error) == std::mem::discriminant(expected),
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => false,
    }
}
