//! Whether kept counts are what the rows say.

use std::collections::BTreeMap;

use support_core::{
    id::TenantId,
    store::{StoreError, Transaction as _},
};
use uuid::Uuid;

use crate::{
    SqlxStore,
    chat::{Before, COUNTED as OF_SESSIONS},
    counts::{Counts, Kind, Labels},
    dialect::Dialect,
    row::Row,
    sql::Sql,
    ticket::{COUNTED as OF_TICKETS, COUNTED_CYCLE, read_cycle_facts, read_facts},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// How many rows are read at once.
const AT_ONCE: u64 = 1_000;

/// A kept count beside what the rows say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What is counted.
    pub kind: &'static str,
    /// For what of that kind.
    pub label: String,
    /// The count that was kept.
    pub kept: i64,
    /// What the rows come to.
    pub counted: i64,
}

impl<DB: Dialect> SqlxStore<DB> {
    /// Counts a tenant's rows and tells which kept counts differ. There is none unless something else has written to the
    /// tables. It reads every ticket, session and answer of the bot, and keeps nobody from writing.
    ///
    /// On databases with several writers, what is committed meanwhile may be counted in one of both only: for quiet hours.
    ///
    /// # Errors
    /// Those of every read.
    pub async fn check_counts(&self, tenant: &TenantId) -> Result<Vec<Difference>> {
        self.reading(tenant).await?.differences().await
    }

    /// Counts a tenant's rows and puts the kept counts right. Returns those that were not.
    ///
    /// On databases with several writers it is for quiet hours, as [`SqlxStore::check_counts`] is.
    ///
    /// # Errors
    /// Those of every read and write.
    pub async fn recount(&self, tenant: &TenantId) -> Result<Vec<Difference>> {
        let mut tx = self.writing(tenant).await?;
        let differences = tx.differences().await?;
        for Difference { kind, label, kept, counted } in &differences {
            let kind = Kind::named(kind).ok_or_else(|| StoreError::backend("no such kind of count"))?;
            tx.counts.add([(kind, label.clone(), counted - kept)]);
        }
        tx.write_counts().await?;
        Box::new(tx).commit().await?;
        Ok(differences)
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    async fn differences(&mut self) -> Result<Vec<Difference>> {
        let mut counted = Counts::default();
        self.count_tickets(&mut counted).await?;
        self.count_resolutions(&mut counted).await?;
        self.count_sessions(&mut counted).await?;
        let mut both: BTreeMap<(Kind, String), (i64, i64)> = BTreeMap::new();
        for (key, n) in self.kept(Kind::ALL, &Labels::ALL).await? {
            both.entry(key).or_default().0 = n;
        }
        for (kind, label, n) in counted.take() {
            both.entry((kind, label)).or_default().1 = n;
        }
        let differing = both.into_iter().filter(|(_, (kept, counted))| kept != counted);
        Ok(differing
            .map(|((kind, label), (kept, counted))| Difference { kind: kind.as_str(), label, kept, counted })
            .collect())
    }

    async fn count_tickets(&mut self, counted: &mut Counts) -> Result<()> {
        let mut last = Uuid::nil();
        loop {
            let sql = Sql::new("select ").push(OF_TICKETS).push(" from @tickets where tenant = ? and id > ?");
            let rows = self.some_after(sql, last, "tickets").await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = row.uuid("id")?;
            for row in &rows {
                counted.add(read_facts(row)?);
            }
        }
    }

    async fn count_resolutions(&mut self, counted: &mut Counts) -> Result<()> {
        let mut last = 0_i64;
        loop {
            let sql = Sql::new("select ")
                .push(COUNTED_CYCLE)
                .push(" from @resolutions where tenant = ? and row_id > ? order by row_id")
                .bind(self.tenant_id())
                .bind(last);
            let rows = self.all(sql.push(DB::LIMIT).bind(AT_ONCE), "resolutions", "row_id").await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = row.integer("row_id")?;
            for row in &rows {
                counted.add(read_cycle_facts(row)?);
            }
        }
    }

    async fn count_sessions(&mut self, counted: &mut Counts) -> Result<()> {
        let mut last = Uuid::nil();
        loop {
            let sql =
                Sql::new("select ").push(OF_SESSIONS).push(" from @sessions where tenant = ? and id > ?");
            let rows = self.some_after(sql, last, "sessions").await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = row.uuid("id")?;
            let read = rows.iter().map(|row| Ok((row.uuid("id")?, Before::read(row)?)));
            let sessions = read.collect::<Result<BTreeMap<_, _>>>()?;
            let ids: Vec<Uuid> = sessions.keys().copied().collect();
            for (session, agent, up_to) in self.agents_cursors(&ids).await? {
                counted.add(sessions.get(&session).and_then(|before| before.read_by(&agent, up_to)));
            }
            counted.add(self.answer_facts(&ids).await?);
            for before in sessions.into_values() {
                counted.add(before.facts);
            }
        }
    }

    async fn some_after(&mut self, sql: Sql, last: Uuid, table: &'static str) -> Result<Vec<Row<DB>>> {
        let sql = sql.bind(self.tenant_id()).bind(last).push(" order by id").push(DB::LIMIT).bind(AT_ONCE);
        self.all(sql, table, "id").await
    }
}
