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
pub(crate) async fn open(store: Arc<dyn Store>, args: &ServeArgs) -> Result<SupportDesk, Error> {
    let bot = args.knowledge_base.as_deref().map_or_else(|| Ok(RuleBot::default()), bot)?;
    let desk = SupportDesk::builder(store).bot(bot).build();
    for agent in &args.agents {
        let registered = desk.register_agent(&TenantId::default(), agent).await;
        registered.map_err(|source| Error::Agent { id: agent.id.clone(), source })?;
    }
    Ok(desk)
}

/// The bot that knows what a file says. What its author should look at, although it is valid, goes to the log.
fn bot(file: &Path) -> Result<RuleBot, Error> {
    let knowledge = KnowledgeBase::from_file(file)?;
    for warning in knowledge.warnings() {
        tracing::warn!(file = %file.display(), %warning, "knowledge base");
    }
    Ok(RuleBot::new(knowledge))
}
