//! Pages of a list, read segment by segment.
//!
//! A list's order is a sequence of segments ([`Keyset::tier`](support_core::store::Keyset)), each ordered by one column
//! and then by id. Each segment is a query of its own that an index answers in order, so that no page costs more than
//! its rows, however deep it lies; most lists have one. Where a list holds rows of several values, each value's rows are
//! in order in an index and all of them together are not: such a segment has a branch for each value, of which as many
//! keys are read as the page may need, and the database merges them before it reads a row.

use chrono::DateTime;
use support_core::store::{Keyset, Page, PageRequest, StoreError};

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
    /// How it is ordered.
    pub(crate) order: Order,
    /// What is selected of each row.
    pub(crate) columns: Sql,
    /// Where they are looked for.
    pub(crate) rows: Rows,
}

/// Where the rows of a segment are looked for, ` from … where …`.
pub(crate) enum Rows {
    /// In one place that has them in order: they are read as they come.
    InOrder(Sql),
    /// In places that do not have them in order, or only each for itself. The keys of all that a page may need are put in
    /// order first, so that no row is read, nor anything counted in it, that is not on the page. None is in two places.
    KeysFirst(Table, Vec<Sql>),
    /// In one place that does not have them in order and holds few. Their keys are put in order, and then checked one by
    /// one for ` and …` until there are enough: the id is [`PAGE_ID`] there.
    KeysChecked(Table, Sql, Sql),
}

impl Rows {
    /// Those of some places: of one that has them in order, or else by their keys, which are checked where there is
    /// something to check.
    pub(crate) fn of(table: Table, mut places: Vec<Sql>, is_in_order: bool, check: Option<&Sql>) -> Self {
        match (places.pop(), check) {
            (Some(place), _) if is_in_order => Self::InOrder(place),
            (Some(place), Some(check)) => Self::KeysChecked(table, place, check.clone()),
            (last, _) => Self::KeysFirst(table, places.into_iter().chain(last).collect()),
        }
    }
}

/// What statements call the id of a key.
pub(crate) const PAGE_ID: &str = "page_id";

/// A table whose rows are read once it is known which.
#[derive(Clone, Copy)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// What statements call it.
    pub(crate) called: &'static str,
    /// Whether its rows are what the places hold, so that they tell by what a row is found soonest ([`Dialect::ROW`]).
    /// Else they tell its id.
    pub(crate) is_in_places: bool,
}

impl Table {
    /// The column by which its rows are read.
    const fn row<DB: Dialect>(self) -> &'static str {
        if self.is_in_places { DB::ROW } else { "id" }
    }
}

/// An order by a key and then by id.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    /// The key.
    pub(crate) by: Key,
    /// Its direction.
    pub(crate) direction: Direction,
    /// The column of the id.
    pub(crate) id: Column,
    /// The direction of the id.
    pub(crate) id_direction: Direction,
}

/// What rows are ordered by.
#[derive(Clone, Copy)]
pub(crate) enum Key {
    /// A column with moments; the key is in microseconds.
    Time(Column),
    /// A column with whole numbers that are unique, so that no id is needed.
    Unique(Column),
    /// A column with whole numbers.
    Integer(Column),
    /// A number that all rows of the segment share. Segments of one tier go by it.
    Shared(i64),
}

/// A column of an order.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    /// As statements call it.
    pub(crate) name: &'static str,
    /// As rows call what is equal to it.
    pub(crate) read: &'static str,
}

impl Column {
    /// A column that rows have by its own name.
    pub(crate) const fn new(name: &'static str, read: &'static str) -> Self {
        Self { name, read }
    }
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
    /// An order in which key and id go one way.
    pub(crate) const fn new(by: Key, id: Column, direction: Direction) -> Self {
        Self { by, direction, id, id_direction: direction }
    }

    /// Whether the key is the moment in a column.
    pub(crate) fn is_by(self, column: Column) -> bool {
        matches!(self.by, Key::Time(by) if by.name == column.name)
    }

    /// The key, the id, and what the rows of a table are read by, as columns of their own.
    fn keys<DB: Dialect>(self, table: Table) -> Sql {
        let row =
            format!("{} as {PAGE_ID}, {}.{} as page_row", self.id.name, table.called, table.row::<DB>());
        Sql::default().push(&match self.by {
            Key::Time(column) | Key::Integer(column) | Key::Unique(column) => {
                format!("{} as page_key, {row}", column.name)
            }
            Key::Shared(_) => row,
        })
    }

    /// ` order by …` for such columns.
    fn of_keys(self) -> String {
        let key = |column| if column == self.id.name { PAGE_ID } else { "page_key" };
        self.sql(|column| key(column.name))
    }

    /// ` order by …`, in the words of a statement.
    fn sql(self, name: impl Fn(Column) -> &'static str) -> String {
        let id = format!("{}{}", name(self.id), self.id_direction.sql());
        match self.by {
            Key::Time(column) | Key::Integer(column) => {
                format!(" order by {}{}, {id}", name(column), self.direction.sql())
            }
            Key::Unique(column) => format!(" order by {}{}", name(column), self.direction.sql()),
            Key::Shared(_) => format!(" order by {id}"),
        }
    }

