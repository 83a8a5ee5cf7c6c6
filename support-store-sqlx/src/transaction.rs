//! A unit of work: a transaction of the store's own pool, a member of a group of them, or a savepoint in the host's.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use support_core::{
    id::TenantId,
    store::{
        AgentRepository, AnswerRepository, BotLogRepository, ChatRepository, DeliveryRepository,
        EventRepository, IdempotencyRepository, KnowledgeRepository, MessageRepository, PersonRepository,
        StoreError, TicketRepository, Transaction,
    },
};

use tokio::time::error::Elapsed;

use crate::{
    counts::{Counts, Loaded},
    dialect::Dialect,
    error::{TookTooLong, Unsound, meaning},
    held::Held,
    prefix::Prefix,
    row::Row,
    shared::{Notice, Shared},
    sql::Sql,
};

/// What the desk's repositories run on. Dropped without a commit, it is rolled back.
pub(crate) struct SqlxTransaction<'t, DB: Dialect> {
    connection: Held<'t, DB>,
    access: Access,
    state: State,
    tenant: TenantId,
    prefix: Prefix,
    statement_timeout: Duration,
    shared: Arc<Shared>,
    /// Statements that go along with the next one, by the table that they write.
    pending: Vec<(&'static str, Sql)>,
    /// Whether something was written.
    has_written: bool,
    /// Whether readers of events have something to look for once this is committed.
    has_events: bool,
    /// What is to be added to kept counts.
    pub(crate) counts: Counts,
    /// What was read to be changed.
    pub(crate) loaded: Loaded,
}

/// What a transaction may do. The pool's own connections refuse to write where they are to read; a host's do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// Whether statements may still be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Every statement so far did what it was to do, or nothing.
    Sound,
    /// A statement is under way. If it still is when the next one comes, its future was dropped, and nobody knows
    /// whether it was carried out.
    Running,
    /// A statement failed so that the database may have undone the whole transaction, as SQLite does when the disk is
    /// full. What came after it would be committed statement by statement.
    Broken,
}

