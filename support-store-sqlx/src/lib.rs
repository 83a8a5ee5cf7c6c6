//! The support desk's store on SQL databases, written once for all of them.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod agent;
mod bot_log;
mod chat;
mod dialect;
mod error;
mod event;
mod idempotency;
mod message;
pub mod migrations;
mod page;
mod person;
mod prefix;
mod row;
mod shared;
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod ticket;
mod transaction;

#[cfg(feature = "sqlite")]
pub use self::sqlite::{SqliteOptions, SqliteStore};
pub use self::{
    dialect::Dialect,
    migrations::{Migrations, SchemaError},
    prefix::{BadPrefix, Prefix},
    store::SqlxStore,
};
