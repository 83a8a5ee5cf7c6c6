//! The desk that is served.

use std::{path::Path, sync::Arc};

use support_core::{
    SupportDesk,
    bot::{KnowledgeBase, RuleBot},
    id::TenantId,
    store::Store,
};

use crate::{args::ServeArgs, error::Error};

/// Puts the desk together on a store.
pub(crate) async fn open(
    store: Arc<dyn Store>,
    args: &ServeArgs,
    bot: RuleBot,
) -> Result<SupportDesk, Error> {
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
