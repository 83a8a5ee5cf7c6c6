//! Where to look for what an agent has not read.
//!
//! Which sessions are news for an agent is told by where there is no cursor, which no index can hold. Among most agents'
//! sessions, news are frequent: other agents' chats. For somebody who reads everything they are rare, and then they are
//! looked for on those days alone for which there is one less that is read than there is to be read, which months tell
//! first. So no list looks through more sessions than some hundreds of each place that it is read from, and those of the
//! days that hold what it lists.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use support_core::{store::StoreError, time::Timestamp};

use super::list::{Part, index_of};
use crate::{
    counts::{Kind, Labels, month},
    dialect::Dialect,
    sql::Sql,
    transaction::SqlxTransaction,
};

/// The sessions of a part of a list that come next, behind a moment or from the latest on.
pub(super) struct Next<'n> {
    pub(super) tenant: &'n str,
    pub(super) part: &'n Part,
    pub(super) from: Option<Timestamp>,
}

impl Next<'_> {
    /// The last activity of the session that comes some hundreds behind the first; the latest of them where a part has
    /// several places, so that none has more than some hundreds. None, or null, if there are fewer.
    pub(super) fn horizon<DB: Dialect>(&self) -> Sql {
        let Self { tenant, part, from } = *self;
        let index = index_of(&part.narrow, part.order).map_or_else(String::new, DB::by_index);
        let of = |value: Option<&(&str, &str)>| {
            let sql = Sql::new("select h.updated_at as value from @sessions h").push(&index);
            let sql = sql.push(" where h.tenant = ?").bind(tenant);
            let sql = match value {
                Some((column, value)) => sql.push(&format!(" and h.{column} = ?")).bind(*value),
                None => sql,
            };
            let sql = match from {
                Some(from) => sql.push(" and h.updated_at <= ?").bind(from),
                None => sql,
            };
            sql.push(" order by h.updated_at desc, h.id desc limit 1 offset 300")
        };
        match part.narrow.values().as_slice() {
            [] => of(None),
            [value] => of(Some(value)),
            several => {
                let all = Sql::union_all(several.iter().map(|value| of(Some(value))));
                Sql::new("select max(value) as value from (").append(all).push(") horizon")
            }
        }
    }
}

/// Where the next sessions end, by where they begin; each is found out once for a list.
pub(super) type Horizons = BTreeMap<Option<Timestamp>, Option<Timestamp>>;

/// A stretch of days, without the moment it ends at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// Finds out where the next sessions end ([`Next::horizon`]), unless it is known.
    pub(super) async fn horizon(
        &mut self,
        next: &Next<'_>,
        known: &mut Horizons,
    ) -> Result<Option<Timestamp>, StoreError> {
        if let Some(known) = known.get(&next.from) {
            return Ok(*known);
        }
        let row = self.one(next.horizon::<DB>(), "sessions", "value").await?;
        let found = row.map(|row| row.time_or_null("value")).transpose()?.flatten();
        known.insert(next.from, found);
        Ok(found)
    }

    /// The months with sessions that an agent has not read, up to that of a moment, latest first.
    pub(super) async fn months_with_news(
        &mut self,
        agent: &str,
        before: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        let all = self.kept(&[Kind::SessionsWithNewsByMonth], &Labels::ALL).await?;
        let read = self.sessions_read(Kind::SessionsReadByMonth, agent, None).await?;
        let held = with_some(all, read);
        let last = month(before);
        Ok(held.into_iter().rev().filter(|month| *month <= last).collect())
    }

    /// The days of a month with sessions that an agent has not read, before a moment, latest first.
    pub(super) async fn days_with_news(
        &mut self,
        agent: &str,
        month: &str,
        before: Timestamp,
    ) -> Result<Vec<Days>, StoreError> {
        let all = self.kept(&[Kind::SessionsWithNews], &Labels::of_month("", month)).await?;
        let read = self.sessions_read(Kind::SessionsRead, agent, Some(month)).await?;
        let held = with_some(all, read).into_iter();
        Ok(stretches(held.filter_map(|day| day.parse::<NaiveDate>().ok()).collect(), before))
    }
}

/// The stretches of time in which there are sessions that an agent has not read, out of how many there are that may hold
/// news, and how many of them the agent has read.
fn with_some(all: BTreeMap<(Kind, String), i64>, read: BTreeMap<String, i64>) -> Vec<String> {
    let mut held: BTreeMap<String, i64> = all.into_iter().map(|((_, when), count)| (when, count)).collect();
    for (when, read) in read {
        *held.entry(when).or_default() -= read;
    }
    held.into_iter().filter(|(_, count)| *count > 0).map(|(when, _)| when).collect()
}

/// Days as stretches that go on without a gap, latest first, up to a moment.
fn stretches(mut days: Vec<NaiveDate>, before: Timestamp) -> Vec<Days> {
    days.sort_unstable();
    let mut stretches: Vec<Days> = Vec::new();
    for day in days.into_iter().rev() {
        let from = day.and_time(NaiveTime::MIN).and_utc();
        let to = from.checked_add_signed(TimeDelta::days(1)).unwrap_or(DateTime::<Utc>::MAX_UTC).min(before);
        if from >= to {
            continue;
        }
        match stretches.last_mut() {
            Some(later) if later.from == to => later.from = from,
            _ => stretches.push(Days { from, to }),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_side_by_side_are_one_stretch() {
        let day = |n| NaiveDate::from_ymd_opt(2026, 1, n).unwrap();
        let at = |n, hour| day(n).and_hms_opt(hour, 0, 0).unwrap().and_utc();
        let found = stretches(vec![day(9), day(3), day(4), day(7), day(8)], at(8, 12));
        let expected = [Days { from: at(7, 0), to: at(8, 12) }, Days { from: at(3, 0), to: at(5, 0) }];
        assert_eq!(found, expected);
    }
}
