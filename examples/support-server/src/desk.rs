//! The desk that is served, and where it keeps everything.

use support_core::{SupportDesk, id::TenantId};
use support_store_sqlx::SqliteStore;

use crate::{args::ServeArgs, error::Error};

/// Opens the store that an URL names. URLs may hold passwords: no more of one is shown than its scheme.
pub(crate) async fn open_store(url: &str) -> Result<SqliteStore, Error> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(SqliteStore::connect(url).await?),
        Some((scheme @ ("postgres" | "postgresql" | "mysql" | "mariadb"), _)) => {
            Err(Error::Database(format!("{scheme} is not supported yet; use sqlite:FILE")))
        }
        _ => Err(Error::Database("expected sqlite:FILE".to_owned())),
    }
}

/// Puts the desk together on a store.
pub(crate) async fn open(store: SqliteStore, args: &ServeArgs) -> Result<SupportDesk, Error> {
    let desk = SupportDesk::builder(store).build();
    for agent in &args.agents {
        let registered = desk.register_agent(&TenantId::default(), agent).await;
        registered.map_err(|source| Error::Agent { id: agent.id.clone(), source })?;
    }
    Ok(desk)
}
