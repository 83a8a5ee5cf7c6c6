//! Turns at telling a hook: one has it at a time, and what came of it is kept.

use std::time::Duration;

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    desk::{DeskConfig, SupportDesk, transact::in_transaction},
    error::Result,
    event::{DeadLetter, DeliveryState, Event, EventSink, Lease},
    id::{DeadLetterId, TenantId},
    store::{Limit, Transaction},
    time::Timestamp,
};

/// How long a turn lasts beyond the time that a hook may take: enough to write down what came of it, and little enough
/// that others go on soon when the process that had it has ended.
const TO_SETTLE: Duration = Duration::from_secs(20);

/// By how much the clocks of two processes may differ for a turn of one to count for the other.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);

/// The right to tell a hook of these events, until it is settled.
pub(super) struct Turn {
    holder: Uuid,
    events: Vec<Event>,
}

/// Why a hook did not take what it was told.
pub(super) struct Failure {
    pub(super) said: String,
    /// Whether it says that it never will.
    is_final: bool,
}

/// What came of a turn.
pub(super) enum Settled {
    Taken,
    /// The event is a dead letter.
    GivenUp,
    /// It comes again.
    ToBeTold,
    /// The turn took so long that another one was given. What came of it does not count.
    Lost,
}

impl Turn {
    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }
}

impl Failure {
    pub(super) fn new(error: &(dyn std::error::Error + 'static), is_final: bool) -> Self {
        Self { said: DeadLetter::say(error), is_final }
    }
}

impl SupportDesk {
    /// The right to tell a hook what comes next. `None` if there is nothing, it is too early, or another has it.
    pub(super) async fn take_turn(&self, sink: &dyn EventSink, tenant: &TenantId) -> Result<Option<Turn>> {
        // Most calls find nothing to do, and write nothing.
        let is_due = self.due(&mut *self.begin_read(tenant).await?, sink).await?.is_some();
        if !is_due {
            return Ok(None);
        }
        let now = self.now();
        let holder = self.next_id(now);
        in_transaction!(self, tenant, |tx| async {
            let Some((state, events)) = self.due(tx, sink).await? else { return Ok(None) };
            let lease = Some(Lease { holder, until: now + lease_time(self.config()) });
            tx.deliveries().upsert(sink.name(), &DeliveryState { lease, ..state }).await?;
            Ok(Some(Turn { holder, events }))
        })
    }

    /// What a hook is to be told now, if anything, and how telling it stands.
    async fn due(
        &self,
        tx: &mut dyn Transaction,
        sink: &dyn EventSink,
    ) -> Result<Option<(DeliveryState, Vec<Event>)>> {
        let state = tx.deliveries().find(sink.name()).await?;
        if !may_be_told(&state, self.now(), self.config()) {
            return Ok(None);
        }
        let after = tx.events().sink_position(sink.name()).await?;
        let limit = if after < state.one_by_one_to { Limit::ONE } else { sink.events_at_once() };
        let events = tx.events().list_after(after, limit).await?;
        Ok((!events.is_empty()).then_some((state, events)))
    }

    /// Keeps what came of a turn, and ends it.
    pub(super) async fn settle(
        &self,
        sink: &dyn EventSink,
        tenant: &TenantId,
        turn: &Turn,
        failure: Option<Failure>,
    ) -> Result<Settled> {
        let Some(last) = turn.events.last() else { return Ok(Settled::Taken) };
        let now = self.now();
        let letter_id = DeadLetterId::from_uuid(self.next_id(now));
        in_transaction!(self, tenant, |tx| async {
            let state = tx.deliveries().find(sink.name()).await?;
            if state.lease.is_none_or(|lease| lease.holder != turn.holder) {
                return Ok(Settled::Lost);
            }
            let state = DeliveryState { lease: None, ..state };
            let (state, settled) = match &failure {
                None => (cleared(state), Settled::Taken),
                Some(_) if turn.events.len() > 1 => {
                    (DeliveryState { one_by_one_to: last.position, ..state }, Settled::ToBeTold)
                }
                Some(failure) => {
                    let failures = state.failures.saturating_add(1);
                    if failure.is_final || failures >= self.config().hook_attempts {
                        let letter = DeadLetter {
                            id: letter_id,
                            sink: sink.name().to_owned(),
                            event: last.clone(),
                            failures,
                            error: failure.said.clone(),
                            given_up_at: now,
                        };
                        tx.deliveries().upsert_dead_letter(&letter).await?;
                        (cleared(state), Settled::GivenUp)
                    } else {
                        let retry_at = Some(now + self.back_off(failures, now));
                        (DeliveryState { failures, retry_at, ..state }, Settled::ToBeTold)
                    }
                }
            };
            if matches!(settled, Settled::Taken | Settled::GivenUp) {
                tx.events().move_sink(sink.name(), last.position).await?;
            }
            tx.deliveries().upsert(sink.name(), &state).await?;
            Ok(settled)
        })
    }

    /// How long to wait after so many failures in a row: twice as long each time, less up to half of it at random, so that
    /// what failed together does not come together.
    fn back_off(&self, failures: u32, now: Timestamp) -> TimeDelta {
        let config = self.config();
        let doubled =
            config.hook_first_retry.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
        let whole = to_delta(doubled.min(config.hook_last_retry));
        // The last bits of an id are random, from the desk's own source.
        let random = (self.next_id(now).as_u128() & 0xFFFF) as i32;
        whole - whole / 2 * random / 0xFFFF
    }
}

/// Whether somebody may tell a hook now. Moments further ahead than any that is kept come from a clock that was set back
/// since, and hold nobody up; those that are ahead by little more come from one that is not as slow as ours.
fn may_be_told(state: &DeliveryState, now: Timestamp, config: &DeskConfig) -> bool {
    let is_ahead = |moment: Timestamp, at_most| now < moment && moment - now <= at_most + CLOCKS_DIFFER;
    let is_taken = state.lease.is_some_and(|lease| is_ahead(lease.until, lease_time(config)));
    let is_early = state.retry_at.is_some_and(|at| is_ahead(at, to_delta(config.hook_last_retry)));
    !is_taken && !is_early
}

/// Nothing is wrong with what comes next, as far as anybody knows.
const fn cleared(state: DeliveryState) -> DeliveryState {
    DeliveryState { failures: 0, retry_at: None, ..state }
}

fn lease_time(config: &DeskConfig) -> TimeDelta {
    to_delta(config.hook_time_limit.saturating_add(TO_SETTLE))
}

/// Within what the calendar holds: a host's "for ever" is a year here.
fn to_delta(duration: Duration) -> TimeDelta {
    const YEAR: TimeDelta = TimeDelta::days(365);
    TimeDelta::from_std(duration).map_or(YEAR, |delta| delta.min(YEAR))
}
