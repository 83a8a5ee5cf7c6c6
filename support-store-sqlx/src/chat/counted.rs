//! What sessions count for.

use support_core::{chat::Session, id::SessionId, store::StoreError, time::Timestamp};
use uuid::Uuid;

use super::cursor;
use crate::{
    counts::{Fact, SessionFacts, session_facts},
    dialect::Dialect,
    row::Row,
    sql::Sql,
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// The columns that decide what a session counts for.
pub(crate) const COLUMNS: &str =
    "id, status, assignee_id, last_seq, last_customer_seq, rating, rated_at, updated_at, staff_has_read";

/// What a session counted for when it was read.
#[derive(Debug, Clone)]
pub(crate) struct Before {
    /// What it counted for, apart from what agents have read.
    pub(crate) facts: Vec<Fact>,
    /// Decides with each cursor whether the session is read.
    pub(crate) last_customer_seq: u64,
    pub(crate) updated_at: Timestamp,
    /// Whether an agent has ever read in it.
    pub(crate) staff_has_read: bool,
}

impl Before {
    pub(crate) fn of(session: &Session, staff_has_read: bool) -> Self {
        Self {
            facts: session_facts(session),
            last_customer_seq: session.last_customer_seq,
            updated_at: session.updated_at,
            staff_has_read,
        }
    }

    /// Reads [`COLUMNS`].
    pub(crate) fn read<DB: Dialect>(row: &Row<DB>) -> Result<Self> {
        let assignee = row.text_or_null("assignee_id")?;
        let facts = SessionFacts {
            is_active: row.text("status")? == "active",
            assignee: assignee.as_deref(),
            last_seq: row.unsigned("last_seq")?,
            last_customer_seq: row.unsigned("last_customer_seq")?,
            stars: row.integer_or_null("rating")?,
            rated_at: row.time_or_null("rated_at")?,
            updated_at: row.time("updated_at")?,
        };
        Ok(Self {
            last_customer_seq: facts.last_customer_seq,
            updated_at: facts.updated_at,
            staff_has_read: row.integer("staff_has_read")? != 0,
            facts: facts.list(),
        })
    }

    /// What the session counts for beside the rest once an agent has read so far.
    pub(crate) fn read_by(&self, agent: &str, up_to: u64) -> Option<Fact> {
        crate::counts::read_fact(agent, up_to, self.last_customer_seq, self.updated_at)
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// What a session counts for in the version that is to be changed; `None` if it is not there in that version.
    pub(super) async fn session_before(&mut self, session: &Session) -> Result<Option<Before>> {
        if let Some(before) = self.loaded.session_in(session.id, session.version) {
            return Ok(Some(before.clone()));
        }
        let sql = Sql::new("select ")
            .push(COLUMNS)
            .push(" from @sessions where coalesce(tenant, '') = ? and id = ? and version = ?")
            .bind(self.tenant_id())
            .bind(session.id.as_uuid())
            .bind(session.version);
        self.one(sql, "sessions", "id").await?.as_ref().map(Before::read).transpose()
    }

    /// What a session counts for now, which other writers are kept from. `NotFound` without it.
    pub(super) async fn session_now(&mut self, id: SessionId) -> Result<Before> {
        if let Some(before) = self.loaded.session_now(id) {
            return Ok(before.clone());
        }
        let sql = Sql::new("select ")
            .push(COLUMNS)
            .push(" from @sessions where coalesce(tenant, '') = ? and id = ?")
            .bind(self.tenant_id())
            .bind(id.as_uuid())
            .push(self.locking());
        let row = self.one(sql, "sessions", "id").await?.ok_or(StoreError::NotFound)?;
        Before::read(&row)
    }

    /// Counts a session anew that has been changed.
    pub(super) async fn count_session(&mut self, before: Option<Before>, session: &Session) -> Result<()> {
        let Some(before) = before else { return Ok(()) };
        let after = Before::of(session, before.staff_has_read);
        let reads_differ = before.last_customer_seq != after.last_customer_seq
            || before.updated_at.date_naive() != after.updated_at.date_naive();
        if reads_differ && before.staff_has_read {
            for (_, agent, up_to) in self.agents_cursors(&[session.id.as_uuid()]).await? {
                self.counts.remove(before.read_by(&agent, up_to));
                self.counts.add(after.read_by(&agent, up_to));
            }
        }
        self.counts.remove(before.facts);
        self.counts.add(after.facts);
        self.loaded.session(session, before.staff_has_read);
        Ok(())
    }

    /// Counts sessions no more that are about to be deleted.
    pub(crate) async fn uncount_sessions(&mut self, ids: &[Uuid]) -> Result<()> {
        let answers = self.answer_facts(ids).await?;
        self.counts.remove(answers);
        let sql = Sql::new("select ")
            .push(COLUMNS)
            .push(" from @sessions where id in ")
            .values(ids.iter().copied());
        let rows = self.all(sql, "sessions", "id").await?;
        let cursors = self.agents_cursors(ids).await?;
        for row in rows {
            let (id, before) = (row.uuid("id")?, Before::read(&row)?);
            for (_, agent, up_to) in cursors.iter().filter(|(session, ..)| *session == id) {
                self.counts.remove(before.read_by(agent, *up_to));
            }
            self.counts.remove(before.facts);
        }
        Ok(())
    }

    /// How far agents have read in some sessions.
    pub(crate) async fn agents_cursors(&mut self, sessions: &[Uuid]) -> Result<Vec<(Uuid, String, u64)>> {
        let sql = Sql::new("select session_id, participant, up_to from @read_cursors where session_id in ")
            .values(sessions.iter().copied());
        let mut cursors = Vec::new();
        for row in self.all(sql, "read_cursors", "session_id").await? {
            if let Some(agent) = cursor::agent(&row.text("participant")?) {
                cursors.push((row.uuid("session_id")?, agent.to_owned(), row.unsigned("up_to")?));
            }
        }
        Ok(cursors)
    }
}
