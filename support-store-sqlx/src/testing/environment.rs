//! Which servers tests have.
#![cfg_attr(
    not(any(feature = "postgres", feature = "mysql")),
    expect(dead_code, reason = "files need no server")
)]

use std::{
    collections::BTreeSet,
    env,
    io::{Write, stderr},
    sync::{Mutex, PoisonError},
    thread,
};

/// Databases of which was said that tests go without them.
static SKIPPED: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The URL of the server for a database, or `None` if tests go without.
///
/// # Panics
/// If it is required, and there is none.
pub(super) fn server(database: &'static str) -> Option<String> {
    let variable = format!("SUPPORT_TEST_{}_URL", database.to_uppercase());
    if let Ok(url) = env::var(&variable) {
        return Some(url);
    }
    let required = env::var("SUPPORT_TEST_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|name| name.trim() == database),
        "SUPPORT_TEST_REQUIRE names {database}, and {variable} is not set"
    );
    if SKIPPED.lock().unwrap_or_else(PoisonError::into_inner).insert(database) {
        // Past the output that is shown of failed tests alone: nobody is to take what was skipped for what has passed.
        let _ = writeln!(stderr(), "\n!! tests on {database} are SKIPPED: {variable} is not set\n");
    }
    None
}

/// A server's URL with another database in it.
pub fn with_database(url: &str, database: &str) -> String {
    let (address, parameters) = match url.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (url, String::new()),
    };
    let authority = address.find("://").map_or(0, |at| at + 3);
    let end = address[authority..].find('/').map_or(address.len(), |at| authority + at);
    format!("{}/{database}{parameters}", &address[..end])
}

/// What databases of tests are called, and when they were made: `support_test_{seconds}_…`.
pub(super) const NAMES: &str = "support_test_";

/// Whether a database of tests, by its name, was made before a moment, in seconds of the server's clock.
pub(super) fn is_older(name: &str, than: i64) -> bool {
    let made = name.strip_prefix(NAMES).and_then(|rest| rest.split('_').next());
    made.and_then(|made| made.parse::<i64>().ok()).is_some_and(|made| made < than)
}

/// Waits until a database was removed, also in a thread in which a runtime is at work, or which panics.
pub(super) fn removed(work: impl Future<Output = sqlx::Result<()>> + Send + 'static) {
    let removal = thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(sqlx::Error::from).and_then(|runtime| runtime.block_on(work))
    });
    match removal.join() {
        Ok(Ok(())) => {}
        failed => eprintln!("the database of a test was not removed: {failed:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gets_another_database() {
        for (url, expected) in [
            ("postgres://root@localhost/postgres", "postgres://root@localhost/mine"),
            (
                "postgres://root:pass%2Fword@[::1]:5433/a?sslmode=disable",
                "postgres://root:pass%2Fword@[::1]:5433/mine?sslmode=disable",
            ),
            ("mysql://root@localhost", "mysql://root@localhost/mine"),
            ("mysql://root@127.0.0.1:3306", "mysql://root@127.0.0.1:3306/mine"),
            (
                "postgres://me@localhost/postgres?sslmode=disable",
                "postgres://me@localhost/mine?sslmode=disable",
            ),
            (
                "mysql://root:pass%2Fword@[::1]:3307/a?ssl-mode=disabled",
                "mysql://root:pass%2Fword@[::1]:3307/mine?ssl-mode=disabled",
            ),
            ("postgres:///postgres?host=/run", "postgres:///mine?host=/run"),
        ] {
            assert_eq!(with_database(url, "mine"), expected);
        }
    }

    #[test]
    fn the_age_of_a_database_is_in_its_name() {
        assert!(is_older("support_test_100_1_1", 101));
        assert!(!is_older("support_test_100_1_1", 100));
        assert!(!is_older("support_test_x_1", 100));
        assert!(!is_older("theirs_1", 100));
    }
}
