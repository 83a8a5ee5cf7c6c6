//! Group commit: write transactions that come at the same time share one `fsync`.
//!
//! Making a transaction last costs a wait for the disk, and a database with one writer at a time pays it for each
//! transaction while all others queue. Here transactions are *members* of a group, which is one outer transaction of
//! the database. They still have their turns one after the other, in the order in which they came, and see what the
//! members before them did; but only the outer transaction is committed, and each member's `commit` returns when that
//! has been done.
//!
//! One task at a time, the [server](server::serve), ends every transaction, so that it does not matter where callers are
//! cut short. It begins when somebody comes and nobody serves, and ends when nobody waits any more:
//!
//! ```text
//!                   ┌────────────── savepoint ◄──────────────┐
//!                   ▼                                        │ somebody waits, and the group may grow
//! BEGIN ──► a member's turn ──┬── commit ──► noted as kept ──┤
//!   ▲                         │                              │ else
//!   │                         │                              └──► COMMIT ──► all that were kept are told
//!   │                         ├── dropped ─► back to the savepoint, and on as above
//!   └── nobody kept yet: ROLLBACK ◄┘
//! ```
//!
//! - The first member has no savepoint: until it is kept there is nothing to go back to but the beginning. A transaction
//!   that is alone costs what it would cost without a group.
//! - A [`Member`] that is dropped is rolled back, wherever its futures were dropped: the database carries out what it was
//!   sent in order, so that what the server sends comes behind a statement that was given up.
//! - Where a failed statement took the whole outer transaction with it, as SQLite does when the disk is full, there is no
//!   savepoint to go back to. Members that were kept learn that they met another transaction, and try again; the
//!   one whose statement failed knows of it already. Nothing runs in between that could be committed by itself: a
//!   transaction refuses further statements behind one that failed, and the server stops at the first error.
//! - Members that were kept wait for the one whose turn it is. If it takes longer than [`HOLD`], it is evicted: rolled
//!   back, and told to try again. For [`ALONE`] from then on groups have one member, who makes nobody wait, so that what
//!   takes long comes to its end.
//! - Where the outer transaction cannot be committed, its members try again alone as well, so that each hears its own; only
//!   where nobody knows what became of it, all are told so.
//! - Statements are never interrupted: SQLite would undo the whole outer transaction, everybody's.

mod member;
mod server;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::Pool;
use support_core::store::StoreError;
use tokio::{sync::oneshot, time::Instant};

pub(crate) use self::member::{Connection, Member};
use crate::{dialect::Dialect, shared::Shared, turns::Turns};

/// How many members a group has at most.
const MEMBERS: usize = 64;
/// How old a group gets before it takes no further member.
const AGE: Duration = Duration::from_millis(20);
/// How long a member may keep others waiting who have done their part: far longer than any use case of the desk takes,
/// and less than others wait for a turn.
const HOLD: Duration = Duration::from_secs(1);
/// For how long groups have one member after one came to nothing: time enough for who was in it to come back.
const ALONE: Duration = Duration::from_secs(3);

/// Who waits for a turn. Its receiver is gone if they do so no longer.
type Request<DB> = oneshot::Sender<Result<Member<DB>, StoreError>>;

/// Where writers queue for their turns as members.
pub(crate) struct Group<DB: Dialect> {
    pool: Pool<DB>,
    turns: Arc<Turns>,
    shared: Arc<Shared>,
    queue: Mutex<Queue<DB>>,
}

struct Queue<DB: Dialect> {
    waiting: VecDeque<Request<DB>>,
    /// Whether the server is at work.
    is_served: bool,
    /// Until when groups have one member only.
    alone_until: Option<Instant>,
}

impl<DB: Dialect> Group<DB> {
    /// Groups on a pool whose connections nobody else may leave in a transaction.
    #[cfg(feature = "sqlite")]
    pub(crate) fn new(pool: Pool<DB>, turns: Arc<Turns>, shared: Arc<Shared>) -> Self {
        let queue = Queue { waiting: VecDeque::new(), is_served: false, alone_until: None };
        Self { pool, turns, shared, queue: Mutex::new(queue) }
    }

    /// Waits for a turn.
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<Member<DB>, StoreError> {
        let (request, turn) = oneshot::channel();
        let was_served = {
            let mut queue = self.queue();
            queue.waiting.push_back(request);
            std::mem::replace(&mut queue.is_served, true)
        };
        if !was_served {
            tokio::spawn(server::serve(Arc::clone(self)));
        }
        self.turns.patiently(turn).await?.map_err(StoreError::unavailable)?
    }

    /// Has groups take one member only for a while.
    fn stay_alone(&self) {
        self.queue().alone_until = Some(Instant::now() + ALONE);
    }

    /// Nothing panics while it holds the lock, so that what a poisoned one guards is whole.
    fn queue(&self) -> MutexGuard<'_, Queue<DB>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<DB: Dialect> Queue<DB> {
    /// The next who still waits.
    fn next(&mut self) -> Option<Request<DB>> {
        while let Some(request) = self.waiting.pop_front() {
            if !request.is_closed() {
                return Some(request);
            }
        }
        None
    }
}
