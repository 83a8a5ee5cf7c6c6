//! The end of a tenant's events, shared by all who follow them.

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Poll, Waker},
};

use super::{
    Topic,
    load::{Loaded, Subject, SubjectId},
    seen::Seen,
    signal::{SignalSubject, Sounded},
    view::View,
    waiting::{Interest, Waiters},
};
use crate::{
    access::Scope,
    event::{Event, EventSubject, Position},
    gate::Gate,
    id::{TenantId, UserId},
    memory::lock,
    time::Timestamp,
};

/// How many events are remembered, as names of objects: more than are ever replayed, so that a subscriber who resumes
/// finds everything here.
const REMEMBERED: usize = 2_048;

/// How many of the last ones are remembered with what they are about.
const LOADED: usize = 256;

/// How many signals are remembered. Who is too slow for them has missed nothing that still holds.
const SOUNDED: usize = 256;

/// The end of a tenant's events.
#[derive(Debug)]
pub(super) struct Tail {
    pub(super) tenant: TenantId,
    /// Where readers of the store take turns, so that what many want is read once.
    pub(super) gate: Arc<Gate>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether anything was read yet.
    is_begun: bool,
    /// Everything behind `floor`, up to `head`.
    known: VecDeque<Known>,
    floor: Position,
    head: Position,
    loaded: VecDeque<Happening>,
    waiters: Waiters,
    /// The last signals, and how many there were before them.
    signals: VecDeque<Arc<Sounded>>,
    signals_gone: u64,
}

/// An event, and whose object it is about.
#[derive(Debug)]
struct Known {
    event: Event,
    customer: Whose,
}

#[derive(Debug)]
enum Whose {
    /// Nobody has looked.
    Unknown,
    /// A guest's, or of an object that is gone.
    Nobodys,
    Of(UserId),
}

/// An event with what it is about.
#[derive(Debug)]
struct Happening {
    event: Event,
    loaded: Loaded,
    /// As different subscribers see it.
    seen: Vec<(View, Arc<Seen>)>,
}

/// What lies behind a place.
#[derive(Debug)]
pub(super) enum Next {
    /// An event that may concern the one who asks.
    Event(Event, Option<Loaded>),
    /// Nothing that concerns them.
    Nothing,
    /// More than is remembered.
    Lost,
}

impl Tail {
    pub(super) fn new(tenant: TenantId) -> Self {
        Self { tenant, gate: Arc::default(), state: Mutex::default() }
    }

    pub(super) fn is_begun(&self) -> bool {
        lock(&self.state).is_begun
    }

    /// Takes the last events of the store, up to `head`; everything behind `floor` is among them.
    pub(super) fn begin(&self, floor: Position, head: Position, events: Vec<Event>) {
        let mut state = lock(&self.state);
        if state.is_begun {
            return;
        }
        let known = events.into_iter().map(|event| Known { event, customer: Whose::Unknown }).collect();
        (state.is_begun, state.known, state.floor, state.head) = (true, known, floor, head);
    }

    /// Up to where events are known.
    pub(super) fn head(&self) -> Position {
        lock(&self.state).head
    }

    /// When the event at a position happened, if it is remembered.
    pub(super) fn at(&self, position: Position) -> Option<Timestamp> {
        let state = lock(&self.state);
        let index = state.known.binary_search_by_key(&position, |known| known.event.position).ok()?;
        Some(state.known[index].event.at)
    }

    /// Takes events that follow the last known one, and wakes those whom they may concern.
    pub(super) fn append(&self, events: Vec<(Event, Loaded)>) {
        let wake = {
            let mut state = lock(&self.state);
            let mut wake = Vec::new();
            for (event, loaded) in events {
                if event.position > state.head {
                    state.append(event, loaded, &mut wake);
                }
            }
            wake
        };
        // Outside of the lock: what a waker does is not ours to know.
        wake.into_iter().for_each(Waker::wake);
    }

