//! Encrypted connections to servers that this test starts itself, with certificates that it makes.
//!
//! Needs `openssl` and the programs of PostgreSQL and MariaDB; without them the tests say so, and fail where
//! `SUPPORT_TEST_REQUIRE` names `tls`.

mod certificates;
mod servers;

use std::{
    env,
    io::{self, Write, stderr},
    path::Path,
    time::Duration,
};

use sqlx::{Connection, Executor, MySqlConnection};
use support_core::store::StoreError;
use support_store_sqlx::{MySqlOptions, MySqlStore, PostgresOptions, PostgresStore};

use self::{certificates::Certificates, servers::Server};
use crate::fixtures::{add, counts, ticket};

/// What could be had, unless tests go without.
fn or_skipped<T>(had: io::Result<T>) -> Option<T> {
    match had {
        Ok(had) => Some(had),
        // A program that is there and fails is a failure.
        Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
        Err(error) => {
            let required = env::var("SUPPORT_TEST_REQUIRE").unwrap_or_default();
            assert!(
                !required.split(',').any(|name| name.trim() == "tls"),
                "SUPPORT_TEST_REQUIRE names tls: {error}"
            );
            _ = writeln!(stderr(), "\n!! the test of encrypted connections is SKIPPED: {error}\n");
            None
        }
    }
}

/// A directory that servers of another user can enter, with certificates in it.
fn prepared() -> Option<(tempfile::TempDir, Certificates)> {
    let directory = tempfile::tempdir().unwrap();
    servers::open_to_all(directory.path());
    let certificates = or_skipped(Certificates::make(directory.path()))?;
    Some((directory, certificates))
}

/// The server takes a moment to begin.
async fn until_it_opens<T>(mut open: impl AsyncFnMut() -> Result<T, StoreError>, server: &mut Server) -> T {
    for _ in 0..600 {
        match open().await {
            Ok(opened) => return opened,
            Err(_) if server.lives() => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(error) => panic!("the server ended: {error:?}\n{}", server.log()),
        }
    }
    panic!("the server never began:\n{}", server.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_to_postgres_are_encrypted_and_lead_to_the_right_server_only() {
    let Some((directory, certificates)) = prepared() else { return };
    let Some(mut server) = or_skipped(Server::postgres(directory.path(), &certificates)) else { return };
    let base = format!("postgres://postgres@localhost:{}/postgres", server.port);
    let open = async |parameters: String| -> Result<PostgresStore, StoreError> {
        let options = PostgresOptions::new(format!("{base}?{parameters}"));
        options.connections(3).acquire_timeout(Duration::from_secs(5)).open().await
    };
    let trusting = |authority: &Path| format!("sslmode=verify-full&sslrootcert={}", authority.display());
    let store = until_it_opens(async || open(trusting(&certificates.authority)).await, &mut server).await;
    add(&store, &ticket(1)).await.unwrap();
    assert_eq!(counts(&store).await, (1, 1));
    let mut connections = Vec::new();
    for _ in 0..3 {
        let mut connection = store.pool().acquire().await.unwrap();
        let query = "select ssl, version from pg_stat_ssl where pid = pg_backend_pid()";
        let (is_encrypted, version): (bool, String) =
            sqlx::query_as(query).fetch_one(&mut *connection).await.unwrap();
        assert!(is_encrypted && version.starts_with("TLSv1."), "{version}");
        connections.push(connection);
    }
    refused(open(trusting(&certificates.other_authority)).await, "certificate");
    refused(open("sslmode=disable".to_owned()).await, "no encryption");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_to_mysql_are_encrypted_and_lead_to_the_right_server_only() {
    let Some((directory, certificates)) = prepared() else { return };
    let Some(mut server) = or_skipped(Server::mariadb(directory.path(), &certificates)) else { return };
    let base = format!("mysql://root@localhost:{}", server.port);
    let open = async |parameters: String| -> Result<MySqlStore, StoreError> {
        let options = MySqlOptions::new(format!("{base}/support?{parameters}"));
        options.connections(3).acquire_timeout(Duration::from_secs(5)).open().await
    };
    let trusting = |authority: &Path| format!("ssl-mode=VERIFY_IDENTITY&ssl-ca={}", authority.display());
    let create = async || -> Result<(), StoreError> {
        let url = format!("{base}/?{}", trusting(&certificates.authority));
        let mut connection = MySqlConnection::connect(&url).await.map_err(StoreError::unavailable)?;
        connection.execute("create database if not exists support").await.map_err(StoreError::backend)?;
        Ok(())
    };
    until_it_opens(create, &mut server).await;
    let store = open(trusting(&certificates.authority)).await.unwrap();
    add(&store, &ticket(1)).await.unwrap();
    assert_eq!(counts(&store).await, (1, 1));
    let mut connections = Vec::new();
    for _ in 0..3 {
        let mut connection = store.pool().acquire().await.unwrap();
        let query = "show session status like 'Ssl_cipher'";
        let (_, cipher): (String, String) = sqlx::query_as(query).fetch_one(&mut *connection).await.unwrap();
        assert!(!cipher.is_empty(), "the connection is not encrypted");
        connections.push(connection);
    }
    refused(open(trusting(&certificates.other_authority)).await, "certificate");
    // That is all that MariaDB says of it.
    refused(open("ssl-mode=DISABLED".to_owned()).await, "access denied");
}

/// Nobody is let in, and the reason is told.
fn refused<T>(opened: Result<T, StoreError>, reason: &str) {
    let error = opened.err().expect("it was let in");
    let said = format!("{error:?}").to_lowercase();
    assert!(said.contains(reason), "{said}");
}
