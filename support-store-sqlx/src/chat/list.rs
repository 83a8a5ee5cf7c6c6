//! Lists of sessions. Where their rows are looked for is decided as for [tickets](crate::ticket).

use support_core::{
    access::Scope,
    chat::{Owner, Participant, SessionFilter, SessionSort, SessionStatus, SessionView, Unread},
    id::UserId,
    message::Side,
    store::{Page, PageRequest, StoreError},
    text::Category,
};

use chrono::{DateTime, TimeDelta};

use super::{
    cursor, in_scope,
    news::{Horizons, Next},
    row,
};
use crate::{
    dialect::Dialect,
    page::{Column, Direction, Key, Order, Pages, Rows, Segment, Table},
    row::Row,
    search::{Finds, Searched},
    sql::Sql,
    ticket::{agents, assigned, distinct},
    transaction::SqlxTransaction,
};

/// Where the rows of a list are looked for. Each but the first has an index by last activity.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Narrow {
    /// Among the few that a search found.
    Found,
    /// Among those of some customers; of the one whose scope it is, without a name.
    User(Vec<UserId>),
    Status(Vec<SessionStatus>),
    Owner(Vec<Owner>),
    Assignee(Vec<UserId>),
    Category(Vec<Category>),
    /// Anywhere.
    Everything,
}

impl Narrow {
    /// The values of a column that have a place each, in which a list's rows are; none for a single place.
    pub(super) fn values(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Status(any) => any.iter().map(|status| ("status", status.as_str())).collect(),
            Self::Owner(any) => any.iter().map(|owner| ("owner", owner.as_str())).collect(),
            Self::Assignee(any) => any.iter().map(|id| ("assignee_id", id.as_str())).collect(),
            Self::Category(any) => any.iter().map(|one| ("category", one.as_str())).collect(),
            Self::User(any) => any.iter().map(|id| ("user_id", id.as_str())).collect(),
            Self::Found | Self::Everything => Vec::new(),
        }
    }

    /// Whether it is among what somebody has been assigned, and nobody else.
    fn is_own(&self, viewer: &Participant) -> bool {
        matches!((self, viewer), (Self::Assignee(of), Participant::Agent(agent)) if of[..] == [agent.clone()])
    }
}

