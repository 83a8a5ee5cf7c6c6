//! Lists of tickets.
//!
//! A page is read from one place of an index, or from one place for each value where a filter names several: the
//! index of the narrowest condition that has one in the list's order. All other conditions are checked row by row. They
//! are worded so that no index fits them ([`Narrow`]), because databases like to fetch half of a large table by one and
//! sort it, where reading another in its order would have found enough rows soon.

use support_core::{
    access::Scope,
    id::UserId,
    store::{Page, PageRequest, StoreError},
    text::{Category, Tag},
    ticket::{AssigneeFilter, Priority, Ticket, TicketFilter, TicketSort},
};

use super::{
    narrow::{LIVE, Narrow, narrowest},
    row,
};
use crate::{
    counts::{Kind, Labels},
    dialect::Dialect,
    page::{Column, Direction, Key, Order, Rows, Segment, Table},
    search::{FEW, Finds, Searched},
    sql::Sql,
    transaction::SqlxTransaction,
};

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn list_tickets(
        &mut self,
        filter: &TicketFilter,
        sort: TicketSort,
        page: &PageRequest,
    ) -> Result<Page<Ticket>, StoreError> {
        let finds = self.finds(filter.search.as_ref(), "t.id", Searched::Tickets(filter.visibility)).await?;
        let narrow = if finds.few.is_some() {
            Narrow::Found
        } else if self.opens_few(filter, sort).await? {
            Narrow::Opened
        } else {
            narrowest(filter)
        };
        let list = List { tenant: self.tenant_id(), filter, finds: &finds, narrow, order: Some(sort) };
        let segments = list.segments::<DB>(sort);
        self.page("tickets", segments, page, row::read).await
    }

    /// ` where …` for the tickets, called `t`, that a filter holds, in no order.
    pub(super) async fn ticket_conditions(&mut self, filter: &TicketFilter) -> Result<Sql, StoreError> {
        let finds = self.finds(filter.search.as_ref(), "t.id", Searched::Tickets(filter.visibility)).await?;
        let narrow = match narrowest(filter) {
            _ if finds.few.is_some() => Narrow::Found,
            // Without an order there need be no place for each.
            Narrow::Requester(_) => Narrow::Requester(Vec::new()),
            _ => Narrow::Everything,
        };
        let list = List { tenant: self.tenant_id(), filter, finds: &finds, narrow, order: None };
        Ok(list.conditions(&list.narrow, &finds.all))
    }

    /// Whether a filter names a stretch of time in which few tickets were opened, and the list has another order. The days
    /// that it touches tell.
    async fn opens_few(&mut self, filter: &TicketFilter, sort: TicketSort) -> Result<bool, StoreError> {
        let in_order = matches!(sort, TicketSort::CreatedAt | TicketSort::CreatedAtDescending);
        if in_order || (filter.created_after.is_none() && filter.created_before.is_none()) {
            return Ok(false);
        }
        let Some(days) = Labels::of_days_with(filter.created_after, filter.created_before) else {
            return Ok(false);
        };
        let opened = self.kept_in(&[Kind::TicketsOpened], &days).await?;
        Ok(opened.get(&Kind::TicketsOpened).is_none_or(|opened| *opened <= FEW))
    }
}

/// ` and …` for what is any of these agents', or nobody's. No index has it in this form; no id is empty.
pub(crate) fn assigned(column: &'static str, filter: &[AssigneeFilter]) -> Sql {
    let ids = filter.iter().map(|wanted| match wanted {
        AssigneeFilter::Agent(id) => id.as_str(),
        AssigneeFilter::Nobody => "",
    });
    Sql::default().and_any_of(&format!("coalesce({column}, '')"), ids)
}

/// Whether a ticket has any of these tags.
fn has_any(tags: &[Tag]) -> Sql {
    Sql::new("exists (select 1 from @ticket_tags g where g.ticket_id = t.id")
        .and_any_of("g.tag", tags.iter().map(Tag::as_str))
        .push(")")
}

/// ` and …` for tickets that were opened when a filter says.
fn opened(column: &'static str, filter: &TicketFilter) -> Sql {
    let mut sql = Sql::default();
    if let Some(from) = filter.created_after {
        sql = sql.push(" and ").push(column).push(" >= ?").bind(from);
    }
    if let Some(to) = filter.created_before {
        sql = sql.push(" and ").push(column).push(" < ?").bind(to);
    }
    sql
}

