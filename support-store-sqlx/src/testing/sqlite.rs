//! Files.

use std::fs::File;

use sqlx::Sqlite;
use support_core::store::StoreError;
use tempfile::TempDir;

use super::{Contents, Made, TestOptions, Tested};
use crate::{SqliteOptions, SqliteStore, dialect::BoxFuture};

impl Tested for Sqlite {
    fn make(_: Contents) -> BoxFuture<'static, Option<Made>> {
        // Opening makes the tables, in no time.
        Box::pin(async {
            let directory = TempDir::new().unwrap_or_else(|error| panic!("no temporary directory: {error}"));
            let path = directory.path().join("support.db");
            // An empty file is an empty database, to whoever comes first.
            File::create_new(&path).unwrap_or_else(|error| panic!("no temporary file: {error}"));
            let url = format!("sqlite:{}", path.display());
            Some(Made { url, remove: Some(Box::new(|| drop(directory))) })
        })
    }

    fn open(url: String, options: TestOptions) -> BoxFuture<'static, Result<SqliteStore, StoreError>> {
        let TestOptions { prefix, migrations, acquire_timeout, connections } = options;
        let options = SqliteOptions::new(url).prefix(prefix).migrations(migrations);
        Box::pin(options.acquire_timeout(acquire_timeout).readers(connections).open())
    }
}
