//! The store: pools, transactions, and the host's own connections.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use sqlx::{Connection, Pool};
use support_core::{
    id::TenantId,
    store::{Store, StoreError, Transaction},
};

use crate::{
    dialect::{BoxFuture, Dialect, Numbering},
    error::{TookTooLong, meaning},
    group::Group,
    held::Held,
    migrations::{self, Migrations},
    prefix::Prefix,
    row::Row,
    shared::Shared,
    sql::Sql,
    transaction::{Access, SqlxTransaction},
    turns::Turns,
};

/// How long a statement may take.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// The desk's store on a SQL database. Its clones are the same store.
pub struct SqlxStore<DB: Dialect> {
    writers: Pool<DB>,
    readers: Pool<DB>,
    writing: Writing<DB>,
    prefix: Prefix,
    shared: Arc<Shared>,
}

/// How writers come to their transactions.
enum Writing<DB: Dialect> {
    /// Side by side.
    Freely,
    /// One after the other.
    InTurns(Arc<Turns>),
    /// One after the other, and committed together.
    InGroups(Arc<Group<DB>>),
}

/// How long somebody waits before the store counts as unavailable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// For a connection, or a turn to write.
    pub(crate) acquire: Duration,
    /// While something outside of the store keeps everybody from writing.
    pub(crate) outside: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { acquire: Duration::from_millis(1_500), outside: Duration::from_secs(5) }
    }
}

impl<DB: Dialect> SqlxStore<DB> {
    /// A store on the host's own pool, with the host's own settings.
    ///
    /// # Errors
    /// [`StoreError::Backend`] if these, or the server, would spoil what is written; with [`Migrations::Manual`], nobody
    /// looks. [`StoreError::Unavailable`] if the database cannot be reached, or the tables are not what `migrations` asks for
    /// ([`SchemaError`](crate::SchemaError)).
    pub async fn from_pool(
        pool: Pool<DB>,
        prefix: Prefix,
        migrations: Migrations,
    ) -> Result<Self, StoreError> {
        Self::open(pool.clone(), pool, Patience::default(), prefix, migrations).await
    }

    pub(crate) async fn open(
        writers: Pool<DB>,
        readers: Pool<DB>,
        patience: Patience,
        prefix: Prefix,
        migrations: Migrations,
    ) -> Result<Self, StoreError> {
        if prefix.schema().is_some() && !DB::HAS_SCHEMAS {
            return Err(StoreError::backend(format!("{} has no schemas", <DB as Dialect>::NAME)));
        }
        let writing = match DB::ONE_WRITER {
            true => Writing::InTurns(Arc::new(Turns::new(patience))),
            false => Writing::Freely,
        };
        let store = Self { writers, readers, writing, prefix, shared: Arc::default() };
        if migrations != Migrations::Manual {
            let mut held = Held::begin(&store.writers, DB::BEGIN_READ).await?;
            in_time(DB::check_session(&mut *held.statement().await?)).await??;
            held.answered();
        }
        match migrations {
            Migrations::Auto => store.migrate().await?,
            Migrations::Manual => {}
            Migrations::Check => store.check().await?,
        }
        Ok(store)
    }

    /// The same store, whose writers are committed together ([`crate::group`]) where they have turns.
    #[cfg(feature = "sqlite")]
    pub(crate) fn in_groups(mut self) -> Self {
        if let Writing::InTurns(turns) = &self.writing {
            let group = Group::new(self.writers.clone(), Arc::clone(turns), Arc::clone(&self.shared));
            self.writing = Writing::InGroups(Arc::new(group));
        }
        self
    }

