//! Databases on a PostgreSQL server, each a copy of one that has the tables.

use std::{
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Postgres};
use support_core::store::StoreError;
use tokio::sync::OnceCell;

use super::{
    Contents, Made, TestOptions, Tested,
    environment::{NAMES, is_older, removed, server, with_database},
};
use crate::{
    PostgresOptions, PostgresStore,
    dialect::BoxFuture,
    migrations::{checksum, sql},
    prefix::Prefix,
};

/// For how long a run may take, in seconds, before its databases count as left behind.
const RUN: i64 = 3_600;
/// For how long the database that others are copied from is used. It is left alone for one more run.
const TEMPLATE: i64 = 12 * RUN;

impl Tested for Postgres {
    fn make(contents: Contents) -> BoxFuture<'static, Option<Made>> {
        Box::pin(async move {
            let url = server("postgres")?;
            match make(&url, contents).await {
                Ok(made) => Some(made),
                Err(error) => panic!("no database for a test on PostgreSQL: {error:?}"),
            }
        })
    }

    fn open(url: String, options: TestOptions) -> BoxFuture<'static, Result<PostgresStore, StoreError>> {
        Box::pin(PostgresOptions::open(options.on_server(url)))
    }
}

async fn make(server: &str, contents: Contents) -> sqlx::Result<Made> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    static READY: OnceCell<String> = OnceCell::const_new();
    let mut admin = PgConnection::connect(server).await?;
    let template = READY.get_or_try_init(|| get_ready(server)).await?;
    let template = match contents {
        Contents::Nothing => "template0",
        Contents::Tables => template,
    };
    let (now, process, n) = (now(&mut admin).await?, process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let name = format!("{NAMES}{now}_{process}_{n}");
    run(&mut admin, format!("create database {name} template {template}")).await?;
    admin.close().await?;
    let server = server.to_owned();
    let url = with_database(&server, &name);
    Ok(Made { url, remove: Some(Box::new(move || remove(server, name))) })
}

/// Removes a database.
fn remove(server: String, name: String) {
    let work = async move {
        let mut admin = PgConnection::connect(&server).await?;
        run(&mut admin, format!("drop database if exists {name} with (force)")).await
    };
    removed(work);
}

/// Removes what killed runs left behind. Returns the database that others are copied from, made if it is not there.
async fn get_ready(server: &str) -> sqlx::Result<String> {
    let mut admin = PgConnection::connect(server).await?;
    // Until the connection is closed, others wait.
    admin.execute("select pg_advisory_lock(hashtext('support_test'))").await?;
    let now = now(&mut admin).await?;
    let kind = format!("_t{}", checksum(&sql::<Postgres>(&Prefix::default())));
    let mut template = None;
    for name in databases(&mut admin).await? {
        let age = if name.contains("_t") && !name.ends_with("_new") { TEMPLATE + RUN } else { RUN };
        if name.ends_with(&kind) && !is_older(&name, now - TEMPLATE) {
            template = Some(name);
        } else if is_older(&name, now - age) {
            run(&mut admin, format!("drop database if exists {name} with (force)")).await?;
        }
    }
    let template = match template {
        Some(template) => template,
        None => {
            let name = format!("{NAMES}{now}{kind}");
            make_template(&mut admin, server, &name).await?;
            name
        }
    };
    admin.close().await?;
    Ok(template)
}

/// Makes a database with the tables. It has its name once it is ready.
async fn make_template(admin: &mut PgConnection, server: &str, name: &str) -> sqlx::Result<()> {
    let new = format!("{name}_new");
    run(admin, format!("create database {new} template template0")).await?;
    let store = PostgresOptions::new(with_database(server, &new)).connections(1).open().await;
    store.map_err(|error| sqlx::Error::Configuration(error.into()))?.close().await;
    run(admin, format!("alter database {new} rename to {name}")).await?;
    run(admin, format!("alter database {name} allow_connections false")).await
}

async fn databases(admin: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    let names =
        sqlx::query_scalar("select datname::text from pg_database where starts_with(datname::text, $1)");
    names.bind(NAMES).fetch_all(admin).await
}

async fn now(admin: &mut PgConnection) -> sqlx::Result<i64> {
    sqlx::query_scalar("select extract(epoch from now())::bigint").fetch_one(admin).await
}

async fn run(admin: &mut PgConnection, sql: String) -> sqlx::Result<()> {
    admin.execute(AssertSqlSafe(sql)).await.map(drop)
}
