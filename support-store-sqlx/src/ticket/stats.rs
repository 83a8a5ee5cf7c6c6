//! Figures about tickets.

use std::collections::{BTreeMap, HashSet};

use support_core::{
    store::StoreError,
    ticket::{DurationSummary, Period, RatingSummary, TicketStats, TicketStatsFilter, TicketStatus},
};

use super::{in_scope, row};
use crate::{dialect::Dialect, row::Row, sql::Sql, transaction::SqlxTransaction};

type Result<T> = std::result::Result<T, StoreError>;

/// ` and column …` for the moments of a period.
fn within(column: &'static str, period: &Period) -> Sql {
    let sql = Sql::new(" and ").push(column).push(" >= ? and ").push(column).push(" < ?");
    sql.bind(period.from()).bind(period.to())
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn ticket_stats(&mut self, filter: &TicketStatsFilter) -> Result<TicketStats> {
        let TicketStatsFilter { tickets, chats, period } = filter;
        let seen =
            |sql: Sql, tenant: &str| sql.push(" where t.tenant = ?").bind(tenant).append(in_scope(tickets));
        let tenant = self.tenant_id().to_owned();
        let mut stats = TicketStats::default();

        let by_status = seen(Sql::new("select t.status, count(*) as value from @tickets t"), &tenant);
        for row in self.all(by_status.push(" group by t.status"), "tickets", "status").await? {
            let count = row.unsigned("value")?;
            stats.total += count;
            stats.by_status.insert(row.named("status")?, count);
        }
        let by_priority = seen(Sql::new("select t.priority, count(*) as value from @tickets t"), &tenant);
        for row in self.all(by_priority.push(" group by t.priority"), "tickets", "priority").await? {
            stats.by_priority.insert(row::priority(&row)?, row.unsigned("value")?);
        }
        let by_category = seen(Sql::new("select t.category, count(*) as value from @tickets t"), &tenant);
        let mut categories = BTreeMap::new();
        for row in self.all(by_category.push(" group by t.category"), "tickets", "category").await? {
            categories.insert(row.parsed_or_null("category")?, row.unsigned("value")?);
        }
        stats.by_category = categories;

        let counted = || seen(Sql::new("select count(*) as value from @tickets t"), &tenant);
        let open = TicketStatus::ALL.iter().filter(|status| !status.is_done());
        let open: Vec<_> = open.map(|status| status.as_str()).collect();
        let unassigned =
            counted().push(" and t.assignee_id is null").and_any_of("t.status", open.into_iter());
        stats.unassigned = self.number(unassigned).await?;
        stats.created = self.number(counted().append(within("t.created_at", period))).await?;

        let responses = seen(
            Sql::new("select t.id, t.created_at as started, t.first_response_at as ended from @tickets t"),
            &tenant,
        );
        let responses =
            self.all(responses.append(within("t.first_response_at", period)), "tickets", "id").await?;
        stats.first_response = summary(&responses)?;

        let cycles = Sql::new(
            "select t.id, r.started_at as started, r.ended_at as ended from @resolutions r join @tickets t on t.id = r.ticket_id",
        );
        let cycles = seen(cycles, &tenant).push(" and r.tenant = ?").bind(tenant.as_str());
        let cycles = self.all(cycles.append(within("r.ended_at", period)), "resolutions", "id").await?;
        let resolved = cycles.iter().map(|row| row.uuid("id")).collect::<Result<HashSet<_>>>()?;
        stats.resolved = resolved.len() as u64;
        stats.resolution = summary(&cycles)?;

        let rated = Sql::new("select count(*) as value, ")
            .push(&DB::whole("coalesce(sum(s.rating), 0)"))
            .push(" as stars from @sessions s where s.tenant = ?")
            .bind(tenant.as_str())
            .push(" and s.rating is not null")
            .append(crate::chat::in_scope(chats));
        if let Some(row) = self.one(rated.append(within("s.rated_at", period)), "sessions", "value").await? {
            stats.csat = RatingSummary::from_sum(row.unsigned("stars")?, row.unsigned("value")?);
        }
        Ok(stats)
    }
}

fn summary<DB: Dialect>(rows: &[Row<DB>]) -> Result<DurationSummary> {
    let length = |row: &Row<DB>| {
        let (started, ended) = (row.time("started")?, row.time("ended")?);
        Ok(ended.timestamp_micros().saturating_sub(started.timestamp_micros()))
    };
    Ok(DurationSummary::from_micros(rows.iter().map(length).collect::<Result<_>>()?))
}
