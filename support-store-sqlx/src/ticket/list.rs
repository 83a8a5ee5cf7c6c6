//! Lists of tickets.

use support_core::{
    store::{Page, PageRequest, StoreError},
    ticket::{AssigneeFilter, Ticket, TicketFilter, TicketSort},
};

use super::{in_scope, row};
use crate::{
    dialect::Dialect,
    page::{Direction, Kind, Order, Segment},
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
        let conditions = self.ticket_conditions(filter);
        self.page("tickets", segments(filter, sort), select, &conditions, page, row::read).await
    }

    /// ` where …` for the tickets, called `t`, that a filter holds.
    pub(super) fn ticket_conditions(&self, filter: &TicketFilter) -> Sql {
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
        let mut sql = Sql::new(" where t.tenant = ?")
            .bind(self.tenant_id())
            .append(in_scope(scope))
            .and_any_of("t.status", status.iter().map(|status| status.as_str()))
            .and_any_of("t.priority", priority.iter().map(|priority| i64::from(priority.rank())))
            .and_any_of("t.category", category.iter().map(support_core::text::Category::as_str))
            .and_any_of("t.requester_id", requester.iter().map(support_core::id::UserId::as_str))
            .append(assigned("t.assignee_id", assignee));
        if !tag.is_empty() {
            sql = sql
                .push(" and exists (select 1 from @ticket_tags g where g.ticket_id = t.id")
                .and_any_of("g.tag", tag.iter().map(support_core::text::Tag::as_str))
                .push(")");
        }
        if let Some(from) = created_after {
            sql = sql.push(" and t.created_at >= ?").bind(*from);
        }
        if let Some(to) = created_before {
            sql = sql.push(" and t.created_at < ?").bind(*to);
        }
        match search {
            Some(query) if query.words().is_empty() => sql.push(" and 1 = 0"),
            Some(query) => sql.push(" and ").append(DB::ticket_matches(query.words(), *visibility)),
            None => sql,
        }
    }
}

/// ` and …` for what is any of these agents', or nobody's.
pub(crate) fn assigned(column: &'static str, filter: &[AssigneeFilter]) -> Sql {
    if filter.is_empty() {
        return Sql::default();
    }
    let agents: Vec<_> = filter
        .iter()
        .filter_map(|filter| match filter {
            AssigneeFilter::Agent(id) => Some(id.as_str()),
            AssigneeFilter::Nobody => None,
        })
        .collect();
    let nobody = Sql::default().push(column).push(" is null");
    let any = || Sql::default().push(column).push(" in ").values(agents.iter().copied());
    let either = match (agents.is_empty(), agents.len() < filter.len()) {
        (true, _) => nobody,
        (false, false) => any(),
        (false, true) => nobody.push(" or ").append(any()),
    };
    Sql::new(" and (").append(either).push(")")
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
