//! The bot of each tenant: the host's own, with the knowledge bases that the tenant's staff have saved.
//!
//! What is saved stands in the store, and every turn of the bot looks there which versions are the last. A version that
//! this process has not seen yet is read and learned once; until it is, and if it cannot be, the bot goes on with what
//! it has.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};

use crate::{
    bot::{Bot, KnowledgeBase, KnowledgeVersion},
    desk::{SupportDesk, background::in_background},
    error::Result,
    gate::Gate,
    id::TenantId,
    memory::lock,
    store::Transaction,
    text::LanguageTag,
};

/// How long one turn waits for another one that learns already; after that it goes on with what the bot knew before.
const LEARNING: Duration = Duration::from_secs(5);

/// The bots of tenants with knowledge bases of their own.
#[derive(Debug, Default)]
pub(in crate::desk) struct TaughtBots {
    bots: Mutex<HashMap<TenantId, Arc<Taught>>>,
    /// Lets one learn at a time: it is the processor's work, and the others want the same.
    learning: Arc<Gate>,
}

/// A tenant's bot.
#[derive(Debug, Clone)]
struct Taught {
    /// Which version of each language was looked at last, whether it could be learned or not.
    seen: BTreeMap<LanguageTag, u64>,
    /// What was learned.
    knowledge: BTreeMap<LanguageTag, Arc<KnowledgeBase>>,
    bot: Arc<dyn Bot>,
}

impl SupportDesk {
    /// The tenant's bot as this process knows it; `None` for a desk without one.
    pub(in crate::desk) fn known_bot(&self, tenant: &TenantId) -> Option<Arc<dyn Bot>> {
        self.taught(tenant).map(|taught| Arc::clone(&taught.bot)).or_else(|| self.inner.bot.clone())
    }

    /// The tenant's bot, with what was saved last.
    pub(in crate::desk) async fn current_bot(&self, tenant: &TenantId) -> Result<Option<Arc<dyn Bot>>> {
        if !self.bot_learns() {
            return Ok(self.inner.bot.clone());
        }
        let mut tx = self.begin_read(tenant).await?;
        let unseen = self.unseen_knowledge(&mut *tx, tenant).await?;
        drop(tx);
        self.learn(tenant, unseen).await;
        Ok(self.known_bot(tenant))
    }

    /// The last versions that this process has not learned yet. To be learned ([`SupportDesk::learn`]) outside of the
    /// transaction.
    pub(in crate::desk) async fn unseen_knowledge(
        &self,
        tx: &mut dyn Transaction,
        tenant: &TenantId,
    ) -> Result<Vec<KnowledgeVersion>> {
        let mut unseen = Vec::new();
        if !self.bot_learns() {
            return Ok(unseen);
        }
        let last = tx.knowledge().last_versions().await?;
        let taught = self.taught(tenant);
        for (language, version) in last {
            let seen = taught.as_ref().and_then(|taught| taught.seen.get(&language));
            // What is saved never changes: a version that was seen is known.
            if seen.is_none_or(|seen| *seen < version) {
                unseen.extend(tx.knowledge().find(&language, version).await?);
            }
        }
        Ok(unseen)
    }

    /// Has the tenant's bot learn what was saved. What cannot be learned, perhaps because another release has saved it,
    /// is left alone.
    pub(in crate::desk) async fn learn(&self, tenant: &TenantId, versions: Vec<KnowledgeVersion>) {
        if versions.is_empty() {
            return;
        }
        let Some(_turn) = self.inner.taught.learning.enter(LEARNING).await else { return };
        for version in versions {
            let KnowledgeVersion { info, text } = version;
            if self.has_seen(tenant, &info.language, info.version) {
                continue;
            }
            let name = format!("{} version {}", info.language, info.version);
            let learned = in_background(move || KnowledgeBase::parse(&text, &name)).await;
            let knowledge = match learned {
                Ok(Ok(knowledge)) => Some(Arc::new(knowledge)),
                Ok(Err(error)) => {
                    tracing::error!(%tenant, %error, "a saved knowledge base is not valid; the bot keeps the one it has");
                    None
                }
                Err(error) => {
                    tracing::error!(%tenant, %error, "a saved knowledge base could not be learned");
                    None
                }
            };
            self.take_over(tenant, info.language, info.version, knowledge);
        }
    }

    /// Puts a knowledge base in force from the next turn on; turns that have begun end with what they began with.
    pub(super) fn take_over(
        &self,
        tenant: &TenantId,
        language: LanguageTag,
        version: u64,
        knowledge: Option<Arc<KnowledgeBase>>,
    ) {
        let Some(bot) = &self.inner.bot else { return };
        let mut bots = lock(&self.inner.taught.bots);
        let mut taught = match bots.get(tenant) {
            Some(taught) => Taught::clone(taught),
            None => Taught { seen: BTreeMap::new(), knowledge: BTreeMap::new(), bot: Arc::clone(bot) },
        };
        // A later one may have come meanwhile.
        if taught.seen.get(&language).is_some_and(|seen| *seen >= version) {
            return;
        }
        taught.seen.insert(language.clone(), version);
        if let Some(knowledge) = knowledge {
            taught.knowledge.insert(language, knowledge);
            if let Some(new) = bot.with_knowledge(taught.knowledge.values().cloned().collect()) {
                taught.bot = new;
            }
        }
        bots.insert(tenant.clone(), Arc::new(taught));
    }

    /// Whether there is a bot whose knowledge can be changed.
    pub(super) fn bot_learns(&self) -> bool {
        self.inner.bot.as_ref().is_some_and(|bot| !bot.knowledge_bases().is_empty())
    }

    fn has_seen(&self, tenant: &TenantId, language: &LanguageTag, version: u64) -> bool {
        let taught = self.taught(tenant);
        taught.is_some_and(|taught| taught.seen.get(language).is_some_and(|seen| *seen >= version))
    }

    fn taught(&self, tenant: &TenantId) -> Option<Arc<Taught>> {
        lock(&self.inner.taught.bots).get(tenant).cloned()
    }
}
