//! Lists of sessions.

use support_core::{
    chat::{Participant, SessionFilter, SessionSort, SessionView, Unread},
    message::Side,
    store::{Page, PageRequest, StoreError},
};

use super::{cursor, in_scope, row};
use crate::{
    dialect::Dialect,
    page::{Direction, Kind, Order, Segment},
    search::Searched,
    sql::Sql,
    ticket::assigned,
    transaction::SqlxTransaction,
};

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn list_sessions(
        &mut self,
        filter: &SessionFilter,
        sort: SessionSort,
        page: &PageRequest,
    ) -> Result<Page<SessionView>, StoreError> {
        let viewer = &filter.viewer;
        let select = |order: Order| {
            let place = format!(", {} as place_key, s.id as place_id, ", order.column);
            Sql::new("select ")
                .push(row::COLUMNS)
                .push(&place)
                .append(unread_count(viewer))
                .push(" from @sessions s")
        };
        let read = |row: &crate::row::Row<DB>| {
            Ok(SessionView { session: row::read(row)?, unread_count: row.unsigned("unread_count")? })
        };
        let conditions = self.session_conditions(filter, Some(sort)).await?;
        self.page("sessions", segments(viewer, sort), select, &conditions, page, read).await
    }

    /// ` where …` for the sessions, called `s`, that a filter holds. A count has no order.
    pub(super) async fn session_conditions(
        &mut self,
        filter: &SessionFilter,
        sort: Option<SessionSort>,
    ) -> Result<Sql, StoreError> {
        // Taken apart, so that a new field is not overlooked.
        let SessionFilter { scope, viewer, status, owner, category, assignee, unread, search } = filter;
        let finds = self.finds(search.as_ref(), "s.id", Searched::Sessions).await?;
        let tenant_column = if finds.are_few { "coalesce(s.tenant, '')" } else { "s.tenant" };
        // Sessions of one status are kept in the order of their last activity; see the conditions of tickets.
        let status_column = if sort != Some(SessionSort::Waiting) && status.len() == 1 {
            "s.status"
        } else {
            "coalesce(s.status, '')"
        };
        let sql = Sql::new(" where ")
            .push(tenant_column)
            .push(" = ?")
            .bind(self.tenant_id())
            .append(in_scope(scope))
            .and_any_of(status_column, status.iter().map(|status| status.as_str()))
            .and_any_of("s.owner", owner.iter().map(|owner| owner.as_str()))
            .and_any_of("s.category", category.iter().map(support_core::text::Category::as_str))
            .append(assigned("s.assignee_id", "coalesce(s.assignee_id, '')", assignee));
        let sql = match unread {
            Some(Unread::Some) => sql.push(" and ").append(has_unread(viewer)),
            Some(Unread::None) => sql.push(" and not ").append(has_unread(viewer)),
            None => sql,
        };
        Ok(sql.append(finds.all))
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

fn segments(viewer: &Participant, sort: SessionSort) -> Vec<Segment> {
    let by_update = Order::new("s.updated_at", Kind::Time, "s.id", Direction::Descending);
    let segment = |tier, only, order| Segment { tier, only, order };
    match sort {
        SessionSort::Recent => vec![segment(0, Sql::default(), by_update)],
        SessionSort::Unread => vec![
            segment(0, Sql::new(" and ").append(has_unread(viewer)), by_update),
            segment(1, Sql::new(" and not ").append(has_unread(viewer)), by_update),
        ],
        SessionSort::Waiting => {
            let by_wait = Order::new("s.waiting_since", Kind::Time, "s.id", Direction::Ascending);
            vec![
                segment(0, Sql::new(" and s.waiting_since is not null"), by_wait),
                segment(1, Sql::new(" and s.waiting_since is null"), by_update),
            ]
        }
    }
}
