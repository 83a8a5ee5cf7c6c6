//! From where a subscriber goes on.

use super::{
    Topic,
    cursor::{Place, micros},
    tail::Tail,
};
use crate::{
    desk::SupportDesk,
    error::{Error, ErrorKind, Result},
    event::{Event, Position},
    gate::Turn,
    store::{Limit, Transaction},
    time::Timestamp,
};

/// How many events are replayed at most to a subscriber who comes back.
const REPLAYED: u64 = 1_000;

/// How old a replayed event may be.
const REPLAY_AGE: chrono::TimeDelta = chrono::TimeDelta::hours(24);

/// How many events beyond the replayed ones a new tail holds, because some may be written while it begins.
const SLACK: u64 = 256;

/// How long a reader waits for their turn.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// How a subscription began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "subscribers act on each")]
pub enum Start {
    /// With what happens from now on.
    Live,
    /// Behind the event that the subscriber saw last.
    Resumed,
    /// With what happens from now on, though the subscriber asked for more: what they have must be fetched anew.
    Reset,
}

impl SupportDesk {
    /// Where a subscriber begins, with the tail behind that place filled.
    pub(super) async fn begin_at(
        &self,
        tail: &Tail,
        topic: Topic,
        after: Option<&str>,
    ) -> Result<(Place, Start)> {
        let _turn = if tail.is_begun() { None } else { Some(self.turn_to_read(tail).await?) };
        // What was committed before somebody comes is not told to them as if it happened after.
        self.assign_positions(&tail.tenant).await?;
        let mut tx = self.begin_read(&tail.tenant).await?;
        let last = tx.events().last_position().await?;
        if !tail.is_begun() {
            let floor = Position(last.0.saturating_sub(REPLAYED + SLACK));
            tail.begin(floor, last, list_between(&mut *tx, floor, last).await?);
        }
        if let Some(text) = after {
            let asked = Place::read(text, &tail.tenant, topic);
            if let Some(place) = asked
                && is_replayable(&mut *tx, place, last, self.now()).await?
            {
                return Ok((place, Start::Resumed));
            }
        }
        let start = if after.is_some() { Start::Reset } else { Start::Live };
        let events = list_from(&mut *tx, last, Limit::new(1).map_err(Error::internal)?).await?;
        let at = events.first().filter(|event| event.position == last).map_or(0, |event| micros(event.at));
        Ok((Place { position: last, at }, start))
    }

    pub(super) async fn turn_to_read(&self, tail: &Tail) -> Result<Turn> {
        tail.gate.enter(PATIENCE).await.ok_or_else(|| ErrorKind::Unavailable.into())
    }
}

/// Whether everything behind a place is still there, not too much of it and not too old, and the place is one of this
/// store's.
async fn is_replayable(
    tx: &mut dyn Transaction,
    place: Place,
    last: Position,
    now: Timestamp,
) -> Result<bool> {
    let Some(missed) = last.0.checked_sub(place.position.0) else { return Ok(false) };
    if missed > REPLAYED {
        return Ok(false);
    }
    let events = list_from(tx, place.position, Limit::new(2).map_err(Error::internal)?).await?;
    let seen = events.iter().find(|event| event.position == place.position);
    let next = events.iter().find(|event| event.position > place.position);
    let is_known = match seen {
        Some(event) => micros(event.at) == place.at,
        // Before the first event there is none; an event that is gone may not have been the last one to go.
        None => place.position == Position::default() || next.is_none(),
    };
    Ok(is_known && next.is_none_or(|event| now - event.at <= REPLAY_AGE))
}

/// The event at a position, and those behind it.
async fn list_from(tx: &mut dyn Transaction, position: Position, limit: Limit) -> Result<Vec<Event>> {
    Ok(tx.events().list_after(Position(position.0.saturating_sub(1)), limit).await?)
}

async fn list_between(tx: &mut dyn Transaction, floor: Position, last: Position) -> Result<Vec<Event>> {
    let limit = Limit::new(Limit::MAX.into()).map_err(Error::internal)?;
    let mut events: Vec<Event> = Vec::new();
    loop {
        let after = events.last().map_or(floor, |event| event.position);
        let page = tx.events().list_after(after, limit).await?;
        let is_last = page.len() < limit.get() as usize;
        events.extend(page.into_iter().filter(|event| event.position <= last));
        if is_last {
            return Ok(events);
        }
    }
}