    /// The next event behind a place that may concern somebody with this interest. Moves the place up to it, or to the
    /// end.
    pub(super) fn next(&self, interest: &Interest, place: &mut Position) -> Next {
        let state = lock(&self.state);
        if *place < state.floor {
            return Next::Lost;
        }
        let first = state.known.partition_point(|known| known.event.position <= *place);
        for known in state.known.range(first..) {
            if known.may_concern(interest) {
                let event = known.event.clone();
                let loaded = state.happening(event.position).map(|index| state.loaded[index].loaded.clone());
                return Next::Event(event, loaded);
            }
            *place = known.event.position;
        }
        Next::Nothing
    }

    /// An event as those saw it who had this view of it.
    pub(super) fn seen(&self, event: &Event, view: &View) -> Option<Arc<Seen>> {
        let state = lock(&self.state);
        let happening = &state.loaded[state.happening(event.position)?];
        happening.seen.iter().find(|(known, _)| known == view).map(|(_, seen)| Arc::clone(seen))
    }

    /// Keeps an event as somebody sees it, for others with the same view. Who was faster is kept.
    pub(super) fn share(&self, event: &Event, view: View, seen: Seen) -> Arc<Seen> {
        let mut state = lock(&self.state);
        let Some(index) = state.happening(event.position) else { return Arc::new(seen) };
        let shared = &mut state.loaded[index].seen;
        if let Some((_, faster)) = shared.iter().find(|(known, _)| *known == view) {
            return Arc::clone(faster);
        }
        let seen = Arc::new(seen);
        shared.push((view, Arc::clone(&seen)));
        seen
    }

    /// Takes a signal, and wakes those who may hear it.
    pub(super) fn sound(&self, sounded: Arc<Sounded>) {
        let wake = {
            let mut state = lock(&self.state);
            let mut wake = Vec::new();
            for topic in sounded.signal.topics() {
                let scopes = scopes(sounded.signal.subject(), sounded.subject.as_deref());
                for interest in scopes.map(|scope| Interest { topic: *topic, scope }) {
                    state.waiters.ring(&interest, &mut wake);
                }
            }
            state.signals.push_back(sounded);
            if state.signals.len() > SOUNDED {
                state.signals.pop_front();
                state.signals_gone += 1;
            }
            wake
        };
        wake.into_iter().for_each(Waker::wake);
    }

    /// How many signals there were so far.
    pub(super) fn sounded(&self) -> u64 {
        let state = lock(&self.state);
        state.signals_gone + state.signals.len() as u64
    }

    /// The signal behind so many, or behind those that are forgotten. Moves the count up to it.
    pub(super) fn next_signal(&self, count: &mut u64) -> Option<Arc<Sounded>> {
        let state = lock(&self.state);
        let behind = count.saturating_sub(state.signals_gone);
        let signal = state.signals.get(usize::try_from(behind).ok()?)?;
        *count = state.signals_gone + behind + 1;
        Some(Arc::clone(signal))
    }

    /// Forgets what events were about, and whose that was: somebody's data was erased.
    pub(super) fn forget(&self) {
        let mut state = lock(&self.state);
        state.loaded.clear();
        state.signals_gone += state.signals.len() as u64;
        state.signals.clear();
        for known in &mut state.known {
            known.customer = Whose::Unknown;
        }
    }