const TABLE: Table = Table { name: "@tickets", called: "t", is_in_places: true };
const ID: Column = Column::new("t.id", "id");
/// The id in a form that no index has.
const SORTED_ID: Column = Column::new("coalesce(t.id, t.id)", "id");
const UPDATE: Column = Column::new("t.updated_at", "updated_at");
const CREATION: Column = Column::new("t.created_at", "created_at");
const WAIT: Column = Column::new("t.waiting_since", "waiting_since");
/// The moment of creation in a form that no index has.
const NO_INDEX_BY_CREATION: &str = "coalesce(t.created_at, t.updated_at)";
const PRIORITY: Column = Column::new("t.priority", "priority");

/// A list to be read.
struct List<'l> {
    tenant: &'l str,
    filter: &'l TicketFilter,
    finds: &'l Finds,
    narrow: Narrow,
    /// Its order; a count has none.
    order: Option<TicketSort>,
}

impl List<'_> {
    /// The segments of an order; the ticket whose number is searched for exactly has one of its own, before all others.
    fn segments<DB: Dialect>(&self, sort: TicketSort) -> Vec<Segment> {
        use Direction::{Ascending, Descending};
        let others = match self.filter.exact_number() {
            Some(number) => Sql::new(" and t.number <> ?").bind(number.as_str()),
            None => Sql::default(),
        };
        let time = |tier, column, direction, only: &Sql| {
            self.segment::<DB>(tier, Key::Time(column), direction, only)
        };
        let mut segments: Vec<_> = self.exact::<DB>(sort).into_iter().collect();
        match sort {
            TicketSort::UpdatedAt => segments.push(time(1, UPDATE, Ascending, &others)),
            TicketSort::UpdatedAtDescending => segments.push(time(1, UPDATE, Descending, &others)),
            TicketSort::CreatedAt => segments.push(time(1, CREATION, Ascending, &others)),
            TicketSort::CreatedAtDescending => segments.push(time(1, CREATION, Descending, &others)),
            TicketSort::Waiting => {
                let waits = others.clone().push(" and t.waiting_since is not null");
                segments.push(time(1, WAIT, Ascending, &waits));
                // In a form that no index has: where indexes hold what is null, one would be read and sorted.
                let rests = others.push(" and coalesce(t.waiting_since, null) is null");
                segments.push(time(2, UPDATE, Descending, &rests));
            }
            TicketSort::Priority => segments.extend(self.by_priority::<DB>(Ascending, &others)),
            TicketSort::PriorityDescending => segments.extend(self.by_priority::<DB>(Descending, &others)),
        }
        segments
    }

    /// The segment of the ticket that is searched for by its number. There is one at most, so that its place means
    /// nothing; it has a moment in any case.
    fn exact<DB: Dialect>(&self, sort: TicketSort) -> Option<Segment> {
        let number = self.filter.exact_number()?;
        let key = match sort {
            TicketSort::Priority | TicketSort::PriorityDescending => Key::Integer(PRIORITY),
            TicketSort::CreatedAt | TicketSort::CreatedAtDescending => Key::Time(CREATION),
            TicketSort::UpdatedAt | TicketSort::UpdatedAtDescending | TicketSort::Waiting => {
                Key::Time(UPDATE)
            }
        };
        let order = Order::new(key, ID, Direction::Descending);
        let only = Sql::new(" and t.number = ?").bind(number.as_str());
        Some(self.segment_of::<DB>(0, order, &Narrow::Number, &only))
    }

    /// Newest first within each priority, in the order of the priorities that a direction says.
    fn by_priority<DB: Dialect>(&self, direction: Direction, only: &Sql) -> Vec<Segment> {
        let newest_first = |key, only: &Sql| {
            let segment = self.segment::<DB>(1, key, direction, only);
            let order = Order { id_direction: Direction::Descending, ..segment.order };
            Segment { order, ..segment }
        };
        let column = match self.narrow {
            // They are sorted once, and by both.
            Narrow::Found | Narrow::Opened | Narrow::Requester(_) => {
                return vec![newest_first(Key::Integer(PRIORITY), only)];
            }
            Narrow::Tag(_) => " and g.ticket_priority = ?",
            _ => " and t.priority = ?",
        };
        // No index of all of them has this order, but one has it of each.
        let mut priorities = Priority::ALL.to_vec();
        priorities.retain(|one| self.filter.priority.is_empty() || self.filter.priority.contains(one));
        if direction == Direction::Descending {
            priorities.reverse();
        }
        let ranks = priorities.iter().map(|priority| i64::from(priority.rank()));
        ranks.map(|rank| newest_first(Key::Shared(rank), &only.clone().push(column).bind(rank))).collect()
    }

    fn segment<DB: Dialect>(&self, tier: u8, key: Key, direction: Direction, only: &Sql) -> Segment {
        // Those that wait are few, and no tag keeps them in their order.
        let waits = matches!(key, Key::Time(column) if column.name == WAIT.name);
        let narrow = match &self.narrow {
            Narrow::Tag(_) if waits => &Narrow::Everything,
            narrow => narrow,
        };
        let order = match narrow {
            Narrow::Tag(_) => by_tag(key, direction),
            Narrow::Requester(_) if matches!(key, Key::Time(column) if column.name == UPDATE.name) => {
                Order::new(key, ID, direction)
            }
            Narrow::Found | Narrow::Opened | Narrow::Requester(_) => {
                Order::new(sorted(key), SORTED_ID, direction)
            }
            _ => Order::new(key, ID, direction),
        };
        self.segment_of::<DB>(tier, order, narrow, only)
    }

    fn segment_of<DB: Dialect>(&self, tier: u8, order: Order, narrow: &Narrow, only: &Sql) -> Segment {
        let places = self.places::<DB>(narrow, order.by, only);
        let is_in_order = match narrow {
            Narrow::Found | Narrow::Opened => false,
            Narrow::Requester(_) => places.len() == 1 && order.is_by(UPDATE),
            _ => places.len() == 1,
        };
        let then = self.finds.on_keys(*narrow == Narrow::Found);
        let rows = Rows::of(TABLE, places, is_in_order, then);
        Segment { tier, order, columns: Sql::new(row::COLUMNS), rows }
    }

    /// A place for each value of the narrowest condition.
    fn places<DB: Dialect>(&self, narrow: &Narrow, key: Key, only: &Sql) -> Vec<Sql> {
        let searched = self.finds.in_place(*narrow == Narrow::Found);
        let rest = self.conditions(narrow, searched).append(only.clone());
        let index = index_of(narrow, key).map_or_else(String::new, |index| DB::by_index(&index));
        let tickets = Sql::new(" from @tickets t").push(&index).append(rest.clone());
        let of =
            |column: &str, value: &str| tickets.clone().push(" and ").push(column).push(" = ?").bind(value);
        match narrow {
            Narrow::Requester(any) if !any.is_empty() => {
                any.iter().map(|id| of("t.requester_id", id.as_str())).collect()
            }
            Narrow::InHand(any) => any.iter().map(|id| of("t.in_hand_of", id.as_str())).collect(),
            Narrow::Status(any) => any.iter().map(|status| of("t.status", status.as_str())).collect(),
            Narrow::Assignee(any) => any.iter().map(|id| of("t.assignee_id", id.as_str())).collect(),
            Narrow::Category(any) => any.iter().map(|one| of("t.category", one.as_str())).collect(),
            Narrow::Tag(any) => any
                .iter()
                .enumerate()
                .map(|(place, tag)| {
                    let tagged = Sql::new(" from @ticket_tags g").push(&index);
                    let tagged = tagged.push(" join @tickets t on t.id = g.ticket_id").append(rest.clone());
                    let tagged = tagged.push(" and g.tenant = ? and g.tag = ?");
                    let tagged = tagged.bind(self.tenant).bind(tag.as_str());
                    // A ticket with several of the tags belongs to the first of them.
                    if place == 0 { tagged } else { tagged.push(" and not ").append(has_any(&any[..place])) }
                })
                .collect(),
            Narrow::Found | Narrow::Opened | Narrow::Requester(_) | Narrow::Number | Narrow::Everything => {
                vec![tickets]
            }
        }
    }

    /// ` where …` for what a filter holds, but for the values that the places name, with the conditions of its search.
    fn conditions(&self, narrow: &Narrow, searched: &Sql) -> Sql {
        // Taken apart, so that a new field is not overlooked.
        let TicketFilter {
            scope,
            visibility: _,
            status,
            priority,
            category,
            tag,
            assignee,
            requester,
            search: _,
            created_after: _,
            created_before: _,
        } = self.filter;
        let tenant = match narrow {
            Narrow::Found | Narrow::Tag(_) => "coalesce(t.tenant, '')",
            _ => "t.tenant",
        };
        let customer = match narrow {
            Narrow::Requester(_) => "t.requester_id",
            _ => "coalesce(t.requester_id, '')",
        };
        let creation = match (narrow, self.order) {
            (Narrow::Opened, _) => "t.created_at",
            (Narrow::Found | Narrow::Requester(_) | Narrow::Number | Narrow::Tag(_), _) => {
                NO_INDEX_BY_CREATION
            }
            (_, Some(TicketSort::CreatedAt | TicketSort::CreatedAtDescending)) => "t.created_at",
            _ => NO_INDEX_BY_CREATION,
        };
        let mut sql = Sql::new(" where ").push(tenant).push(" = ?").bind(self.tenant);
        sql = sql.append(match scope {
            Scope::Everything => Sql::default(),
            Scope::Customer(user) => Sql::new(" and ").push(customer).push(" = ?").bind(user.as_str()),
            // A chat's guest has no tickets.
            Scope::Session(_) | Scope::Nothing => Sql::new(" and 1 = 0"),
        });
        if !matches!(narrow, Narrow::Requester(places) if !places.is_empty()) {
            sql = sql.and_any_of(customer, requester.iter().map(UserId::as_str));
        }
        sql = sql.and_any_of("coalesce(t.priority, 0)", priority.iter().map(|p| i64::from(p.rank())));
        let in_hand = matches!(narrow, Narrow::InHand(_));
        // All that is in hand is not done.
        let is_told = in_hand && LIVE.iter().all(|live| status.contains(live));
        if !is_told && !matches!(narrow, Narrow::Status(_)) {
            sql = sql.and_any_of("coalesce(t.status, '')", status.iter().map(|status| status.as_str()));
        }
        if !matches!(narrow, Narrow::Category(_)) {
            sql = sql.and_any_of("coalesce(t.category, '')", category.iter().map(Category::as_str));
        }
        if !in_hand && !matches!(narrow, Narrow::Assignee(_)) {
            sql = sql.append(assigned("t.assignee_id", assignee));
        }
        if !matches!(narrow, Narrow::Tag(_)) && !tag.is_empty() {
            sql = sql.push(" and ").append(has_any(tag));
        }
        sql.append(opened(creation, self.filter)).append(searched.clone())
    }
}