    /// ` and …` for what lies behind a place of the segment's tier; `None` if nothing does.
    fn behind(self, place: &Keyset) -> Option<Sql> {
        let (column, key): (_, Bind) = match self.by {
            // A key that no moment has comes from a forged cursor: it is beyond everything.
            Key::Time(column) => (
                column.name,
                DateTime::from_timestamp_micros(place.key).unwrap_or(DateTime::<chrono::Utc>::MAX_UTC).into(),
            ),
            Key::Integer(column) | Key::Unique(column) => (column.name, place.key.into()),
            Key::Shared(key) => {
                let comes_later = match self.direction {
                    Direction::Ascending => key > place.key,
                    Direction::Descending => key < place.key,
                };
                return if comes_later {
                    Some(Sql::default())
                } else if key == place.key {
                    let id = Sql::new(" and ").push(self.id.name).push(self.id_direction.beyond());
                    Some(id.bind(place.id))
                } else {
                    None
                };
            }
        };
        if matches!(self.by, Key::Unique(_)) {
            return Some(Sql::new(" and ").push(column).push(self.direction.beyond()).bind(key));
        }
        // Expanded, so that the index finds where to begin.
        let sql = Sql::new(" and ").push(column).push(self.direction.at_or_beyond()).bind(key.clone());
        let sql = sql.push(" and (").push(column).push(self.direction.beyond()).bind(key);
        let sql = sql.push(" or ").push(self.id.name).push(self.id_direction.beyond()).bind(place.id);
        Some(sql.push(")"))
    }

    /// The place of the row that was read.
    fn place<DB: Dialect>(self, tier: u8, row: &Row<DB>) -> Result<Keyset, StoreError> {
        let key = match self.by {
            Key::Time(column) => row.time(column.read)?.timestamp_micros(),
            Key::Integer(column) | Key::Unique(column) => row.integer(column.read)?,
            Key::Shared(key) => key,
        };
        let id = match self.by {
            Key::Unique(_) => uuid::Uuid::nil(),
            Key::Time(_) | Key::Integer(_) | Key::Shared(_) => row.uuid(self.id.read)?,
        };
        Ok(Keyset { tier, key, id })
    }
}

impl Segment {
    /// The statement for as many rows behind a place as a page may need.
    fn statement<DB: Dialect>(self, behind: &Sql, wanted: u64) -> Sql {
        let Self { order, columns, rows, .. } = self;
        let in_order = order.sql(|column| column.name);
        let first = |columns: Sql, place: Sql, wanted: u64| {
            let sql = Sql::new("select ").append(columns).append(place).append(behind.clone());
            sql.push(&in_order).push(DB::LIMIT).bind(wanted)
        };
        let keys = |table, place, wanted| first(order.keys::<DB>(table), place, wanted);
        let (table, keys) = match rows {
            Rows::InOrder(place) => return first(columns, place, wanted),
            Rows::KeysFirst(table, places) if DB::MERGES_IN_ORDER => {
                let all = |place| {
                    Sql::new("select ").append(order.keys::<DB>(table)).append(place).append(behind.clone())
                };
                (table, Sql::any_of(places.into_iter().map(all)))
            }
            Rows::KeysFirst(table, places) => {
                (table, Sql::union_all(places.into_iter().map(|place| keys(table, place, wanted))))
            }
            // Behind a limit, though none is left out, no database checks before it has sorted.
            Rows::KeysChecked(table, place, check) => {
                let all = Sql::union_all([keys(table, place, u64::MAX)]);
                (table, all.push(" where 1 = 1").append(check))
            }
        };
        let in_order = order.of_keys();
        let (Table { name, called, .. }, row) = (table, table.row::<DB>());
        Sql::new("select ")
            .append(columns)
            .push(" from (")
            .append(keys.push(&in_order).push(DB::LIMIT).bind(wanted))
            .push(&format!(") page join {name} {called} on {called}.{row} = page.page_row"))
            .push(&in_order)
    }
}

/// A page in the making.
pub(crate) struct Pages<T> {
    request: PageRequest,
    found: Vec<(T, Keyset)>,
}

impl<T> Pages<T> {
    pub(crate) const fn new(request: &PageRequest) -> Self {
        Self { request: *request, found: Vec::new() }
    }

    /// Where it begins.
    pub(crate) const fn after(&self) -> Option<Keyset> {
        self.request.after
    }

    /// Whether it holds all rows it can, and the one that tells of another page.
    pub(crate) const fn is_full(&self) -> bool {
        self.found.len() > self.request.limit.get() as usize
    }

    pub(crate) fn finish(self) -> Page<T> {
        let page = Page::from_overfull(self.found, self.request.limit, |(_, place)| *place);
        page.map(|(item, _)| item)
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// Reads a page. The statements select the columns of each segment's order among others.
    pub(crate) async fn page<T>(
        &mut self,
        table: &'static str,
        segments: Vec<Segment>,
        page: &PageRequest,
        read: impl Fn(&Row<DB>) -> Result<T, StoreError>,
    ) -> Result<Page<T>, StoreError> {
        let mut pages = Pages::new(page);
        for segment in segments {
            self.read_segment(table, segment, &mut pages, &read).await?;
        }
        Ok(pages.finish())
    }

    /// Adds what a segment has to a page that is not full. Segments come in the order of their list.
    pub(crate) async fn read_segment<T>(
        &mut self,
        table: &'static str,
        segment: Segment,
        pages: &mut Pages<T>,
        read: impl Fn(&Row<DB>) -> Result<T, StoreError>,
    ) -> Result<(), StoreError> {
        if pages.is_full() {
            return Ok(());
        }
        let (tier, order) = (segment.tier, segment.order);
        let behind = match pages.after() {
            Some(place) if place.tier > tier => None,
            Some(place) if place.tier == tier => order.behind(&place),
            _ => Some(Sql::default()),
        };
        let Some(behind) = behind else { return Ok(()) };
        let missing = pages.request.limit.get() as usize + 1 - pages.found.len();
        let sql = segment.statement::<DB>(&behind, missing as u64);
        for row in self.all(sql, table, order.id.read).await? {
            pages.found.push((read(&row)?, order.place(tier, &row)?));
        }
        Ok(())
    }
}
