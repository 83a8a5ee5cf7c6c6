//! Where a ticket stands, how pressing it is, and which moves are allowed.

use serde::{Deserialize, Serialize};

use crate::person::codes;

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the six states are the product's contract")]
pub enum TicketStatus {
    /// Nobody has taken it yet.
    Open,
    /// Somebody works on it.
    InProgress,
    /// The customer has to answer.
    WaitingForCustomer,
    /// It waits for something else.
    OnHold,
    /// Done, as staff see it.
    Resolved,
    /// Done for good.
    Closed,
}

codes!(TicketStatus {
    Open => "open",
    InProgress => "in_progress",
    WaitingForCustomer => "waiting_for_customer",
    OnHold => "on_hold",
    Resolved => "resolved",
    Closed => "closed",
});

/// Which status may follow which. A move to the same status changes nothing and is always allowed.
const TRANSITIONS: &[(TicketStatus, &[TicketStatus])] = {
    use TicketStatus::{Closed, InProgress, OnHold, Open, Resolved, WaitingForCustomer};
    &[
        (Open, &[InProgress, WaitingForCustomer, OnHold, Resolved, Closed]),
        (InProgress, &[Open, WaitingForCustomer, OnHold, Resolved, Closed]),
        (WaitingForCustomer, &[Open, InProgress, OnHold, Resolved, Closed]),
        (OnHold, &[Open, InProgress, WaitingForCustomer, Resolved, Closed]),
        (Resolved, &[Open, Closed]),
        (Closed, &[Open]),
    ]
};

impl TicketStatus {
    /// Whether a ticket may go from this status to `next`.
    pub fn may_become(self, next: Self) -> bool {
        self == next || TRANSITIONS.iter().any(|(from, to)| *from == self && to.contains(&next))
    }

    /// Whether work on the ticket has ended: it is resolved or closed.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed)
    }
}

/// How pressing a ticket is, low first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "the four priorities are the product's contract")]
pub enum Priority {
    /// When there is time.
    Low,
    /// In its turn.
    #[default]
    Medium,
    /// Before others.
    High,
    /// At once.
    Urgent,
}

codes!(Priority { Low => "low", Medium => "medium", High => "high", Urgent => "urgent" });

impl Priority {
    /// Its place in an order by priority: 0 for low to 3 for urgent.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Low => 0,
            Self::Medium => 1,
            Self::High => 2,
            Self::Urgent => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_in_hand_moves_freely_and_done_work_only_reopens_or_closes() {
        use TicketStatus::{Closed, Open, Resolved};
        for from in TicketStatus::ALL.iter().copied() {
            for to in TicketStatus::ALL.iter().copied() {
                let allowed = from == to
                    || !from.is_done()
                    || (from == Resolved && (to == Open || to == Closed))
                    || (from == Closed && to == Open);
                assert_eq!(from.may_become(to), allowed, "{from} -> {to}");
            }
        }
    }

    #[test]
    fn names_are_read_back() {
        for status in TicketStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert!("Open".parse::<TicketStatus>().is_err());
    }
}
