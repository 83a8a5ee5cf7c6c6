//! `support-server migrations`: the tables, by hand.

use std::io::Write as _;

use support_core::store::Store as _;
use support_store_sqlx::{Migrations, migrations::sql};

use crate::{
    args::{DatabaseArgs, DatabaseKind, MigrationsCommand, PrintArgs},
    database::{Database, Opening, prefix},
    error::Error,
};

pub(crate) async fn run(command: MigrationsCommand) -> Result<(), Error> {
    match command {
        MigrationsCommand::Print(args) => print(&args),
        MigrationsCommand::Check(args) => {
            let database = open(&args).await?;
            let checked = database.store().check().await;
            database.close().await;
            checked?;
            println!("the tables are of the version that is needed");
            Ok(())
        }
        MigrationsCommand::Apply(args) => {
            let database = open(&args).await?;
            let migrated = database.migrate().await;
            database.close().await;
            migrated?;
            println!("the tables are of the version that is needed now");
            Ok(())
        }
    }
}

async fn open(args: &DatabaseArgs) -> Result<Database, Error> {
    let opening = Opening { migrations: Migrations::Manual, connections: Some(1) };
    Database::open(&args.database_url, &args.tables, opening).await
}

/// Prints the statements, and nothing else, so that a program can read them.
fn print(args: &PrintArgs) -> Result<(), Error> {
    let prefix = prefix(args.database, &args.tables)?;
    let script = match args.database {
        #[cfg(feature = "sqlite")]
        DatabaseKind::Sqlite => sql::<sqlx::Sqlite>(&prefix),
        #[cfg(feature = "postgres")]
        DatabaseKind::Postgres => sql::<sqlx::Postgres>(&prefix),
        #[cfg(feature = "mysql")]
        DatabaseKind::Mysql => sql::<sqlx::MySql>(&prefix),
        #[expect(clippy::allow_attributes, reason = "with all databases, none is left")]
        #[allow(unreachable_patterns)]
        left_out => return Err(left_out.is_left_out()),
    };
    // Who closed standard output does not want to read it.
    _ = std::io::stdout().write_all(script.as_bytes());
    Ok(())
}
