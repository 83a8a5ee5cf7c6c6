//! What sessions count for.

use support_core::{chat::Session, id::SessionId, store::StoreError, time::Timestamp};
use uuid::Uuid;

use super::cursor;
use crate::{
    counts::{Fact, SessionFacts, read_facts, session_facts},
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
    /// Whose it is.
    pub(crate) assignee: Option<String>,
}

/// How far an agent has read in a session.
#[derive(Debug)]
pub(crate) struct Cursor {
    pub(crate) session: Uuid,
    pub(crate) agent: String,
    pub(crate) up_to: u64,
    /// When the session was active last, where the agent's lists find it among what is read.
    pub(crate) mark: Option<Timestamp>,
}

impl Before {
    pub(crate) fn of(session: &Session, staff_has_read: bool) -> Self {
        Self {
            facts: session_facts(session),
            last_customer_seq: session.last_customer_seq,
            updated_at: session.updated_at,
            staff_has_read,
            assignee: session.assignee.as_ref().map(|assignee| assignee.id.as_str().to_owned()),
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
            assignee,
        })
    }

    /// Whether somebody who has read so far has read all that the customer wrote, and there was something.
    pub(crate) const fn is_read(&self, up_to: u64) -> bool {
        self.last_customer_seq > 0 && up_to >= self.last_customer_seq
    }

    /// The mark of an agent who has read so far.
    pub(crate) fn mark(&self, up_to: u64) -> Option<Timestamp> {
        self.is_read(up_to).then_some(self.updated_at)
    }

    /// What the session counts for beside the rest once an agent has read so far.
    pub(crate) fn read_by(&self, agent: &str, up_to: u64) -> impl Iterator<Item = Fact> + use<> {
        self.is_read(up_to).then(|| read_facts(agent, self.updated_at)).into_iter().flatten()
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
        if before.staff_has_read {
            self.count_reads(session.id, &before, &after).await?;
        }
        self.counts.remove(before.facts);
        self.counts.add(after.facts);
        self.loaded.session(session, before.staff_has_read);
        Ok(())
    }

    /// Counts anew what agents have read of a session that has been changed, and says in their cursors whether that is all
    /// of it.
    async fn count_reads(&mut self, id: SessionId, before: &Before, after: &Before) -> Result<()> {
        let has_news = before.last_customer_seq != after.last_customer_seq;
        let mut concerns_somebody = before.updated_at != after.updated_at;
        if has_news || before.updated_at.date_naive() != after.updated_at.date_naive() {
            let cursors = self.agents_cursors(&[id.as_uuid()]).await?;
            for Cursor { agent, up_to, .. } in &cursors {
                self.counts.remove(before.read_by(agent, *up_to));
                self.counts.add(after.read_by(agent, *up_to));
            }
            concerns_somebody =
                cursors.iter().any(|cursor| before.is_read(cursor.up_to) || after.is_read(cursor.up_to));
        }
        if concerns_somebody { self.mark_cursors(id, after).await } else { Ok(()) }
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
            for cursor in cursors.iter().filter(|cursor| cursor.session == id) {
                self.counts.remove(before.read_by(&cursor.agent, cursor.up_to));
            }
            self.counts.remove(before.facts);
        }
        Ok(())
    }

    /// How far agents have read in some sessions.
    pub(crate) async fn agents_cursors(&mut self, sessions: &[Uuid]) -> Result<Vec<Cursor>> {
        let sql = Sql::new(
            "select session_id, participant, up_to, case when tenant = ? then session_updated_at end as mark \
             from @read_cursors where session_id in ",
        )
        .bind(self.tenant_id())
        .values(sessions.iter().copied());
        let mut cursors = Vec::new();
        for row in self.all(sql, "read_cursors", "session_id").await? {
            if let Some(agent) = cursor::agent(&row.text("participant")?) {
                cursors.push(Cursor {
                    session: row.uuid("session_id")?,
                    agent: agent.to_owned(),
                    up_to: row.unsigned("up_to")?,
                    mark: row.time_or_null("mark")?,
                });
            }
        }
        Ok(cursors)
    }
}
