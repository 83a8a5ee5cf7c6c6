//! The desk that is served.

use support_core::{SupportDesk, id::TenantId, memory::MemoryStore, store::Store};

use crate::{args::ServeArgs, error::Error};

/// Opens the store and puts the desk together.
pub(crate) async fn open(args: &ServeArgs) -> Result<SupportDesk, Error> {
    let store = open_store(&args.database_url)?;
    let desk = SupportDesk::builder(store).build();
    for agent in &args.agents {
        let registered = desk.register_agent(&TenantId::default(), agent).await;
        registered.map_err(|source| Error::Agent { id: agent.id.clone(), source })?;
    }
    Ok(desk)
}

/// The store that an URL names. URLs may hold passwords: no more of one is shown than its scheme.
fn open_store(url: &str) -> Result<impl Store + 'static, Error> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(MemoryStore::default()),
        Some((scheme @ ("postgres" | "postgresql" | "mysql" | "mariadb"), _)) => {
            Err(Error::Database(format!("{scheme} is not supported yet; use sqlite:FILE")))
        }
        _ => Err(Error::Database("expected sqlite:FILE".to_owned())),
    }
}
