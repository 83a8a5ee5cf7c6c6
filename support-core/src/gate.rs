//! A gate that lets one in at a time, in the order of arrival, and blocks no thread.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Poll, Waker},
    time::Duration,
};

use futures_timer::Delay;

use crate::memory::lock;

/// Lets one in at a time. Whoever is first in the queue is in.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    /// How many have come so far; tells places apart.
    arrivals: u64,
    /// Those who are in or waiting, each with whom to wake when it becomes the first.
    places: VecDeque<(u64, Option<Waker>)>,
}

/// A place in the queue. Dropping it leaves the queue, from wherever in it.
#[derive(Debug)]
pub(crate) struct Turn {
    gate: Arc<Gate>,
    place: u64,
}

impl Gate {
    /// Waits to be let in; `None` if that takes longer than `at_most`.
    pub(crate) async fn enter(self: &Arc<Self>, at_most: Duration) -> Option<Turn> {
        let turn = self.queue_up();
        if turn.is_first(None) {
            return Some(turn);
        }
        let mut patience = pin!(Delay::new(at_most));
        let let_in = poll_fn(|context| {
            if turn.is_first(Some(context.waker())) {
                return Poll::Ready(true);
            }
            patience.as_mut().poll(context).map(|()| false)
        })
        .await;
        let_in.then_some(turn)
    }

    fn queue_up(self: &Arc<Self>) -> Turn {
        let mut queue = lock(&self.queue);
        queue.arrivals += 1;
        let place = queue.arrivals;
        queue.places.push_back((place, None));
        Turn { gate: Arc::clone(self), place }
    }
}

impl Turn {
    /// Whether the turn has come; if not, leaves word whom to wake when it has.
    fn is_first(&self, waker: Option<&Waker>) -> bool {
        let mut queue = lock(&self.gate.queue);
        if queue.places.front().is_some_and(|(place, _)| *place == self.place) {
            return true;
        }
        if let Some((_, word)) = queue.places.iter_mut().find(|(place, _)| *place == self.place) {
            *word = waker.cloned();
        }
        false
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = {
            let mut queue = lock(&self.gate.queue);
            queue.places.retain(|(place, _)| *place != self.place);
            queue.places.front_mut().and_then(|(_, waker)| waker.take())
        };
        // Outside of the lock: what a waker does is not ours to know.
        if let Some(waker) = next {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::Future,
        pin::Pin,
        task::{Context, Waker},
    };

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    type Entering<'a> = Pin<Box<dyn Future<Output = Option<Turn>> + 'a>>;

    fn polled(entering: &mut Entering<'_>) -> Option<Turn> {
        match entering.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => turn,
            Poll::Pending => None,
        }
    }

    #[test]
    fn turns_come_in_the_order_of_arrival() {
        let gate = Arc::new(Gate::default());
        let mut waiting: Vec<Entering<'_>> =
            (0..3).map(|_| Box::pin(gate.enter(LONG)) as Entering<'_>).collect();
        let first = polled(&mut waiting[0]).unwrap();
        assert!(polled(&mut waiting[1]).is_none());
        assert!(polled(&mut waiting[2]).is_none());
        drop(first);
        assert!(polled(&mut waiting[2]).is_none());
        drop(polled(&mut waiting[1]).unwrap());
        assert!(polled(&mut waiting[2]).is_some());
    }

    #[test]
    fn whoever_gives_up_while_waiting_leaves_the_queue() {
        let gate = Arc::new(Gate::default());
        let inside = pollster::block_on(gate.enter(LONG)).unwrap();
        let mut gives_up: Entering<'_> = Box::pin(gate.enter(LONG));
        let mut stays: Entering<'_> = Box::pin(gate.enter(LONG));
        assert!(polled(&mut gives_up).is_none());
        assert!(polled(&mut stays).is_none());
        drop(gives_up);
        drop(inside);
        assert!(polled(&mut stays).is_some());
    }

    #[test]
    fn patience_ends() {
        let gate = Arc::new(Gate::default());
        let inside = pollster::block_on(gate.enter(LONG)).unwrap();
        assert!(pollster::block_on(gate.enter(Duration::from_millis(1))).is_none());
        drop(inside);
        assert!(pollster::block_on(gate.enter(Duration::ZERO)).is_some());
    }

    #[test]
    fn threads_do_not_block_each_other() {
        let gate = Arc::new(Gate::default());
        let count = Mutex::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..250 {
                        let turn = pollster::block_on(gate.enter(LONG)).unwrap();
                        let seen = *lock(&count);
                        std::thread::yield_now();
                        *lock(&count) = seen + 1;
                        drop(turn);
                    }
                });
            }
        });
        assert_eq!(*lock(&count), 1_000);
    }
}
