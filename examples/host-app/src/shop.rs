//! The shop as a whole.

use std::path::Path;

use axum::{Router, routing::post};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use support_core::{SupportDesk, store::StoreError};
use support_http_axum::SupportRouter;
use support_store_sqlx::{Migrations, Prefix, SqliteStore};

use crate::{login::CookieAuthenticator, order::place_order};

/// The shop with the desk in it. A cheap clone, and the state of the shop's routes.
#[derive(Debug, Clone)]
pub struct Shop {
    pool: SqlitePool,
    store: SqliteStore,
    desk: SupportDesk,
}

/// Why the shop does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Database(#[from] sqlx::Error),
    /// The shop's own tables cannot be made.
    #[error("the shop's tables cannot be made")]
    Migrations(#[from] sqlx::migrate::MigrateError),
    /// The desk's tables cannot be made.
    #[error("the desk's tables cannot be made")]
    Store(#[from] StoreError),
}

impl Shop {
    /// Opens the shop on a file, which is made if need be: first the shop's migrations, then the desk's, each with a
    /// table of its own that says how far they are.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(file: &Path) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .foreign_keys(true);
        let pool = SqlitePool::connect_with(options).await?;
        sqlx::migrate!().run(&pool).await?;
        let store = SqliteStore::from_pool(pool.clone(), Prefix::default(), Migrations::Auto).await?;
        let desk = SupportDesk::builder(store.clone()).build();
        Ok(Self { pool, store, desk })
    }

    /// The shop's routes, and the desk's under `/help`.
    pub fn router(&self) -> Router {
        let login = CookieAuthenticator::new(self.pool.clone());
        let help = SupportRouter::new(self.desk.clone()).authenticator(login).build();
        Router::new().route("/orders", post(place_order)).nest("/help", help).with_state(self.clone())
    }

    /// The one database of both.
    pub const fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// The desk's store, for transactions that span both.
    pub const fn store(&self) -> &SqliteStore {
        &self.store
    }

    /// The desk, whose use cases are methods.
    pub const fn desk(&self) -> &SupportDesk {
        &self.desk
    }
}
