//! The task that begins and ends the outer transactions, and gives members their turns.

use std::{error::Error, sync::Arc};

use support_core::store::StoreError;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::{
    AGE, Group, HOLD, MEMBERS, Request,
    member::{Kept, Member},
};
use crate::{dialect::Dialect, error::meaning};

/// Where a member that is dropped goes back to. A later one stands for the earlier one of the same name.
const MARK: &str = "savepoint member";
const MARK_ANEW: &str = "release member; savepoint member";
const BACK_TO_MARK: &str = "rollback to member";

/// Serves groups until nobody waits.
pub(super) async fn serve<DB: Dialect>(group: Arc<Group<DB>>) {
    let mut serving = Serving { group: &group, has_ended: false };
    while let Some(first) = serving.next() {
        serve_one(&group, first).await;
    }
}

/// That the server is at work.
struct Serving<'g, DB: Dialect> {
    group: &'g Group<DB>,
    has_ended: bool,
}

impl<DB: Dialect> Serving<'_, DB> {
    /// Who is served next. With nobody there, the next who comes calls for a server of their own.
    fn next(&mut self) -> Option<Request<DB>> {
        let mut queue = self.group.queue();
        let next = queue.next();
        self.has_ended = next.is_none();
        queue.is_served = next.is_some();
        next
    }
}

/// A server that was cut short, with its runtime or by a panic, leaves nobody waiting for it.
impl<DB: Dialect> Drop for Serving<'_, DB> {
    fn drop(&mut self) {
        if !self.has_ended {
            let mut queue = self.group.queue();
            queue.is_served = false;
            queue.waiting.clear();
        }
    }
}

/// An outer transaction. Dropped, it is rolled back.
struct Open<DB: Dialect> {
    outer: sqlx::Transaction<'static, DB>,
    since: Instant,
    members: usize,
    kept: Vec<Kept>,
    /// Whether there is a savepoint, with what was kept before it.
    is_marked: bool,
}

/// Serves one group, from its beginning to its commit.
async fn serve_one<DB: Dialect>(group: &Group<DB>, first: Request<DB>) {
    let began = {
        let _beginning = group.turns.begin();
        group.pool.begin_with(DB::BEGIN_WRITE).await.map_err(meaning::<DB>)
    };
    let outer = match began {
        Ok(outer) => outer,
        Err(error) => return drop(first.send(Err(error))),
    };
    let mut open = Open { outer, since: Instant::now(), members: 0, kept: Vec::new(), is_marked: false };
    let mut next = Some(first);
    while let Some(request) = next {
        let ended;
        (open, ended) = open.give_turn(group, request).await;
        let was_kept = ended.is_some();
        open.kept.extend(ended);
        if open.kept.is_empty() {
            return;
        }
        next = if open.may_grow(group) { group.queue().next() } else { None };
        // What the last one did is committed as it is, marked or not.
        let step = match (was_kept, open.is_marked) {
            (true, _) if next.is_none() => None,
            (true, false) => Some(MARK),
            (true, true) => Some(MARK_ANEW),
            (false, _) => Some(BACK_TO_MARK),
        };
        if let Some(step) = step {
            if let Err(error) = DB::execute(&mut open.outer, step.to_owned(), Vec::new()).await {
                // The member before failed so that all was undone, or nobody can tell.
                tracing::debug!(error = &error as &dyn Error, "a group of transactions was undone");
                open.undo();
                if let Some(next) = next {
                    group.queue().waiting.push_front(next);
                }
                return;
            }
            open.is_marked = true;
        }
    }
    open.commit(group).await;
}

impl<DB: Dialect> Open<DB> {
    /// Has a member do its part. Returns what it wants to be told if it is to be kept.
    async fn give_turn(mut self, group: &Group<DB>, request: Request<DB>) -> (Self, Option<Kept>) {
        self.members += 1;
        let seat = Arc::new(Mutex::new(Some(self.outer)));
        let (member, mut ended) = Member::on(Arc::clone(&seat));
        // Refused by who waits no longer, it is dropped and so has ended.
        drop(request.send(Ok(member)));
        let (outer, kept) = if self.kept.is_empty() {
            let kept = (&mut ended).await.ok();
            (seat.lock().await.take(), kept)
        } else {
            match timeout(HOLD, &mut ended).await {
                Ok(kept) => (seat.lock().await.take(), kept.ok()),
                Err(_) => {
                    // A statement under way comes to its end, and what was to be kept meanwhile is.
                    let outer = seat.lock().await.take();
                    ended.close();
                    let kept = ended.try_recv().ok();
                    if kept.is_none() {
                        group.stay_alone();
                        tracing::info!("a transaction that kept others from being committed was rolled back");
                    }
                    (outer, kept)
                }
            }
        };
        self.outer = outer.expect("only the server takes the transaction from its seat");
        (self, kept)
    }

    fn may_grow(&self, group: &Group<DB>) -> bool {
        let alone_until = group.queue().alone_until;
        self.members < MEMBERS
            && self.since.elapsed() < AGE
            && alone_until.is_none_or(|until| Instant::now() >= until)
    }

    /// Rolls back, and has those who did their part try again.
    fn undo(self) {
        let Self { outer, kept, .. } = self;
        drop(outer);
        for Kept { committed, .. } in kept {
            _ = committed.send(Err(StoreError::Conflict));
        }
    }

    async fn commit(self, group: &Group<DB>) {
        let Self { outer, kept, .. } = self;
        if let Err(error) = outer.commit().await {
            return fail(group, kept, meaning::<DB>(error));
        }
        let (notices, committed): (Vec<_>, Vec<_>) =
            kept.into_iter().map(|Kept { notice, committed }| (notice, committed)).unzip();
        group.shared.note(notices);
        for committed in committed {
            _ = committed.send(Ok(()));
        }
    }
}

/// Tells members that their group could not be committed.
fn fail<DB: Dialect>(group: &Group<DB>, kept: Vec<Kept>, error: StoreError) {
    let of_each: Box<dyn Fn() -> StoreError> = match error {
        // Nobody knows whether it was.
        StoreError::Unavailable { .. } => {
            let source = Arc::new(error);
            Box::new(move || StoreError::unavailable(Arc::clone(&source)))
        }
        // One of them may be to blame. Each tries again, alone, and hears its own.
        _ if kept.len() > 1 => {
            group.stay_alone();
            Box::new(|| StoreError::Conflict)
        }
        _ => {
            let alone = kept.into_iter().next();
            return drop(alone.map(|alone| alone.committed.send(Err(error))));
        }
    };
    for member in kept {
        _ = member.committed.send(Err(of_each()));
    }
}
