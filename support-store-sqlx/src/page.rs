//! Pages of a list, read segment by segment.
//!
//! A list's order is a sequence of segments ([`Keyset::tier`](support_core::store::Keyset)), each ordered by one column
//! and then by id. Each segment is a query of its own that an index answers in order, so that no page costs more than
//! its rows, however deep it lies; most lists have one.

use chrono::DateTime;
use support_core::store::{Keyset, Page, PageRequest, StoreError};
use uuid::Uuid;

use crate::{
    dialect::Dialect,
    row::Row,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

/// A part of a list that is ordered by one column.
pub(crate) struct Segment {
    /// Its place among the segments.
    pub(crate) tier: u8,
    /// What its rows have in common, beginning with ` and `.
    pub(crate) only: Sql,
    /// How it is ordered.
    pub(crate) order: Order,
}

/// An order by a column and then by id.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    /// The column.
    pub(crate) column: &'static str,
    /// Its type.
    pub(crate) kind: Kind,
    /// The column of the id.
    pub(crate) id: &'static str,
    /// The direction of the column.
    pub(crate) direction: Direction,
    /// The direction of the id.
    pub(crate) id_direction: Direction,
}

/// What a column of an order holds.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Moments; their key is in microseconds.
    Time,
    /// Whole numbers.
    Integer,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    const fn sql(self) -> &'static str {
        match self {
            Self::Ascending => "",
            Self::Descending => " desc",
        }
    }

    const fn beyond(self) -> &'static str {
        match self {
            Self::Ascending => " > ?",
            Self::Descending => " < ?",
        }
    }

    const fn at_or_beyond(self) -> &'static str {
        match self {
            Self::Ascending => " >= ?",
            Self::Descending => " <= ?",
        }
    }
}

impl Order {
    /// An order in which column and id go one way.
    pub(crate) const fn new(
        column: &'static str,
        kind: Kind,
        id: &'static str,
        direction: Direction,
    ) -> Self {
        Self { column, kind, id, direction, id_direction: direction }
    }

    /// ` order by …`
    pub(crate) fn sql(self) -> String {
        let Self { column, id, direction, id_direction, .. } = self;
        if !self.has_ties() {
            return format!(" order by {column}{}", direction.sql());
        }
        format!(" order by {column}{}, {id}{}", direction.sql(), id_direction.sql())
    }

    fn bind(self, key: i64) -> Bind {
        match self.kind {
            Kind::Integer => key.into(),
            // A key that no moment has comes from a forged cursor: it is beyond everything.
            Kind::Time => {
                DateTime::from_timestamp_micros(key).unwrap_or(DateTime::<chrono::Utc>::MAX_UTC).into()
            }
        }
    }

    /// ` and …` for what lies behind a place. Expanded, so that the index finds where to begin.
    fn behind(self, place: &Keyset) -> Sql {
        let Self { column, id, direction, id_direction, .. } = self;
        let key = || self.bind(place.key);
        if !self.has_ties() {
            return Sql::default().push(" and ").push(column).push(direction.beyond()).bind(key());
        }
        Sql::default()
            .push(" and ")
            .push(column)
            .push(direction.at_or_beyond())
            .bind(key())
            .push(" and (")
            .push(column)
            .push(direction.beyond())
            .bind(key())
            .push(" or ")
            .push(id)
            .push(id_direction.beyond())
            .bind(place.id)
            .push(")")
    }

    /// The place of the row that was read.
    fn place<DB: Dialect>(self, tier: u8, row: &Row<DB>) -> Result<Keyset, StoreError> {
        let column = name(self.column);
        let key = match self.kind {
            Kind::Integer => row.integer(column)?,
            Kind::Time => row.time(column)?.timestamp_micros(),
        };
        let id = if self.has_ties() { row.uuid(name(self.id))? } else { Uuid::nil() };
        Ok(Keyset { tier, key, id })
    }

    /// Whether rows can be equal in the column, so that their ids tell them apart.
    fn has_ties(self) -> bool {
        self.column != self.id
    }
}

/// A column as rows call it, without its table.
fn name(column: &'static str) -> &'static str {
    column.rsplit_once('.').map_or(column, |(_, name)| name)
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// Reads a page.
    ///
    /// `select` is the beginning of the statement, `select … from …`, with the columns of each segment's order among
    /// those it selects, and `filter` what follows it, ` where …`.
    pub(crate) async fn page<T>(
        &mut self,
        table: &'static str,
        segments: Vec<Segment>,
        select: &Sql,
        filter: &Sql,
        page: &PageRequest,
        read: impl Fn(&Row<DB>) -> Result<T, StoreError>,
    ) -> Result<Page<T>, StoreError> {
        let wanted = page.limit.get() as usize;
        let mut found: Vec<(T, Keyset)> = Vec::new();
        for Segment { tier, only, order } in segments {
            if found.len() > wanted {
                break;
            }
            let behind = match page.after {
                Some(place) if place.tier > tier => continue,
                Some(place) if place.tier == tier => order.behind(&place),
                _ => Sql::default(),
            };
            let missing = wanted + 1 - found.len();
            let sql = select
                .clone()
                .append(filter.clone())
                .append(only)
                .append(behind)
                .push(&order.sql())
                .push(DB::LIMIT)
                .bind(missing as u64);
            for row in self.all(sql, table, name(order.id)).await? {
                found.push((read(&row)?, order.place(tier, &row)?));
            }
        }
        let page = Page::from_overfull(found, page.limit, |(_, place)| *place);
        Ok(page.map(|(item, _)| item))
    }
}
