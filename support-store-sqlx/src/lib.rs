//! The support desk's store on SQL databases, written once for all of them.
//!
//! ```
//! use support_core::SupportDesk;
//! use support_store_sqlx::SqliteStore;
//!
//! # async fn open() -> Result<(), Box<dyn std::error::Error>> {
//! let store = SqliteStore::connect("sqlite:app.db").await?;
//! let desk = SupportDesk::builder(store).build();
//! # Ok(())
//! # }
//! ```
//!
//! One process keeps its desk in SQLite; several instances share one in PostgreSQL, or in MySQL (`MySqlStore`):
//!
//! ```
//! # #[cfg(feature = "postgres")]
//! # async fn open() -> Result<(), Box<dyn std::error::Error>> {
//! use support_store_sqlx::{PostgresOptions, Prefix};
//!
//! let prefix = Prefix::default().in_schema("desk")?;
//! let store = PostgresOptions::new("postgres://app@localhost/app").prefix(prefix).open().await?;
//! # Ok(())
//! # }
//! ```
//!
//! The desk's tables live beside the host's own: they begin with a [`Prefix`], and their [`migrations`] are noted in a table
//! of their own. A host hands in its pool ([`SqlxStore::from_pool`]) or lets the store open one the way the desk wants it
//! (`SqliteOptions`, `PostgresOptions`, `MySqlOptions`), and joins the desk's work to its own transaction
//! ([`SqlxStore::join`]). When it outgrows its database, the desk moves to another ([`copy`](mod@copy)).
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `sqlite` | yes | SQLite, bundled: nothing to install |
//! | `postgres` | | PostgreSQL, tested on 15 |
//! | `mysql` | | MySQL 8.0.19, MariaDB 10.11, or newer; tested on MariaDB 10.11 |
//! | `tls` | | encrypted connections to PostgreSQL and MySQL, by rustls with the certificates of the system; without it they are in plain text |
//! | `testing` | | a database of its own for each test, in the module `testing` |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod agent;
mod answer;
mod bot_log;
mod chat;
pub mod copy;
mod counts;
mod delivery;
mod dialect;
mod error;
mod event;
mod group;
mod held;
mod idempotency;
mod knowledge;
mod message;
pub mod migrations;
#[cfg(feature = "mysql")]
mod mysql;
mod page;
mod person;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod postgres_wake;
mod prefix;
mod recount;
mod remote;
mod row;
mod search;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server_options;
mod shared;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod ticket;
mod transaction;
mod turns;
mod unanswered;

#[cfg(feature = "mysql")]
pub use self::mysql::{MySqlOptions, MySqlStore};
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub use self::server_options::ServerOptions;
#[cfg(feature = "sqlite")]
pub use self::sqlite::{SqliteOptions, SqliteStore};
pub use self::{
    dialect::Dialect,
    migrations::{Migrations, SchemaError},
    prefix::{BadPrefix, BadSchema, Prefix},
    recount::Difference,
    store::SqlxStore,
};
#[cfg(feature = "postgres")]
pub use self::{
    postgres::{PostgresOptions, PostgresStore},
    postgres_wake::PostgresWake,
};