impl<'t, DB: Dialect> SqlxTransaction<'t, DB> {
    pub(crate) fn new(
        connection: Held<'t, DB>,
        access: Access,
        tenant: TenantId,
        prefix: Prefix,
        statement_timeout: Duration,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            connection,
            access,
            state: State::Sound,
            tenant,
            prefix,
            statement_timeout,
            shared,
            pending: Vec::new(),
            has_written: false,
            has_events: false,
            counts: Counts::default(),
            loaded: Loaded::default(),
        }
    }

    /// Whose rows it sees, for binding.
    pub(crate) fn tenant_id(&self) -> &str {
        self.tenant.as_str()
    }

    /// Whether what is read may be changed.
    pub(crate) const fn may_write(&self) -> bool {
        matches!(self.access, Access::Write)
    }

    pub(crate) const fn note_event(&mut self) {
        self.has_events = true;
    }

    /// All rows of a statement that reads `table`, whose column `key` names a row.
    pub(crate) async fn all(
        &mut self,
        sql: Sql,
        table: &'static str,
        key: &'static str,
    ) -> Result<Vec<Row<DB>>, StoreError> {
        self.send_pending().await?;
        let (text, binds) = sql.finish(self.prefix.qualified(), DB::placeholder);
        let limit = self.start()?;
        let rows = {
            let mut connection = self.connection.statement().await?;
            tokio::time::timeout(limit, DB::fetch(&mut connection, text, binds)).await
        };
        let rows = self.finish(rows)?;
        Ok(rows.into_iter().map(|row| Row::new(row, table, key)).collect())
    }

    /// The one row of a statement, or none.
    pub(crate) async fn one(
        &mut self,
        sql: Sql,
        table: &'static str,
        key: &'static str,
    ) -> Result<Option<Row<DB>>, StoreError> {
        Ok(self.all(sql, table, key).await?.into_iter().next())
    }

    /// The number that a statement calls `value`; 0 without a row.
    pub(crate) async fn number(&mut self, sql: Sql) -> Result<u64, StoreError> {
        match self.one(sql, "(figures)", "value").await? {
            Some(row) => row.unsigned("value"),
            None => Ok(0),
        }
    }

    /// Adds a row, unless one of its keys is taken or there is nothing to select it from. Returns whether it did; the
    /// transaction can go on either way.
    pub(crate) async fn add(&mut self, sql: Sql) -> Result<bool, StoreError> {
        match self.execute(sql.push(DB::UNLESS_TAKEN)).await {
            Err(StoreError::AlreadyExists) => Ok(false),
            added => Ok(added? > 0),
        }
    }

    /// Adds a row. `AlreadyExists` if one of its keys is taken, and the transaction can go on.
    pub(crate) async fn insert(&mut self, sql: Sql) -> Result<(), StoreError> {
        if self.add(sql).await? { Ok(()) } else { Err(StoreError::AlreadyExists) }
    }

    /// Keeps other writers who want the same from going on, until the transaction ends.
    pub(crate) async fn lock_user(&mut self, user: &str) -> Result<(), StoreError> {
        if self.access == Access::Write {
            for statement in DB::lock_user(self.tenant_id(), user) {
                self.all(statement, "(locks)", "user_id").await?;
            }
        }
        Ok(())
    }

    /// What keeps other writers from the row that a statement selects, until the transaction ends.
    pub(crate) fn locking(&self) -> &'static str {
        match self.access {
            Access::Read => "",
            Access::Write => DB::FOR_UPDATE,
        }
    }

    /// Runs a statement; returns how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: Sql) -> Result<u64, StoreError> {
        if self.pending.iter().any(|(table, _)| sql.mentions(table)) {
            self.send_pending().await?;
        }
        let sql = self.take_along(sql);
        self.send(sql).await
    }

    /// Writes to a table what nobody asks for at once. Where a statement can take others along, it goes with the next one
    /// that writes, before the next one that reads, or with the commit, and saves a round trip.
    pub(crate) async fn write_later(&mut self, table: &'static str, sql: Sql) -> Result<(), StoreError> {
        if !DB::TAKES_ALONG || self.access == Access::Read {
            return self.execute(sql).await.map(drop);
        }
        // What one statement writes has no order; rows of one table have.
        if self.pending.iter().any(|(other, _)| *other == table) {
            self.send_pending().await?;
        }
        self.has_written = true;
        self.pending.push((table, sql));
        Ok(())
    }

    /// A statement with those that go along with it.
    fn take_along(&mut self, sql: Sql) -> Sql {
        let mut all = Sql::default();
        for (index, (table, pending)) in self.pending.drain(..).enumerate() {
            let begin = if index == 0 { "with " } else { ", " };
            all = all.push(begin).push("new_").push(&table[1..]).push(" as (").append(pending).push(") ");
        }
        all.append(sql)
    }

    /// Sends what has waited for a statement to go along with.
    async fn send_pending(&mut self) -> Result<(), StoreError> {
        let Some((_, last)) = self.pending.pop() else { return Ok(()) };
        let sql = self.take_along(last);
        self.send(sql).await.map(drop)
    }

    async fn send(&mut self, sql: Sql) -> Result<u64, StoreError> {
        if self.access == Access::Read {
            return Err(StoreError::backend("the transaction was opened for reading"));
        }
        let (text, binds) = sql.finish(self.prefix.qualified(), DB::placeholder);
        let limit = self.start()?;
        self.has_written = true;
        let done = {
            let mut connection = self.connection.statement().await?;
            tokio::time::timeout(limit, DB::execute(&mut connection, text, binds)).await
        };
        self.finish(done)
    }

    /// Says that a statement is under way, and how long it may take.
    fn start(&mut self) -> Result<Duration, StoreError> {
        if self.state != State::Sound {
            return Err(StoreError::backend(Unsound));
        }
        self.state = State::Running;
        Ok(self.statement_timeout)
    }

    /// Says what came of the statement.
    fn finish<T>(&mut self, result: Result<sqlx::Result<T>, Elapsed>) -> Result<T, StoreError> {
        if matches!(result, Ok(Ok(_) | Err(sqlx::Error::Database(_)))) {
            self.connection.answered();
        }
        let result = match result {
            Ok(result) => result.map_err(meaning::<DB>),
            Err(_) => Err(StoreError::unavailable(TookTooLong(self.statement_timeout))),
        };
        self.state = match &result {
            Err(error) if !DB::undoes_the_statement_only(error) => State::Broken,
            Ok(_) | Err(_) => State::Sound,
        };
        result
    }

    /// Makes everything last, without a note of whose it is, and without waking anybody.
    pub(crate) async fn end(mut self) -> Result<(), StoreError> {
        self.send_pending().await?;
        self.start()?;
        let Self { connection, tenant, .. } = self;
        connection.commit(Notice { tenant, has_events: false }, &Shared::default()).await
    }

    async fn note_tenant(&mut self) -> Result<(), StoreError> {
        let sql = Sql::new("insert into @tenants (tenant) values (?)").bind(self.tenant_id());
        self.execute(sql.push(&DB::or_nothing("tenant"))).await.map(drop)
    }
}

#[async_trait]
impl<DB: Dialect> Transaction for SqlxTransaction<'_, DB> {
    fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    fn tickets(&mut self) -> &mut dyn TicketRepository {
        self
    }

    fn chats(&mut self) -> &mut dyn ChatRepository {
        self
    }

    fn messages(&mut self) -> &mut dyn MessageRepository {
        self
    }

    fn events(&mut self) -> &mut dyn EventRepository {
        self
    }

    fn deliveries(&mut self) -> &mut dyn DeliveryRepository {
        self
    }

    fn idempotency(&mut self) -> &mut dyn IdempotencyRepository {
        self
    }

    fn agents(&mut self) -> &mut dyn AgentRepository {
        self
    }

    fn bot_log(&mut self) -> &mut dyn BotLogRepository {
        self
    }

    fn answers(&mut self) -> &mut dyn AnswerRepository {
        self
    }

    fn knowledge(&mut self) -> &mut dyn KnowledgeRepository {
        self
    }

    fn people(&mut self) -> &mut dyn PersonRepository {
        self
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        if !self.has_written {
            // There is nothing to make last. Dropped, it ends as well.
            return Ok(());
        }
        if !self.shared.knows(&self.tenant) {
            self.note_tenant().await?;
        }
        self.write_counts().await?;
        self.send_pending().await?;
        self.start()?;
        let Self { connection, shared, tenant, has_events, .. } = *self;
        connection.commit(Notice { tenant, has_events }, &shared).await
    }
}
