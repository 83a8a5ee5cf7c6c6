//! Knowledge bases as staff saved them.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use uuid::Uuid;

use super::{
    page::{Order, page_of},
    transaction::MemoryTransaction,
};
use crate::{
    bot::{KnowledgeVersion, VersionInfo},
    store::{Keyset, KnowledgeRepository, Page, PageRequest, StoreError},
    text::LanguageTag,
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl KnowledgeRepository for MemoryTransaction {
    async fn last_versions(&mut self) -> Result<BTreeMap<LanguageTag, u64>> {
        // Ascending, so that the last one of a language stays.
        Ok(self.rows().knowledge.keys().cloned().collect())
    }

    async fn find(&mut self, language: &LanguageTag, version: u64) -> Result<Option<KnowledgeVersion>> {
        let found = self.rows().knowledge.get(&(language.clone(), version));
        Ok(found.map(|version| (**version).clone()))
    }

    async fn list(&mut self, language: &LanguageTag, page: &PageRequest) -> Result<Page<VersionInfo>> {
        let versions = self.rows().knowledge.range((language.clone(), 0)..=(language.clone(), u64::MAX));
        let placed = versions.map(|((_, version), saved)| {
            let key = i64::try_from(*version).unwrap_or(i64::MAX);
            (Keyset { tier: 0, key, id: Uuid::nil() }, &saved.info)
        });
        Ok(page_of(placed, |_| Order::DESCENDING, page).map(Clone::clone))
    }

    async fn insert(&mut self, version: &KnowledgeVersion) -> Result<()> {
        let rows = self.rows_mut()?;
        let key = (version.info.language.clone(), version.info.version);
        if rows.knowledge.contains_key(&key) {
            return Err(StoreError::AlreadyExists);
        }
        rows.knowledge.insert(key, Arc::new(version.clone()));
        Ok(())
    }
}
