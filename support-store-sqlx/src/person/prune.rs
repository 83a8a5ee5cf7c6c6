//! Forgetting what is old.

use support_core::{
    store::{ErasureCounts, EventRepository, Limit, PruneBefore, PruneCounts, StoreError},
    time::Timestamp,
};

use crate::{dialect::Dialect, sql::Sql, transaction::SqlxTransaction};

type Result<T> = std::result::Result<T, StoreError>;

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn prune_rows(&mut self, before: &PruneBefore, limit: Limit) -> Result<PruneCounts> {
        self.loaded.forget_sessions();
        // Taken apart, so that a new class is not overlooked.
        let PruneBefore { idempotency, events, dead_letters, bot_log, archived_sessions } = *before;
        let mut counts = PruneCounts::default();
        let limit = u64::from(limit.get());
        if let Some(before) = idempotency {
            counts.idempotency = self.prune_first_answers(before, limit).await?;
        }
        if let Some(before) = events {
            counts.events = self.prune_events(before, limit).await?;
        }
        if let Some(before) = dead_letters {
            counts.dead_letters = self.prune_dead_letters(before, limit).await?;
        }
        if let Some(before) = bot_log {
            counts.bot_log = self.prune_bot_log(before, limit).await?;
        }
        if let Some(before) = archived_sessions {
            counts.sessions = self.prune_sessions(before, limit).await?;
        }
        Ok(counts)
    }

    async fn prune_first_answers(&mut self, before: Timestamp, limit: u64) -> Result<u64> {
        let sql = Sql::new(
            "select actor, operation, idempotency_key from @idempotency where tenant = ? and created_at < ? \
             order by created_at limit ?",
        );
        let old = self
            .all(sql.bind(self.tenant_id()).bind(before).bind(limit), "idempotency", "idempotency_key")
            .await?;
        for row in &old {
            let sql = Sql::new(
                "delete from @idempotency where tenant = ? and actor = ? and operation = ? and idempotency_key = ?",
            );
            let sql = sql.bind(self.tenant_id()).bind(row.text("actor")?).bind(row.text("operation")?);
            self.execute(sql.bind(row.text("idempotency_key")?)).await?;
        }
        Ok(old.len() as u64)
    }

    async fn prune_events(&mut self, before: Timestamp, limit: u64) -> Result<u64> {
        // What nobody reads has no position yet, and gets old as well.
        self.assign_positions().await?;
        let sql = Sql::new(
            "select position from @events where tenant = ? and at < ? and position > 0 order by position limit ?",
        );
        let old = self.all(sql.bind(self.tenant_id()).bind(before).bind(limit), "events", "position").await?;
        let positions = old.iter().map(|row| row.integer("position")).collect::<Result<Vec<_>>>()?;
        if positions.is_empty() {
            return Ok(0);
        }
        let sql = Sql::new("delete from @events where tenant = ?").bind(self.tenant_id());
        self.execute(sql.and_any_of("position", positions.into_iter())).await
    }

    async fn prune_dead_letters(&mut self, before: Timestamp, limit: u64) -> Result<u64> {
        let sql = Sql::new(
            "select id from @dead_letters where tenant = ? and given_up_at < ? order by given_up_at limit ?",
        );
        let sql = sql.bind(self.tenant_id()).bind(before).bind(limit);
        let old = self.uuids(sql, "dead_letters").await?;
        if old.is_empty() {
            return Ok(0);
        }
        let sql = Sql::new("delete from @dead_letters where tenant = ?").bind(self.tenant_id());
        self.execute(sql.and_any_of("id", old.into_iter())).await
    }

    async fn prune_bot_log(&mut self, before: Timestamp, limit: u64) -> Result<u64> {
        let sql = Sql::new(
            "select session_id, seq from @traces where tenant = ? and created_at < ? order by created_at limit ?",
        );
        let old =
            self.all(sql.bind(self.tenant_id()).bind(before).bind(limit), "traces", "session_id").await?;
        for row in &old {
            let sql = Sql::new("delete from @traces where session_id = ? and seq = ?");
            self.execute(sql.bind(row.uuid("session_id")?).bind(row.unsigned("seq")?)).await?;
        }
        let pruned = old.len() as u64;
        let sql = Sql::new(
            "select id from @unanswered where tenant = ? and created_at < ? order by created_at limit ?",
        );
        let sql = sql.bind(self.tenant_id()).bind(before).bind(limit - pruned);
        let old = self.uuids(sql, "unanswered").await?;
        if old.is_empty() {
            return Ok(pruned);
        }
        self.ungroup_questions(Sql::new("id in ").values(old.iter().copied())).await?;
        let sql = Sql::new("delete from @unanswered where id in ").values(old);
        Ok(pruned + self.execute(sql).await?)
    }

    /// Archived sessions without a ticket go with all that belongs to them, their events included.
    async fn prune_sessions(&mut self, before: Timestamp, limit: u64) -> Result<u64> {
        let sql = Sql::new(
            "select id from @sessions where tenant = ? and status = 'archived' and ticket_id is null \
             and updated_at < ? order by updated_at limit ?",
        );
        let old = self.uuids(sql.bind(self.tenant_id()).bind(before).bind(limit), "sessions").await?;
        if old.is_empty() {
            return Ok(0);
        }
        let mut counts = ErasureCounts::default();
        self.delete_sessions(&old, &mut counts).await?;
        Ok(counts.sessions)
    }
}
