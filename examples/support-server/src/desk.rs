//! The desk that is served.

use std::{path::Path, sync::Arc};

use support_core::{
    SupportDesk,
    bot::{KnowledgeBase, RuleBot},
    desk::DeskConfig,
    id::TenantId,
    store::Store,
};

use crate::{
    args::{DatabaseKind, ServeArgs},
    database,
    error::Error,
};

/// Puts the desk together on a store.
pub(crate) async fn open(
    store: Arc<dyn Store>,
    args: &ServeArgs,
    bot: RuleBot,
) -> Result<SupportDesk, Error> {
    let mut config = DeskConfig::default();
    config.event_poll = args.event_poll;
    let mut desk = SupportDesk::builder(store).bot(bot).config(config);
    let own = &args.database.database_url;
    let own = (own.kind()? == DatabaseKind::Postgres).then_some(own);
    if let Some(url) = args.wake_url.as_ref().or(own) {
        desk = desk.wake(database::wake(url, &args.database.tables).await?);
    }
    let desk = desk.build();
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
