//! Opening MySQL and MariaDB the way the desk wants them.

use std::str::FromStr as _;

use sqlx::{Executor, MySql, MySqlConnection, mysql::MySqlConnectOptions};
use support_core::store::StoreError;

use crate::{ServerOptions, SqlxStore, error::meaning};

/// The desk's store on MySQL or MariaDB.
pub type MySqlStore = SqlxStore<MySql>;

/// What a connection of the store's own pool is told once.
///
/// What is too long is refused and never cut off. A lock is waited for a little less long than a statement may take, so
/// that it is the server that gives up and says why. MySQL ends nothing but selects by itself.
const SETTINGS: &str = "set session \
    sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION', \
    session innodb_lock_wait_timeout = 4, \
    /*!80019 session max_execution_time = 5000 */ /*M! session max_statement_time = 5 */; \
    set session transaction isolation level read committed";

/// How to open a database on MySQL 8.0.19 or MariaDB 10.11, or newer.
///
/// Every test runs on MariaDB. What MySQL wants to have said otherwise keeps to its manual, and was not run there.
///
/// One pool reads and writes, at READ COMMITTED with row locks; several instances may share a database. A lock is waited
/// for 4 seconds, and statements may take 5.
///
/// With the feature `tls`, `ssl-mode=VERIFY_IDENTITY` in the URL asks for an encrypted connection to the right server,
/// and `ssl-ca=…` names its authority; [the rest](MySqlConnectOptions) of sqlx's parameters is understood too. The way in
/// which MySQL 8 checks passwords by default wants such a connection, or a socket.
pub type MySqlOptions = ServerOptions<MySql>;

impl MySqlOptions {
    /// Opens the store.
    ///
    /// # Errors
    /// [`StoreError::Backend`] for a URL that is none, or a server that is too old. [`StoreError::Unavailable`] if the
    /// database cannot be reached, or the tables are not what was asked for ([`SchemaError`](crate::SchemaError)).
    pub async fn open(self) -> Result<MySqlStore, StoreError> {
        let options = MySqlConnectOptions::from_str(&self.url).map_err(meaning::<MySql>)?;
        // The rest is said by `SETTINGS`.
        let options = options.charset("utf8mb4").statement_cache_capacity(256);
        let pool = self
            .pool()
            .after_connect(|connection: &mut MySqlConnection, _| {
                Box::pin(async move { connection.execute(SETTINGS).await.map(drop) })
            })
            .connect_lazy_with(options);
        self.open_in(pool).await
    }
}

impl MySqlStore {
    /// Opens a database such as `mysql://desk@localhost/support` with the options as they are.
    ///
    /// # Errors
    /// Those of [`MySqlOptions::open`].
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        MySqlOptions::new(url).open().await
    }
}
