//! Figures about tickets.

use std::{collections::HashSet, error::Error};

use support_core::{
    access::Scope,
    store::StoreError,
    text::Category,
    ticket::{DurationSummary, Period, RatingSummary, TicketStats, TicketStatsFilter, TicketStatus},
};

use super::{
    durations::{FIRST_ANSWERS, STRETCHES},
    in_scope, row,
};
use crate::{
    counts::{Kind, Labels, Parts},
    dialect::Dialect,
    row::Row,
    sql::Sql,
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// ` and column …` for the moments of a period.
pub(super) fn within(column: &str, period: &Period) -> Sql {
    let sql = Sql::default().push(" and ").push(column).push(" >= ? and ").push(column).push(" < ?");
    sql.bind(period.from()).bind(period.to())
}

/// A moment in a form that no index has, where somebody's own few rows are looked through and not those of a period.
fn moment(column: &'static str, scope: &Scope) -> String {
    match scope {
        Scope::Everything => column.to_owned(),
        _ => format!("coalesce({column}, {column})"),
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn ticket_stats(&mut self, filter: &TicketStatsFilter) -> Result<TicketStats> {
        let TicketStatsFilter { tickets, chats, period } = filter;
        let mut stats = TicketStats::default();
        match tickets {
            Scope::Everything => self.standing(&mut stats).await?,
            _ => self.standing_of(tickets, &mut stats).await?,
        }
        let parts = Parts::of(period);
        // What was counted by day is not looked at again.
        let uncounted = |scope: &Scope| match scope {
            Scope::Everything => parts.ends.clone(),
            _ => vec![*period],
        };
        let (mut ratings, mut stars) = (0, 0);
        if let Some(days) = &parts.days
            && (*tickets == Scope::Everything || *chats == Scope::Everything)
        {
            let kinds = [Kind::TicketsOpened, Kind::RatingsGiven, Kind::StarsGiven];
            let kept = self.kept_in(&kinds, &Labels::of_days(days)).await?;
            let of = |kind| kept.get(&kind).copied().unwrap_or_default();
            if *tickets == Scope::Everything {
                stats.created = of(Kind::TicketsOpened);
            }
            if *chats == Scope::Everything {
                (ratings, stars) = (of(Kind::RatingsGiven), of(Kind::StarsGiven));
            }
        }
        for part in uncounted(tickets) {
            let opened = self.seen(Sql::new("select count(*) as value from @tickets t"), tickets);
            stats.created +=
                self.number(opened.append(within(&moment("t.created_at", tickets), &part))).await?;
        }
        for part in uncounted(chats) {
            let rated = Sql::new("select count(*) as value, ")
                .push(&DB::whole("coalesce(sum(s.rating), 0)"))
                .push(" as stars from @sessions s where s.tenant = ?");
            let rated = rated.bind(self.tenant_id()).push(" and s.rating is not null");
            let rated = rated
                .append(crate::chat::in_scope(chats))
                .append(within(&moment("s.rated_at", chats), &part));
            if let Some(row) = self.one(rated, "sessions", "value").await? {
                ratings += row.unsigned("value")?;
                stars += row.unsigned("stars")?;
            }
        }
        stats.csat = RatingSummary::from_sum(stars, ratings);
        let is_kept = *tickets == Scope::Everything && self.durations_of_all(&parts, &mut stats).await?;
        if !is_kept {
            self.durations(tickets, period, &mut stats).await?;
        }
        Ok(stats)
    }

    /// What took how long, without looking at each. `false` if that cannot be told.
    async fn durations_of_all(&mut self, parts: &Parts, stats: &mut TicketStats) -> Result<bool> {
        let responses = self.kept_durations(&FIRST_ANSWERS, parts).await?;
        let resolutions = self.kept_durations(&STRETCHES, parts).await?;
        let (Some((_, responses)), Some((stretches, resolutions))) = (responses, resolutions) else {
            return Ok(false);
        };
        (stats.first_response, stats.resolution) = (responses, resolutions);
        // Of a ticket that was resolved several times, one counts.
        let again =
            Sql::new("select count(*) as value, count(distinct r.ticket_id) as tickets from @resolutions r");
        let again = again.push(" where r.tenant = ? and r.again = 1").bind(self.tenant_id());
        let again =
            self.one(again.append(within("r.ended_at", &parts.whole)), "resolutions", "value").await?;
        stats.resolved = match again {
            Some(row) => (stretches + row.unsigned("tickets")?).saturating_sub(row.unsigned("value")?),
            None => stretches,
        };
        Ok(true)
    }

    /// ` where …` for the tickets of a scope.
    fn seen(&self, select: Sql, scope: &Scope) -> Sql {
        select.push(" where t.tenant = ?").bind(self.tenant_id()).append(in_scope(scope))
    }

    /// What stands now, from kept counts.
    async fn standing(&mut self, stats: &mut TicketStats) -> Result<()> {
        let kinds = [Kind::TicketStatus, Kind::TicketPriority, Kind::TicketCategory, Kind::TicketsUnassigned];
        for ((kind, label), count) in self.kept(&kinds, &Labels::ALL).await? {
            let count = u64::try_from(count).unwrap_or(0);
            match kind {
                Kind::TicketStatus => {
                    stats.total += count;
                    let status = label.parse().map_err(|error| strange(&label, error))?;
                    stats.by_status.insert(status, count);
                }
                Kind::TicketPriority => {
                    let rank = label.parse().map_err(|error| strange(&label, error))?;
                    let priority =
                        row::ranked(rank).ok_or_else(|| strange(&label, "is no priority's rank"))?;
                    stats.by_priority.insert(priority, count);
                }
                Kind::TicketCategory => {
                    let category = (!label.is_empty()).then(|| Category::parse(&label)).transpose();
                    stats.by_category.insert(category.map_err(|error| strange(&label, error))?, count);
                }
                _ => stats.unassigned = count,
            }
        }
        Ok(())
    }

    /// What stands now of one customer, whose tickets are few.
    async fn standing_of(&mut self, scope: &Scope, stats: &mut TicketStats) -> Result<()> {
        // Counted here: databases would read all tickets in an order that suits the groups.
        let rows = Sql::new("select t.id, t.status, t.priority, t.category, t.assignee_id from @tickets t");
        for row in self.all(self.seen(rows, scope), "tickets", "id").await? {
            let status: TicketStatus = row.named("status")?;
            stats.total += 1;
            *stats.by_status.entry(status).or_default() += 1;
            *stats.by_priority.entry(row::priority(&row)?).or_default() += 1;
            *stats.by_category.entry(row.parsed_or_null("category")?).or_default() += 1;
            let is_nobodys = row.text_or_null("assignee_id")?.is_none();
            stats.unassigned += u64::from(is_nobodys && !status.is_done());
        }
        Ok(())
    }

    /// What took how long, each looked at.
    async fn durations(&mut self, scope: &Scope, period: &Period, stats: &mut TicketStats) -> Result<()> {
        let responses =
            Sql::new("select t.created_at as started, t.first_response_at as ended from @tickets t");
        let responses =
            self.seen(responses, scope).append(within(&moment("t.first_response_at", scope), period));
        let responses = self.all(responses, "tickets", "ended").await?;
        stats.first_response = summary(&responses)?;

        // A ticket's stretches of work go with it, so that none needs to be looked for to see everything.
        let cycles =
            Sql::new("select r.ticket_id, r.started_at as started, r.ended_at as ended from @resolutions r");
        let cycles = match scope {
            Scope::Everything => cycles.push(" where r.tenant = ?").bind(self.tenant_id()),
            _ => {
                let seen = self.seen(cycles.push(" join @tickets t on t.id = r.ticket_id"), scope);
                seen.push(" and coalesce(r.tenant, '') = ?").bind(self.tenant_id())
            }
        };
        let cycles = self
            .all(cycles.append(within(&moment("r.ended_at", scope), period)), "resolutions", "ticket_id")
            .await?;
        let resolved = cycles.iter().map(|row| row.uuid("ticket_id")).collect::<Result<HashSet<_>>>()?;
        stats.resolved = resolved.len() as u64;
        stats.resolution = summary(&cycles)?;
        Ok(())
    }
}

pub(super) fn strange(label: &str, source: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
    StoreError::Corrupt { table: "counts", column: "label", row: label.to_owned(), source: source.into() }
}

fn summary<DB: Dialect>(rows: &[Row<DB>]) -> Result<DurationSummary> {
    let length = |row: &Row<DB>| {
        let (started, ended) = (row.time("started")?, row.time("ended")?);
        Ok(ended.timestamp_micros().saturating_sub(started.timestamp_micros()))
    };
    Ok(DurationSummary::from_micros(rows.iter().map(length).collect::<Result<_>>()?))
}