/// The index that has the rows of a place in the order of a key; `None` where they are few.
fn index_of(narrow: &Narrow, key: Key) -> Option<String> {
    let part = match narrow {
        Narrow::Found | Narrow::Opened | Narrow::Requester(_) | Narrow::Number => return None,
        Narrow::InHand(_) => "tickets_in_hand",
        Narrow::Status(_) => "tickets_of_status",
        Narrow::Tag(_) => "ticket_tags",
        Narrow::Assignee(_) => "tickets_of_assignee",
        Narrow::Category(_) => "tickets_of_category",
        Narrow::Everything => "tickets",
    };
    let by = match key {
        Key::Time(column) => match column.read {
            "created_at" => "creation",
            "waiting_since" => "wait",
            _ => "update",
        },
        Key::Integer(_) | Key::Unique(_) | Key::Shared(_) => "priority",
    };
    Some(format!("{part}_by_{by}"))
}

/// A key by which few rows are sorted: in a form that no index has, lest all rows are read in its order instead. One
/// customer's tickets are kept by their last change.
fn sorted(key: Key) -> Key {
    match key {
        Key::Time(Column { name: "t.created_at", read }) => {
            Key::Time(Column::new(NO_INDEX_BY_CREATION, read))
        }
        Key::Time(Column { name: "t.waiting_since", read }) => {
            Key::Time(Column::new("coalesce(t.waiting_since, t.updated_at)", read))
        }
        Key::Time(Column { read, .. }) => {
            Key::Time(Column::new("coalesce(t.updated_at, t.created_at)", read))
        }
        Key::Integer(Column { read, .. }) => Key::Integer(Column::new("coalesce(t.priority, 0)", read)),
        other => other,
    }
}

/// An order of tickets as their tags keep it.
const fn by_tag(key: Key, direction: Direction) -> Order {
    let key = match key {
        Key::Time(column) if matches!(column.name.as_bytes(), b"t.created_at") => {
            Key::Time(Column::new("g.ticket_created_at", "created_at"))
        }
        Key::Time(_) => Key::Time(Column::new("g.ticket_updated_at", "updated_at")),
        other => other,
    };
    Order::new(key, Column::new("g.ticket_id", "id"), direction)
}
