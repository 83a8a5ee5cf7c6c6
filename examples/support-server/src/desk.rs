//! The desk that is served, and where it keeps everything.

use std::path::Path;

use support_core::{
    SupportDesk,
    bot::{KnowledgeBase, RuleBot},
    id::TenantId,
};
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
pub(crate) async fn open(store: SqliteStore, args: &ServeArgs, bot: RuleBot) -> Result<SupportDesk, Error> {
    let desk = SupportDesk::builder(store).bot(bot).build();
    for agent in &args.agents {
        let registered = desk.register_agent(&TenantId::default(), agent).await;
        registered.map_err(|source| Error::Agent { id: agent.id.clone(), source })?;
    }
    Ok(desk)
}

/// The bot that knows what a file says, or else what comes with the program.
pub(crate) fn bot(file: Option<&Path>) -> Result<RuleBot, Error> {
    let Some(file) = file else { return Ok(RuleBot::default()) };
    let knowledge = KnowledgeBase::from_file(file)?;
    warn(file, &knowledge);
    Ok(RuleBot::new(knowledge))
}

/// What the author of a file should look at, although it is valid, goes to the log.
pub(crate) fn warn(file: &Path, knowledge: &KnowledgeBase) {
    for warning in knowledge.warnings() {
        tracing::warn!(file = %file.display(), %warning, "knowledge base");
    }
}
