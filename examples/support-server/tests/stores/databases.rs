//! A database of its own for each test, and servers on it.

use std::{
    any::Any,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use support_server_trial::{
    client::Client,
    process::{Server, program, token},
};
use support_store_sqlx::testing::{TestDatabase, Tested};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_support-server");

/// An empty database, which goes with this.
pub(crate) struct Database {
    pub(crate) url: String,
    _made: Box<dyn Any>,
}

impl Database {
    /// An empty one, unless tests go without.
    pub(crate) fn empty<DB: Tested>() -> Option<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let made = runtime.block_on(TestDatabase::<DB>::empty())?;
        Some(Self { url: made.url().to_owned(), _made: Box::new(made) })
    }

    pub(crate) fn server(&self) -> Server {
        Server::start(&mut server_on(&self.url)).unwrap()
    }
}

/// A server on the database at an URL, with few connections, for tests are many.
pub(crate) fn server_on(url: &str) -> Command {
    let mut command = program(Path::new(PROGRAM));
    command.args(["--rate-limit", "off", "--database-connections", "4", "--database-url", url]);
    command
}

pub(crate) fn as_user(server: &Server, id: &str) -> Client {
    server.client().with_token(&token(Path::new(PROGRAM), &["--sub", id]).unwrap())
}

pub(crate) fn as_agent(server: &Server) -> Client {
    server.client().with_token(&token(Path::new(PROGRAM), &["--sub", "a1", "--admin"]).unwrap())
}

/// Much longer than anything takes that is waited for, such as an outage that is to be noticed, or healed from.
const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until something is true.
pub(crate) fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_true() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Makes a test for each database out of each function, which gets an empty one of its own.
macro_rules! on_each_database {
    ($($test:ident)+) => {
        $crate::databases::on_each_database! { sqlite(sqlx::Sqlite) $($test)+ }
        $crate::databases::on_each_database! { postgres(sqlx::Postgres) $($test)+ }
        $crate::databases::on_each_database! { mysql(sqlx::MySql) $($test)+ }
    };
    ($database:ident($type:ty) $($test:ident)+) => {
        mod $database {
            $(
                #[test]
                fn $test() {
                    if let Some(database) = $crate::databases::Database::empty::<$type>() {
                        super::$test(&database);
                    }
                }
            )+
        }
    };
}
pub(crate) use on_each_database;
