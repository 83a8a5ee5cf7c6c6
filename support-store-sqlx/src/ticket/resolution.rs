//! Stretches of work that have ended.

use support_core::{store::StoreError, ticket::ResolutionCycle};
use uuid::Uuid;

use crate::{
    counts::{Fact, RESOLUTIONS},
    dialect::Dialect,
    row::Row,
    sql::Sql,
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// The columns that decide what a stretch of work counts for.
pub(crate) const COUNTED_CYCLE: &str = "row_id, started_at, ended_at";

/// Reads what a stretch of work counts for.
pub(crate) fn read_cycle_facts<DB: Dialect>(row: &Row<DB>) -> Result<[Fact; 4]> {
    Ok(RESOLUTIONS.facts(row.time("started_at")?, row.time("ended_at")?))
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn append_cycle(&mut self, cycle: &ResolutionCycle) -> Result<()> {
        let id = cycle.ticket_id.as_uuid();
        self.need_ticket(cycle.ticket_id).await?;
        let before = Sql::new("select count(*) as value from @resolutions where ticket_id = ?").bind(id);
        let again = self.number(before).await? > 0;
        if again {
            // What is counted once of a ticket is looked for among those that have several alone.
            let sql = Sql::new("update @resolutions set again = 1 where ticket_id = ? and again = 0");
            self.execute(sql.bind(id)).await?;
        }
        let sql = Sql::new(
            "insert into @resolutions (tenant, ticket_id, started_at, ended_at, again) values (?, ?, ?, ?, ?)",
        );
        let sql = sql.bind(self.tenant_id()).bind(id).bind(cycle.started_at).bind(cycle.ended_at);
        self.execute(sql.bind(u64::from(again))).await?;
        self.counts.add(RESOLUTIONS.facts(cycle.started_at, cycle.ended_at));
        Ok(())
    }

    /// Counts stretches of work no more whose tickets are about to be deleted.
    pub(super) async fn uncount_resolutions(&mut self, tickets: &[Uuid]) -> Result<()> {
        let sql = Sql::new("select ").push(COUNTED_CYCLE).push(" from @resolutions where ticket_id in ");
        for row in self.all(sql.values(tickets.iter().copied()), "resolutions", "row_id").await? {
            self.counts.remove(read_cycle_facts(&row)?);
        }
        Ok(())
    }
}