/// Values by which a list may be narrowed, each read from a place of its own; with more, all rows are looked at.
const MOST_VALUES: usize = 8;

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn list_sessions(
        &mut self,
        filter: &SessionFilter,
        sort: SessionSort,
        page: &PageRequest,
    ) -> Result<Page<SessionView>, StoreError> {
        let finds = self.finds(filter.search.as_ref(), "s.id", Searched::Sessions).await?;
        let narrow = if finds.few.is_some() { Narrow::Found } else { narrowest(filter) };
        let tenant = self.tenant_id().to_owned();
        let list = List { tenant: &tenant, filter, finds: &finds, narrow };
        let mut pages = Pages::new(page);
        let mut horizons = Horizons::default();
        for part in list.parts(sort) {
            self.read_part(&list, &part, &mut pages, &mut horizons).await?;
        }
        Ok(pages.finish())
    }

    async fn read_part(
        &mut self,
        list: &List<'_>,
        part: &Part,
        pages: &mut Pages<SessionView>,
        horizons: &mut Horizons,
    ) -> Result<(), StoreError> {
        let is_elsewhere = pages.after().is_some_and(|place| place.tier > part.tier);
        if pages.is_full() || is_elsewhere {
            return Ok(());
        }
        let Some((agent, unread)) = list.sparse(part) else {
            let segment = list.segment::<DB>(part, Sql::default());
            return self.read_segment("sessions", segment, pages, read_view).await;
        };
        if unread == Unread::None && part.narrow == Narrow::Everything {
            return self.read_segment("sessions", list.read::<DB>(part, agent, None), pages, read_view).await;
        }
        let from = pages.after().filter(|place| place.tier == part.tier);
        let from = from.and_then(|place| DateTime::from_timestamp_micros(place.key));
        // Most often those that are wanted are among the next ones.
        let next = Next { tenant: list.tenant, part, from };
        let ever = DateTime::UNIX_EPOCH - TimeDelta::days(350_000);
        let near = if DB::RANGES_BY_QUERY {
            let near = Sql::new(" and s.updated_at >= coalesce((").append(next.horizon::<DB>());
            near.push("), ?)").bind(ever)
        } else {
            let horizon = self.horizon(&next, horizons).await?;
            Sql::new(" and s.updated_at >= ?").bind(horizon.unwrap_or(ever))
        };
        self.read_segment("sessions", list.segment::<DB>(part, near), pages, read_view).await?;
        if pages.is_full() {
            return Ok(());
        }
        let horizon = self.horizon(&next, horizons).await?;
        let Some(horizon) = horizon else { return Ok(()) };
        if unread == Unread::None {
            let segment = list.read::<DB>(part, agent, Some(horizon));
            return self.read_segment("sessions", segment, pages, read_view).await;
        }
        for month in self.months_with_news(agent.as_str(), horizon).await? {
            for days in self.days_with_news(agent.as_str(), &month, horizon).await? {
                let far =
                    Sql::new(" and s.updated_at >= ? and s.updated_at < ?").bind(days.from).bind(days.to);
                self.read_segment("sessions", list.segment::<DB>(part, far), pages, read_view).await?;
                if pages.is_full() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// ` where …` for the sessions, called `s`, that a filter holds, in no order.
    pub(super) async fn session_conditions(&mut self, filter: &SessionFilter) -> Result<Sql, StoreError> {
        let finds = self.finds(filter.search.as_ref(), "s.id", Searched::Sessions).await?;
        let narrow = match narrowest(filter) {
            _ if finds.few.is_some() => Narrow::Found,
            // Without an order there need be no place for each.
            Narrow::User(_) => Narrow::User(Vec::new()),
            _ => Narrow::Everything,
        };
        let list = List { tenant: self.tenant_id(), filter, finds: &finds, narrow };
        let conditions = list.conditions(&list.narrow, &finds.all);
        Ok(match filter.unread {
            Some(Unread::Some) => conditions.push(" and ").append(has_unread(&filter.viewer)),
            Some(Unread::None) => conditions.push(" and not ").append(has_unread(&filter.viewer)),
            None => conditions,
        })
    }
}

fn read_view<DB: Dialect>(row: &Row<DB>) -> Result<SessionView, StoreError> {
    Ok(SessionView { session: row::read(row)?, unread_count: row.unsigned("unread_count")? })
}

/// The condition of a filter that leaves the fewest rows, as far as can be told without looking.
fn narrowest(filter: &SessionFilter) -> Narrow {
    let SessionFilter { scope, status, owner, category, assignee, user, .. } = filter;
    let is_some = |count: usize| (1..=MOST_VALUES).contains(&count);
    let agents = agents(assignee).filter(|agents| is_some(agents.len()));
    if matches!(scope, Scope::Customer(_)) {
        Narrow::User(Vec::new())
    } else if is_some(user.len()) {
        Narrow::User(distinct(user))
    } else if status[..] == [SessionStatus::Active] {
        // What goes on is little, however old the desk is.
        Narrow::Status(status.clone())
    } else if let Some(agents) = agents {
        Narrow::Assignee(agents)
    } else if is_some(category.len()) {
        Narrow::Category(distinct(category))
    } else if is_some(owner.len()) {
        Narrow::Owner(distinct(owner))
    } else if is_some(status.len()) {
        Narrow::Status(distinct(status))
    } else {
        Narrow::Everything
    }
}

/// The viewer's cursor in a session.
fn cursor_of(viewer: &Participant) -> Sql {
    Sql::new(
        "coalesce((select c.up_to from @read_cursors c where c.session_id = s.id and c.participant = ?), 0)",
    )
    .bind(cursor::name(viewer))
}

/// Whether something is new for the viewer. What is new for staff, the session itself knows.
fn has_unread(viewer: &Participant) -> Sql {
    match viewer.side() {
        Side::Desk => Sql::new("(s.last_customer_seq > ").append(cursor_of(viewer)).push(")"),
        Side::Customer => {
            Sql::new("exists (select 1 from @messages m where m.session_id = s.id and m.seq > ")
                .append(cursor_of(viewer))
                .and_any_of("m.sender_kind", cursor::news(viewer))
                .push(")")
        }
    }
}

/// How much is new for the viewer.
fn unread_count(viewer: &Participant) -> Sql {
    Sql::new("(select count(*) from @messages m where m.session_id = s.id and m.seq > ")
        .append(cursor_of(viewer))
        .and_any_of("m.sender_kind", cursor::news(viewer))
        .push(") as unread_count")
}

pub(super) const TABLE: Table = Table { name: "@sessions", called: "s", is_in_places: true };
const ID: Column = Column::new("s.id", "id");
const UPDATE: Column = Column::new("s.updated_at", "updated_at");
const WAIT: Column = Column::new("s.waiting_since", "waiting_since");
/// The same in forms that no index has.
const SORTED_ID: Column = Column::new("coalesce(s.id, s.id)", "id");
const SORTED_WAIT: Column = Column::new("coalesce(s.waiting_since, s.updated_at)", "waiting_since");

/// The index that has the rows of a place in an order; `None` where they are few.
pub(super) fn index_of(narrow: &Narrow, order: Order) -> Option<&'static str> {
    Some(match narrow {
        Narrow::Found | Narrow::User(_) => return None,
        Narrow::Status(_) => "sessions_of_status",
        Narrow::Owner(_) => "sessions_of_owner",
        Narrow::Assignee(_) => "sessions_of_assignee",
        Narrow::Category(_) => "sessions_of_category",
        Narrow::Everything if order.is_by(WAIT) => "sessions_by_wait",
        Narrow::Everything => "sessions_by_update",
    })
}

/// A list to be read.
pub(super) struct List<'l> {
    pub(super) tenant: &'l str,
    filter: &'l SessionFilter,
    pub(super) finds: &'l Finds,
    narrow: Narrow,
}

