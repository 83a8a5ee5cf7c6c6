//! One subscriber.

use std::{sync::Arc, time::Duration};

use super::{
    Topic,
    cursor::{Place, micros},
    resume::Start,
    seen::Seen,
    signal::{Heard, Sounded},
    tail::{Next, Tail},
    waiting::Interest,
};
use crate::{
    access::{Action, Object, ObjectKind, Principal},
    desk::SupportDesk,
    error::{Error, ErrorKind, Result},
    event::Position,
};

/// How long a subscriber waits before what they are to be shown is read again from a store that could not be reached.
const UNTIL_THE_STORE_IS_BACK: Duration = Duration::from_millis(500);

/// Somebody who follows what happens: a place in the order of events, and no more.
#[derive(Debug)]
#[must_use = "nothing is delivered to a subscription that is not asked"]
pub struct Subscription {
    desk: SupportDesk,
    principal: Principal,
    interest: Interest,
    tail: Arc<Tail>,
    begun: Place,
    /// Everything up to here was delivered, or is not for this subscriber.
    position: Position,
    start: Start,
    /// What went on when it began, and was not told yet.
    going_on: Vec<Arc<Sounded>>,
    /// How many signals were heard.
    heard: u64,
}

/// What a subscriber is told next.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "subscribers act on each")]
pub enum Delivery {
    /// Something happened.
    Event(Arc<Seen>),
    /// Something goes on that is never kept.
    Signal(Heard),
    /// Something happened that cannot be shown: what the subscriber has must be fetched anew.
    Reset,
}

/// Why a subscriber is told nothing more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "adapters answer for each")]
pub enum SubscriptionEnded {
    /// They were too slow: more happened than is remembered.
    #[error("the subscriber was too slow")]
    Lagged,
    /// They may not follow any more.
    #[error("{0}")]
    Denied(ErrorKind),
}

impl SupportDesk {
    /// Follows what happens, as the caller may see it: from now on, or behind the event whose cursor they saw last.
    ///
    /// [`SupportDesk::feed`] must run for anything to be delivered.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`]. A cursor that is unknown or too old is no error:
    /// [`Start::Reset`].
    pub async fn subscribe(
        &self,
        principal: &Principal,
        topic: Topic,
        after: Option<&str>,
    ) -> Result<Subscription> {
        let interest = self.interest(principal, topic)?;
        let tail = self.inner.live.tail(&principal.tenant);
        let heard = tail.sounded();
        let going_on = self.inner.live.register().list(&principal.tenant, self.now());
        let (begun, start) = self.begin_at(&tail, topic, after).await?;
        let (desk, principal, position) = (self.clone(), principal.clone(), begun.position);
        Ok(Subscription { desk, principal, interest, tail, begun, position, start, going_on, heard })
    }

    /// Whether the caller may follow a topic, without doing so (S-16).
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`].
    pub fn authorize_following(&self, principal: &Principal, topic: Topic) -> Result<()> {
        self.interest(principal, topic).map(drop)
    }

    fn interest(&self, principal: &Principal, topic: Topic) -> Result<Interest> {
        let (action, kind) = match topic {
            Topic::Chats => (Action::ListSessions, ObjectKind::Session),
            Topic::Tickets => (Action::ListTickets, ObjectKind::Ticket),
        };
        self.allow(principal, action, Object::Desk)?;
        Ok(Interest { topic, scope: self.scope(principal, kind) })
    }
}

impl Subscription {
    /// How it began.
    pub const fn start(&self) -> Start {
        self.start
    }

    /// Who follows.
    pub const fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The position of that place.
    pub const fn position(&self) -> Position {
        self.position
    }

    /// The place behind everything that was delivered, and behind everything since that is not for this subscriber.
    pub fn cursor(&self) -> String {
        let place = match self.position == self.begun.position {
            true => self.begun,
            false => Place { position: self.position, at: self.tail.at(self.position).map_or(0, micros) },
        };
        place.write(&self.tail.tenant, self.interest.topic)
    }

    /// Goes on for the same caller, whose credential was looked at again.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`]: they may not follow any more.
    pub fn renew(&mut self, principal: Principal) -> Result<()> {
        self.interest = self.desk.interest(&principal, self.interest.topic)?;
        self.principal = principal;
        Ok(())
    }

    /// Waits for what happens next. Dropping the future loses nothing.
    ///
    /// While the store cannot be reached it waits, and goes on when it is back.
    ///
    /// # Errors
    /// [`SubscriptionEnded`].
    pub async fn next(&mut self) -> Result<Delivery, SubscriptionEnded> {
        loop {
            self.interest = self.desk.interest(&self.principal, self.interest.topic).map_err(denied)?;
            match self.tail.next(&self.interest, &mut self.position) {
                Next::Lost => return Err(SubscriptionEnded::Lagged),
                Next::Nothing => match self.next_signal() {
                    Some(heard) => return Ok(Delivery::Signal(heard)),
                    None => self.tail.wait(&self.interest, &mut self.position, self.heard).await,
                },
                Next::Event(event, loaded) => {
                    // In a box, because a subscriber who waits should not hold the room that looking takes.
                    let see = self.desk.see(&self.principal, &self.tail, &event, loaded);
                    let seen = Box::pin(see).await;
                    if seen.as_ref().is_err_and(|error| *error.kind() == ErrorKind::Unavailable) {
                        self.desk.inner.timer.sleep(UNTIL_THE_STORE_IS_BACK).await;
                        continue;
                    }
                    self.position = event.position;
                    match seen {
                        Ok(Some(seen)) => return Ok(Delivery::Event(seen)),
                        Ok(None) => {}
                        Err(error) => {
                            tracing::error!(
                                error = &error as &dyn std::error::Error,
                                "an event cannot be shown"
                            );
                            return Ok(Delivery::Reset);
                        }
                    }
                }
            }
        }
    }

    /// What is to be told that is no event, and is told here.
    fn next_signal(&mut self) -> Option<Heard> {
        loop {
            let sounded = match self.going_on.pop() {
                Some(sounded) => sounded,
                None => self.tail.next_signal(&mut self.heard)?,
            };
            let is_told_here = sounded.signal.topics().contains(&self.interest.topic);
            let heard = is_told_here.then(|| self.desk.hear(&self.principal, &sounded)).flatten();
            if heard.is_some() {
                return heard;
            }
        }
    }
}

fn denied(error: Error) -> SubscriptionEnded {
    SubscriptionEnded::Denied(error.into_kind())
}
