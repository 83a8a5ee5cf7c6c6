//! Ticket numbers, for people to say and write.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::text::Rejection;

/// `TKT-YYYYMMDD-NNNN`: the UTC day it was opened, and a count within that day, wider past 9999.
///
/// Never used twice. Gaps are normal: a ticket that was not committed leaves one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketNumber(String);

impl TicketNumber {
    /// The `count`th number of a day, from 1.
    pub fn new(day: NaiveDate, count: u64) -> Self {
        Self(format!("TKT-{}-{count:04}", day.format("%Y%m%d")))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TicketNumber {
    type Err = Rejection;

    /// Reads a number in any case, as people type it.
    fn from_str(text: &str) -> Result<Self, Rejection> {
        let text = text.to_ascii_uppercase();
        let mut parts = text.split('-');
        let digits = |part: Option<&str>, length: std::ops::RangeInclusive<usize>| {
            part.is_some_and(|p| length.contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
        };
        let well_formed = parts.next() == Some("TKT")
            && digits(parts.next(), 8..=8)
            && digits(parts.next(), 4..=19)
            && parts.next().is_none();
        if well_formed {
            Ok(Self(text))
        } else {
            Err(Rejection::Format { expected: "a ticket number such as TKT-20260131-0001" })
        }
    }
}

impl TryFrom<String> for TicketNumber {
    type Error = Rejection;

    fn try_from(text: String) -> Result<Self, Rejection> {
        text.parse()
    }
}

impl From<TicketNumber> for String {
    fn from(number: TicketNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_widen_past_9999() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
        assert_eq!(TicketNumber::new(day, 7).as_str(), "TKT-20260131-0007");
        assert_eq!(TicketNumber::new(day, 10_000).as_str(), "TKT-20260131-10000");
        assert_eq!("tkt-20260131-10000".parse(), Ok(TicketNumber::new(day, 10_000)));
    }

    #[test]
    fn other_text_is_no_number() {
        for text in
            ["", "TKT-2026013-0001", "TKT-20260131-001", "TKT-20260131-0001-1", "TKT-20260131-00é1", "0001"]
        {
            assert!(text.parse::<TicketNumber>().is_err(), "{text}");
        }
    }
}