/// A part of a list that is ordered by one column.
pub(super) struct Part {
    tier: u8,
    pub(super) order: Order,
    pub(super) narrow: Narrow,
    /// What its sessions have in common.
    pub(super) only: Sql,
    /// What the viewer has read of them.
    unread: Option<Unread>,
}

impl List<'_> {
    fn parts(&self, sort: SessionSort) -> Vec<Part> {
        let wanted = self.filter.unread;
        let by_update = |tier, only, unread| Part {
            tier,
            order: Order::new(Key::Time(UPDATE), ID, Direction::Descending),
            narrow: self.narrow.clone(),
            only,
            unread,
        };
        match sort {
            SessionSort::Recent => vec![by_update(0, Sql::default(), wanted)],
            SessionSort::Unread => {
                let tiers = [(0, Unread::Some), (1, Unread::None)].into_iter();
                let tiers = tiers.filter(|(_, unread)| wanted.is_none_or(|wanted| wanted == *unread));
                tiers.map(|(tier, unread)| by_update(tier, Sql::default(), Some(unread))).collect()
            }
            SessionSort::Waiting => vec![
                Part {
                    tier: 0,
                    // Those that wait are few, and kept in their order all together. So are a customer's, which are
                    // sorted.
                    order: match &self.narrow {
                        Narrow::Found | Narrow::User(_) => {
                            Order::new(Key::Time(SORTED_WAIT), SORTED_ID, Direction::Ascending)
                        }
                        _ => Order::new(Key::Time(WAIT), ID, Direction::Ascending),
                    },
                    narrow: match &self.narrow {
                        narrow @ (Narrow::Found | Narrow::User(_)) => narrow.clone(),
                        _ => Narrow::Everything,
                    },
                    only: Sql::new(" and s.waiting_since is not null"),
                    unread: wanted,
                },
                by_update(1, Sql::new(" and coalesce(s.waiting_since, null) is null"), wanted),
            ],
        }
    }

    /// For which agent the sessions of a part are to be looked for by what the agent has read, because they may be rare among
    /// those that are looked through.
    fn sparse(&self, part: &Part) -> Option<(&UserId, Unread)> {
        let are_few = match &part.narrow {
            Narrow::Found | Narrow::User(_) => true,
            Narrow::Status(status) => status[..] == [SessionStatus::Active],
            // The session itself says it.
            narrow if narrow.is_own(&self.filter.viewer) => true,
            _ => part.order.is_by(WAIT),
        };
        let is_one = matches!(self.filter.scope, Scope::Session(_) | Scope::Nothing);
        match (&self.filter.viewer, part.unread) {
            (Participant::Agent(agent), Some(unread)) if !are_few && !is_one => Some((agent, unread)),
            _ => None,
        }
    }

    fn segment<DB: Dialect>(&self, part: &Part, more: Sql) -> Segment {
        let viewer = &self.filter.viewer;
        let only = part.only.clone();
        let is_own = part.narrow.is_own(viewer);
        let only = match part.unread {
            Some(Unread::Some) if is_own => only.push(" and s.news_for_assignee = 1"),
            Some(Unread::None) if is_own => only.push(" and s.news_for_assignee = 0"),
            Some(Unread::Some) => only.push(" and ").append(has_unread(viewer)),
            Some(Unread::None) => only.push(" and not ").append(has_unread(viewer)),
            None => only,
        };
        let index = match index_of(&part.narrow, part.order) {
            // One by its id.
            _ if matches!(self.filter.scope, Scope::Session(_)) => None,
            Some(_) if is_own && part.unread.is_some() => Some("sessions_of_assignee_by_news"),
            index => index,
        };
        let places = self.places::<DB>(&part.narrow, index, &only.append(more));
        let is_in_order = match part.narrow {
            Narrow::Found => false,
            Narrow::User(_) => places.len() == 1 && part.order.is_by(UPDATE),
            _ => places.len() == 1,
        };
        let then = self.finds.on_keys(part.narrow == Narrow::Found);
        self.of_rows(part, Rows::of(TABLE, places, is_in_order, then))
    }

    pub(super) fn of_rows(&self, part: &Part, rows: Rows) -> Segment {
        let columns = Sql::new(row::COLUMNS).push(", ").append(unread_count(&self.filter.viewer));
        Segment { tier: part.tier, order: part.order, columns, rows }
    }

    /// A place for each value of the narrowest condition, each read from an index.
    pub(super) fn places<DB: Dialect>(
        &self,
        narrow: &Narrow,
        index: Option<&'static str>,
        only: &Sql,
    ) -> Vec<Sql> {
        let index = index.map_or_else(String::new, DB::by_index);
        let searched = self.finds.in_place(*narrow == Narrow::Found);
        let all = Sql::new(" from @sessions s").push(&index).append(self.conditions(narrow, searched));
        let all = all.append(only.clone());
        let values = narrow.values();
        if values.is_empty() {
            return vec![all];
        }
        let of =
            |(column, value): (&str, &str)| all.clone().push(&format!(" and s.{column} = ?")).bind(value);
        values.into_iter().map(of).collect()
    }

    /// ` where …` for what a filter holds, but for the values that the places name, with the conditions of its search.
    pub(super) fn conditions(&self, narrow: &Narrow, searched: &Sql) -> Sql {
        // Taken apart, so that a new field is not overlooked.
        let SessionFilter { scope, viewer: _, status, owner, category, assignee, user, unread: _, search: _ } =
            self.filter;
        let tenant = if *narrow == Narrow::Found { "coalesce(s.tenant, '')" } else { "s.tenant" };
        let mut sql = Sql::new(" where ").push(tenant).push(" = ?").bind(self.tenant).append(in_scope(scope));
        if !matches!(narrow, Narrow::Status(_)) {
            sql = sql.and_any_of("coalesce(s.status, '')", status.iter().map(|status| status.as_str()));
        }
        if !matches!(narrow, Narrow::Owner(_)) {
            sql = sql.and_any_of("coalesce(s.owner, '')", owner.iter().map(|owner| owner.as_str()));
        }
        if !matches!(narrow, Narrow::Category(_)) {
            sql = sql.and_any_of("coalesce(s.category, '')", category.iter().map(Category::as_str));
        }
        if !matches!(narrow, Narrow::Assignee(_)) {
            sql = sql.append(assigned("s.assignee_id", assignee));
        }
        if !matches!(narrow, Narrow::User(places) if !places.is_empty()) {
            let customer =
                if matches!(narrow, Narrow::User(_)) { "s.user_id" } else { "coalesce(s.user_id, '')" };
            sql = sql.and_any_of(customer, user.iter().map(UserId::as_str));
        }
        sql.append(searched.clone())
    }
}
