//! Databases on a MySQL or MariaDB server.
//!
//! Making the tables takes most of a second there, for each is a file. So a few databases are kept, on the server, from
//! test to test and from run to run: one that no test has is emptied and handed out. Whoever has one holds a lock of
//! its name, which ends with their connection, however they end.

use std::{
    process,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use sqlx::{AssertSqlSafe, Connection, Executor, MySql, MySqlConnection};
use support_core::store::StoreError;

use super::{
    Contents, Made, TestOptions, Tested,
    environment::{NAMES, is_older, removed, server, with_database},
};
use crate::{
    MySqlOptions, MySqlStore,
    dialect::BoxFuture,
    migrations::{checksum, sql},
    prefix::Prefix,
};

/// For how long a run may take, in seconds, before its databases count as left behind.
const RUN: i64 = 3_600;
/// How many databases with tables there are at most.
const KEPT: u32 = 64;

impl Tested for MySql {
    fn make(contents: Contents) -> BoxFuture<'static, Option<Made>> {
        Box::pin(async move {
            let url = server("mysql")?;
            let made = match contents {
                Contents::Nothing => make(&url).await,
                Contents::Tables => take(&url).await,
            };
            Some(made.unwrap_or_else(|error| panic!("no database for a test on MySQL: {error:?}")))
        })
    }

    fn open(url: String, options: TestOptions) -> BoxFuture<'static, Result<MySqlStore, StoreError>> {
        Box::pin(MySqlOptions::open(options.on_server(url)))
    }
}

/// Makes an empty database, which goes with what is returned.
async fn make(server: &str) -> sqlx::Result<Made> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let mut admin = MySqlConnection::connect(server).await?;
    let now: i64 = sqlx::query_scalar("select unix_timestamp()").fetch_one(&mut admin).await?;
    let name = format!("{NAMES}{now}_{}_{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    for old in databases(&mut admin).await?.iter().filter(|old| is_older(old, now - RUN)) {
        run(&mut admin, format!("drop database if exists {old}")).await?;
    }
    create(&mut admin, &name).await?;
    admin.close().await?;
    let server = server.to_owned();
    let url = with_database(&server, &name);
    Ok(Made { url, remove: Some(Box::new(move || remove(server, name))) })
}

/// Removes a database.
fn remove(server: String, name: String) {
    let work = async move {
        let mut admin = MySqlConnection::connect(&server).await?;
        end_connections(&mut admin, &name).await?;
        run(&mut admin, format!("drop database if exists {name}")).await
    };
    removed(work);
}

/// Takes a database with empty tables, which is free again when what is returned goes.
async fn take(server: &str) -> sqlx::Result<Made> {
    let mut admin = MySqlConnection::connect(server).await?;
    let kind = checksum(&sql::<MySql>(&Prefix::default()));
    for n in 0..KEPT {
        let name = format!("{NAMES}kept_{kind}_{n}");
        if !lock(&mut admin, &name).await? {
            continue;
        }
        let url = with_database(server, &name);
        if is_there(&mut admin, &name).await? {
            end_connections(&mut admin, &name).await?;
        } else {
            remove_other_kinds(&mut admin, &kind).await?;
            create(&mut admin, &name).await?;
        }
        // Completes what a killed run has begun.
        let store =
            MySqlOptions::new(&url).connections(1).acquire_timeout(Duration::from_secs(30)).open().await;
        store.map_err(|error| sqlx::Error::Configuration(error.into()))?.close().await;
        empty(&mut admin, &name).await?;
        return Ok(Made { url, remove: Some(Box::new(move || drop(admin))) });
    }
    Err(sqlx::Error::Configuration(format!("{KEPT} databases for tests are in use").into()))
}

/// The lock of a database's name, unless somebody has it.
async fn lock(admin: &mut MySqlConnection, name: &str) -> sqlx::Result<bool> {
    let got: Option<i64> =
        sqlx::query_scalar("select get_lock(?, 0)").bind(name).fetch_one(&mut *admin).await?;
    Ok(got == Some(1))
}

async fn is_there(admin: &mut MySqlConnection, name: &str) -> sqlx::Result<bool> {
    let there =
        sqlx::query_scalar::<_, i64>("select 1 from information_schema.schemata where schema_name = ?");
    there.bind(name).fetch_optional(admin).await.map(|there| there.is_some())
}

/// In a character set that is not the desk's, which its tables have to say for themselves.
async fn create(admin: &mut MySqlConnection, name: &str) -> sqlx::Result<()> {
    run(admin, format!("create database {name} character set latin1")).await
}

/// Removes what was kept for other tables than these, and is not in use.
async fn remove_other_kinds(admin: &mut MySqlConnection, kind: &str) -> sqlx::Result<()> {
    let is_other = |name: &String| name.starts_with(&format!("{NAMES}kept_")) && !name.contains(kind);
    for name in databases(admin).await?.into_iter().filter(is_other) {
        if lock(admin, &name).await? {
            run(admin, format!("drop database if exists {name}")).await?;
            sqlx::query("do release_lock(?)").bind(&name).execute(&mut *admin).await?;
        }
    }
    Ok(())
}

/// Ends what a test has left running, so that nothing of it is seen by the next one.
async fn end_connections(admin: &mut MySqlConnection, name: &str) -> sqlx::Result<()> {
    loop {
        let running = sqlx::query_scalar::<_, i64>(
            "select cast(id as signed) from information_schema.processlist where db = ? and id <> connection_id()",
        );
        let running = running.bind(name).fetch_all(&mut *admin).await?;
        if running.is_empty() {
            return Ok(());
        }
        for id in running {
            // It may have ended by itself.
            let _ = run(admin, format!("kill {id}")).await;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Empties the desk's tables, and removes those of a test.
async fn empty(admin: &mut MySqlConnection, name: &str) -> sqlx::Result<()> {
    let tables = sqlx::query_scalar::<_, String>(
        "select cast(table_name as char) from information_schema.tables where table_schema = ?",
    );
    let (prefix, made) = (Prefix::default(), sql::<MySql>(&Prefix::default()));
    let (mut drops, mut deletes) = (String::new(), String::new());
    for table in tables.bind(name).fetch_all(&mut *admin).await? {
        if table.strip_prefix(prefix.as_str()) == Some("migrations") {
            continue;
        }
        if made.contains(&format!("create table if not exists {table} (")) {
            deletes.push_str(&format!("delete from {name}.{table};"));
        } else {
            drops.push_str(&format!("drop table {name}.{table};"));
        }
    }
    run(admin, format!("{drops} start transaction; {deletes} commit")).await
}

async fn databases(admin: &mut MySqlConnection) -> sqlx::Result<Vec<String>> {
    let names = sqlx::query_scalar(
        "select cast(schema_name as char) from information_schema.schemata where left(schema_name, ?) = ?",
    );
    names.bind(NAMES.len() as i64).bind(NAMES).fetch_all(admin).await
}

async fn run(admin: &mut MySqlConnection, sql: String) -> sqlx::Result<()> {
    admin.execute(AssertSqlSafe(sql)).await.map(drop)
}
