//! Whether kept counts are what the rows say.

use std::collections::{BTreeMap, BTreeSet};

use support_core::{
    id::{SessionId, TenantId},
    store::{StoreError, Transaction as _},
};
use uuid::Uuid;

use crate::{
    SqlxStore,
    chat::{Before, COUNTED as OF_SESSIONS, Cursor, wrong_marks},
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

/// A kept count beside what the rows say; or what is kept of one chat, for lists of what agents have and have not read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What is counted. Of a chat, `read_cursors`: when it was active last, in microseconds, if an agent has read all of it,
    /// and else 0; and `news_for_assignee`: 1 if its assignee has not, and else 0. The chat's id begins the label.
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
        let mut marked = BTreeSet::new();
        for Difference { kind, label, kept, counted } in &differences {
            match Kind::named(kind) {
                Some(kind) => tx.counts.add([(kind, label.clone(), counted - kept)]),
                None => marked.extend(label.split(' ').next().and_then(|id| id.parse::<Uuid>().ok())),
            }
        }
        for id in marked {
            tx.mark_session(SessionId::from_uuid(id)).await?;
        }
        tx.write_counts().await?;
        Box::new(tx).commit().await?;
        Ok(differences)
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    async fn differences(&mut self) -> Result<Vec<Difference>> {
        let (mut counted, mut wrong) = (Counts::default(), Vec::new());
        self.count_tickets(&mut counted).await?;
        self.count_resolutions(&mut counted).await?;
        self.count_sessions(&mut counted, &mut wrong).await?;
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
            .chain(wrong)
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

    async fn count_sessions(&mut self, counted: &mut Counts, wrong: &mut Vec<Difference>) -> Result<()> {
        let mut last = Uuid::nil();
        loop {
            let sql = Sql::new("select ")
                .push(OF_SESSIONS)
                .push(", news_for_assignee from @sessions where tenant = ? and id > ?");
            let rows = self.some_after(sql, last, "sessions").await?;
            let Some(row) = rows.last() else { return Ok(()) };
            last = row.uuid("id")?;
            let ids = rows.iter().map(|row| row.uuid("id")).collect::<Result<Vec<_>>>()?;
            let mut cursors: BTreeMap<Uuid, Vec<Cursor>> = BTreeMap::new();
            for cursor in self.agents_cursors(&ids).await? {
                cursors.entry(cursor.session).or_default().push(cursor);
            }
            for row in &rows {
                let (id, session) = (row.uuid("id")?, Before::read(row)?);
                let cursors = cursors.remove(&id).unwrap_or_default();
                wrong.extend(wrong_marks(id, &session, row.integer("news_for_assignee")?, &cursors));
                for Cursor { agent, up_to, .. } in cursors {
                    counted.add(session.read_by(&agent, up_to));
                }
                counted.add(session.facts);
            }
            counted.add(self.answer_facts(&ids).await?);
        }
    }

    async fn some_after(&mut self, sql: Sql, last: Uuid, table: &'static str) -> Result<Vec<Row<DB>>> {
        let sql = sql.bind(self.tenant_id()).bind(last).push(" order by id").push(DB::LIMIT).bind(AT_ONCE);
        self.all(sql, table, "id").await
    }
}