    /// Brings the tables to the version that is needed. Safe to call from many processes at once.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database cannot be reached, or if a newer release has migrated it.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        // Most starts find everything done, and need not lock anybody out to know.
        if self.check().await.is_ok() {
            return Ok(());
        }
        let mut connection = self.writers.acquire().await.map_err(meaning::<DB>)?;
        if DB::MIGRATES_ALONE {
            // Not the pool's any more, it is closed also where this is given up.
            let mut connection = connection.detach();
            self.migrate_on(&mut connection).await?;
            connection.close().await.map_err(meaning::<DB>)
        } else {
            self.migrate_on(&mut connection).await
        }
    }

    /// Boxed, or the compiler does not see that it can be sent.
    fn migrate_on<'c>(&'c self, connection: &'c mut DB::Connection) -> BoxFuture<'c, Result<(), StoreError>> {
        Box::pin(async move {
            let mut transaction = connection.begin_with(DB::BEGIN_MIGRATION).await.map_err(meaning::<DB>)?;
            migrations::run::<DB>(&mut transaction, &self.prefix).await?;
            transaction.commit().await.map_err(meaning::<DB>)
        })
    }

    /// Opens a transaction of the desk inside one of the host's: the host's rows and the desk's are committed together,
    /// or not at all.
    ///
    /// `commit` releases a savepoint, and the host's own commit makes it last; dropped, it takes back what the desk did
    /// and leaves what the host did. Hand it to [`SupportDesk::create_ticket_in`](support_core::SupportDesk).
    ///
    /// On SQLite the host should have begun with `BEGIN IMMEDIATE`: after a plain `BEGIN` that read something, the first
    /// write fails with [`StoreError::Conflict`] if somebody else wrote in between.
    ///
    /// On MySQL, three things end more than the desk's part. A [`StoreError::Conflict`] may be a deadlock, which undoes
    /// the host's transaction as a whole: it begins again. DDL commits, and what comes after it is in no transaction.
    /// And where a future of the desk's is dropped half-way, as a time-out does it, sqlx (0.9) loses its place in what the
    /// server says: the host closes the connection.
    ///
    /// # Errors
    /// [`StoreError::Backend`] if the connection is in no transaction, [`StoreError::Unavailable`] if it is lost.
    pub async fn join<'t>(
        &self,
        host: &'t mut DB::Connection,
        tenant: &TenantId,
    ) -> Result<Box<dyn Transaction + 't>, StoreError> {
        if !host.is_in_transaction() {
            return Err(StoreError::backend("the connection to be joined is in no transaction"));
        }
        let savepoint = host.begin().await.map_err(meaning::<DB>)?;
        Ok(Box::new(self.view(Held::Joined(savepoint), Access::Write, tenant)))
    }

    /// The pool that writes, for the host's own statements in the same database.
    pub const fn pool(&self) -> &Pool<DB> {
        &self.writers
    }

    /// The pool that reads; the host's own is the same for both.
    pub const fn reader_pool(&self) -> &Pool<DB> {
        &self.readers
    }

    /// Closes the pools, once what runs on them has ended.
    pub async fn close(&self) {
        self.writers.close().await;
        self.readers.close().await;
    }

    pub(crate) const fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    fn view<'t>(
        &self,
        connection: Held<'t, DB>,
        access: Access,
        tenant: &TenantId,
    ) -> SqlxTransaction<'t, DB> {
        let (tenant, prefix, shared) = (tenant.clone(), self.prefix.clone(), Arc::clone(&self.shared));
        SqlxTransaction::new(connection, access, tenant, prefix, STATEMENT_TIMEOUT, shared)
    }

    /// A transaction that may write.
    pub(crate) async fn writing(
        &self,
        tenant: &TenantId,
    ) -> Result<SqlxTransaction<'static, DB>, StoreError> {
        let held = match &self.writing {
            Writing::InGroups(group) => Held::Member(group.begin().await?),
            Writing::InTurns(turns) => {
                let turn = turns.wait().await?;
                let _beginning = turns.begin();
                Held::begin(&self.writers, DB::BEGIN_WRITE).await?.in_turn(turn)
            }
            Writing::Freely => Held::begin(&self.writers, DB::BEGIN_WRITE).await?,
        };
        Ok(self.view(held, Access::Write, tenant))
    }

    /// A transaction that only reads, all of it at one moment.
    pub(crate) async fn reading(
        &self,
        tenant: &TenantId,
    ) -> Result<SqlxTransaction<'static, DB>, StoreError> {
        let held = Held::begin(&self.readers, DB::BEGIN_READ).await?;
        Ok(self.view(held, Access::Read, tenant))
    }
}

#[async_trait]
impl<DB: Dialect> Store for SqlxStore<DB> {
    async fn begin(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        Ok(Box::new(self.writing(tenant).await?))
    }

    async fn begin_read(&self, tenant: &TenantId) -> Result<Box<dyn Transaction>, StoreError> {
        Ok(Box::new(self.reading(tenant).await?))
    }

    async fn list_tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        let sql = Sql::new("select tenant from @tenants order by tenant");
        let (text, binds) = sql.finish(self.prefix.qualified(), DB::placeholder);
        let mut held = Held::begin(&self.readers, DB::BEGIN_READ).await?;
        let rows = {
            let mut connection = held.statement().await?;
            in_time(DB::fetch(&mut connection, text, binds)).await?.map_err(meaning::<DB>)?
        };
        held.answered();
        rows.into_iter().map(|row| Row::<DB>::new(row, "tenants", "tenant").parsed("tenant")).collect()
    }

    async fn check(&self) -> Result<(), StoreError> {
        let mut held = Held::begin(&self.readers, DB::BEGIN_READ).await?;
        let checked = {
            let mut connection = held.statement().await?;
            in_time(migrations::check::<DB>(&mut connection, &self.prefix)).await?
        };
        held.answered();
        checked
    }

    async fn pause(&self, attempt: u32) {
        // 4 ms at most before the second try, twice as long before each further one. Injected randomness is for what
        // is replayed or must not be guessed; when somebody tries again is neither.
        let most = Duration::from_millis(2 << attempt.clamp(1, 8));
        let thousandths = u32::try_from(RandomState::new().hash_one(attempt) % 1_000).unwrap_or(0);
        tokio::time::sleep(most / 2 + most / 2 * thousandths / 1_000).await;
    }

    fn assigns_positions_later(&self) -> bool {
        matches!(DB::NUMBERING, Numbering::AfterCommit(_))
    }

    async fn wait_for_events(&self, at_most: Duration) {
        self.shared.wait(at_most).await;
    }
}

/// Waits for a statement for as long as it may take.
async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, StoreError> {
    let took_too_long = |_| StoreError::unavailable(TookTooLong(STATEMENT_TIMEOUT));
    tokio::time::timeout(STATEMENT_TIMEOUT, work).await.map_err(took_too_long)
}

/// Derived, it would ask for a database type that is `Clone`, which none is.
impl<DB: Dialect> Clone for SqlxStore<DB> {
    fn clone(&self) -> Self {
        Self {
            writers: self.writers.clone(),
            readers: self.readers.clone(),
            writing: self.writing.clone(),
            prefix: self.prefix.clone(),
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<DB: Dialect> Clone for Writing<DB> {
    fn clone(&self) -> Self {
        match self {
            Self::Freely => Self::Freely,
            Self::InTurns(turns) => Self::InTurns(Arc::clone(turns)),
            Self::InGroups(group) => Self::InGroups(Arc::clone(group)),
        }
    }
}

impl<DB: Dialect> fmt::Debug for SqlxStore<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlxStore")
            .field("database", &<DB as Dialect>::NAME)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
