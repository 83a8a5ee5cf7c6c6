//! Lists of tickets.

use support_core::{
    id::UserId,
    store::{Page, PageRequest, StoreError},
    text::{Category, Tag},
    ticket::{AssigneeFilter, Ticket, TicketFilter, TicketSort},
};

use super::{in_scope, row};
use crate::{
    dialect::Dialect,
    page::{Direction, Kind, Order, Segment},
    search::Searched,
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
        let select = |order: Order| {
            let place = format!(", {} as place_key, t.id as place_id from @tickets t", order.column);
            Sql::new("select ").push(row::COLUMNS).push(&place)
        };
        let conditions = self.ticket_conditions(filter, Some(sort)).await?;
        self.page("tickets", segments(filter, sort), select, &conditions, page, row::read).await
    }

    /// ` where …` for the tickets, called `t`, that a filter holds. A count has no order.
    pub(super) async fn ticket_conditions(
        &mut self,
        filter: &TicketFilter,
        sort: Option<TicketSort>,
    ) -> Result<Sql, StoreError> {
        // Taken apart, so that a new field is not overlooked.
        let TicketFilter {
            scope,
            visibility,
            status,
            priority,
            category,
            tag,
            assignee,
            requester,
            search,
            created_after,
            created_before,
        } = filter;
        let finds = self.finds(search.as_ref(), "t.id", Searched::Tickets(*visibility)).await?;
        let tenant_column = if finds.are_few { "coalesce(t.tenant, '')" } else { "t.tenant" };
        // Only conditions that an index of this order may be entered by name a bare column. `coalesce` keeps the others
        // from it: databases like to fetch half of a large table and sort it, where reading an index in its order would
        // have found enough rows soon.
        let status_column = if has_index_by_status(sort) && status.len() == 1 {
            "t.status"
        } else {
            "coalesce(t.status, '')"
        };
        let creation =
            if has_index_by_creation(sort) { "t.created_at" } else { "coalesce(t.created_at, t.updated_at)" };
        let mut sql = Sql::new(" where ")
            .push(tenant_column)
            .push(" = ?")
            .bind(self.tenant_id())
            .append(in_scope(scope))
            .and_any_of(status_column, status.iter().map(|status| status.as_str()))
            .and_any_of("coalesce(t.priority, 0)", priority.iter().map(|priority| i64::from(priority.rank())))
            .and_any_of("t.category", category.iter().map(Category::as_str))
            .and_any_of("t.requester_id", requester.iter().map(UserId::as_str))
            .append(assigned("t.assignee_id", "coalesce(t.assignee_id, '')", assignee));
        if !tag.is_empty() {
            sql = sql
                .push(" and exists (select 1 from @ticket_tags g where g.ticket_id = t.id")
                .and_any_of("g.tag", tag.iter().map(Tag::as_str))
                .push(")");
        }
        if let Some(from) = created_after {
            sql = sql.push(" and ").push(creation).push(" >= ?").bind(*from);
        }
        if let Some(to) = created_before {
            sql = sql.push(" and ").push(creation).push(" < ?").bind(*to);
        }
        Ok(sql.append(finds.all))
    }
}

/// ` and …` for what is any of these agents', or nobody's. `column` is the assignee's id, `no_index` the same in a form
/// that no index has, with `''` for nobody: no id is empty.
pub(crate) fn assigned(column: &'static str, no_index: &'static str, filter: &[AssigneeFilter]) -> Sql {
    let ids = filter.iter().map(|wanted| match wanted {
        AssigneeFilter::Agent(id) => id.as_str(),
        AssigneeFilter::Nobody => "",
    });
    let is_narrow = matches!(filter, [AssigneeFilter::Agent(_)]);
    Sql::default().and_any_of(if is_narrow { column } else { no_index }, ids)
}

/// Whether the tickets of one status are kept in this order.
const fn has_index_by_status(sort: Option<TicketSort>) -> bool {
    matches!(sort, None | Some(TicketSort::UpdatedAt | TicketSort::UpdatedAtDescending))
}

const fn has_index_by_creation(sort: Option<TicketSort>) -> bool {
    matches!(sort, None | Some(TicketSort::CreatedAt | TicketSort::CreatedAtDescending))
}

/// The segments of an order; the ticket whose number is searched for exactly has one of its own, before all others.
fn segments(filter: &TicketFilter, sort: TicketSort) -> Vec<Segment> {
    use Direction::{Ascending, Descending};
    let time = |column, direction| Order::new(column, Kind::Time, "t.id", direction);
    let by_update = time("t.updated_at", Descending);
    let rank = |direction| Order {
        id_direction: Descending,
        ..Order::new("t.priority", Kind::Integer, "t.id", direction)
    };
    let order = match sort {
        TicketSort::UpdatedAt => time("t.updated_at", Ascending),
        TicketSort::UpdatedAtDescending => by_update,
        TicketSort::CreatedAt => time("t.created_at", Ascending),
        TicketSort::CreatedAtDescending => time("t.created_at", Descending),
        TicketSort::Priority => rank(Ascending),
        TicketSort::PriorityDescending => rank(Descending),
        TicketSort::Waiting => time("t.waiting_since", Ascending),
    };
    let mut segments = Vec::new();
    let mut others = Sql::default();
    if let Some(number) = filter.exact_number() {
        // There is one at most, so that its place means nothing; it has a moment in any case.
        let only = Sql::new(" and t.number = ?").bind(number.as_str());
        let order = if sort == TicketSort::Waiting { by_update } else { order };
        segments.push(Segment { tier: 0, only, order });
        others = Sql::new(" and t.number <> ?").bind(number.as_str());
    }
    if sort == TicketSort::Waiting {
        let waits = others.clone().push(" and t.waiting_since is not null");
        segments.push(Segment { tier: 1, only: waits, order });
        let rests = others.push(" and t.waiting_since is null");
        segments.push(Segment { tier: 2, only: rests, order: by_update });
    } else {
        segments.push(Segment { tier: 1, only: others, order });
    }
    segments
}