    /// Returns when something happens that may concern somebody with this interest, who has seen everything up to
    /// `place` and heard so many signals. Whenever it ends, also by being dropped, `place` is behind everything that does not concern them.
    pub(super) async fn wait(&self, interest: &Interest, place: &mut Position, heard: u64) {
        let Some(waiting) = Waiting::arrive(self, interest, place, heard) else { return };
        let waiting = pin!(waiting);
        std::future::poll_fn(|context| {
            let mut state = lock(&waiting.tail.state);
            match state.waiters.was_woken(waiting.interest, waiting.number, context.waker()) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
    }
}

impl State {
    fn append(&mut self, event: Event, loaded: Loaded, wake: &mut Vec<Waker>) {
        let position = event.position;
        let customer = match loaded.subject.as_deref().and_then(Subject::customer) {
            Some(user) => Whose::Of(user.clone()),
            None => Whose::Nobodys,
        };
        let known = Known { event: event.clone(), customer };
        for interest in known.interests() {
            self.waiters.note(&interest, position, wake);
        }
        self.known.push_back(known);
        self.head = position;
        if self.known.len() > REMEMBERED
            && let Some(oldest) = self.known.pop_front()
        {
            self.floor = oldest.event.position;
        }
        self.refresh(&event, &loaded);
        self.loaded.push_back(Happening { event, loaded, seen: Vec::new() });
        if self.loaded.len() > LOADED {
            self.loaded.pop_front();
        }
    }

    /// Who has not come to an earlier event of the same object yet is shown the object as it is now, and asked for by
    /// what it is now.
    fn refresh(&mut self, event: &Event, loaded: &Loaded) {
        let id = SubjectId::of(event);
        for earlier in self.loaded.iter_mut().filter(|earlier| SubjectId::of(&earlier.event) == id) {
            earlier.loaded.subject.clone_from(&loaded.subject);
            if !earlier.event.kind.names_a_piece() {
                earlier.seen.clear();
            }
        }
    }

    fn happening(&self, position: Position) -> Option<usize> {
        self.loaded.binary_search_by_key(&position, |happening| happening.event.position).ok()
    }
}

impl Known {
    fn topic(&self) -> Topic {
        Topic::of(&self.event)
    }

    fn may_concern(&self, interest: &Interest) -> bool {
        self.topic() == interest.topic
            && match (&interest.scope, &self.customer) {
                (Scope::Nothing, _) => false,
                (Scope::Everything, _) => true,
                (Scope::Session(id), _) => {
                    matches!(self.event.subject, EventSubject::Session { session_id, .. } if session_id == *id)
                }
                (Scope::Customer(_), Whose::Unknown) => true,
                (Scope::Customer(user), Whose::Of(customer)) => user == customer,
                (Scope::Customer(_), Whose::Nobodys) => false,
            }
    }

    /// Whom it may concern.
    fn interests(&self) -> impl Iterator<Item = Interest> {
        let topic = self.topic();
        let session = match self.event.subject {
            EventSubject::Session { session_id, .. } => Some(Scope::Session(session_id)),
            EventSubject::Ticket { .. } => None,
        };
        let customer = match &self.customer {
            Whose::Of(user) => Some(Scope::Customer(user.clone())),
            Whose::Nobodys | Whose::Unknown => None,
        };
        let scopes = [Some(Scope::Everything), session, customer].into_iter().flatten();
        scopes.map(move |scope| Interest { topic, scope })
    }
}

/// Who may hear a signal about this.
fn scopes(id: Option<SignalSubject>, subject: Option<&Subject>) -> impl Iterator<Item = Scope> {
    let session = match id {
        Some(SignalSubject::Session(id)) => Some(Scope::Session(id)),
        Some(SignalSubject::Ticket(_)) | None => None,
    };
    let customer = subject.and_then(Subject::customer).cloned().map(Scope::Customer);
    [Some(Scope::Everything), session, customer].into_iter().flatten()
}

/// Somebody's waiting, from their coming to their leaving.
struct Waiting<'a> {
    tail: &'a Tail,
    interest: &'a Interest,
    place: &'a mut Position,
    number: u64,
}

impl<'a> Waiting<'a> {
    /// `None` if something has happened behind the place already.
    fn arrive(tail: &'a Tail, interest: &'a Interest, place: &'a mut Position, heard: u64) -> Option<Self> {
        let mut state = lock(&tail.state);
        let sounded = state.signals_gone + state.signals.len() as u64;
        if state.head > *place || sounded > heard {
            return None;
        }
        let number = state.waiters.arrive(interest, *place);
        drop(state);
        Some(Self { tail, interest, place, number })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.tail.state);
        let up_to = match state.waiters.leave(self.interest, self.number) {
            Some(Position(first)) => Position(first.saturating_sub(1)),
            None => state.head,
        };
        *self.place = up_to.max(*self.place);
    }
}
