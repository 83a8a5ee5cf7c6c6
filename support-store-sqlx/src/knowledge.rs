//! Knowledge bases as staff saved them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use support_core::{
    bot::{KnowledgeVersion, VersionInfo},
    id::UserId,
    person::Actor,
    store::{KnowledgeRepository, Page, PageRequest, StoreError},
    text::{ChangeNote, LanguageTag},
};

use crate::{
    dialect::Dialect,
    page::{Column, Direction, Key, Order, Rows, Segment},
    row::Row,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// All columns but the text.
pub(crate) const INFO: &str =
    "language, version, author_id, author_name, author_kind, note, restores, created_at";

/// Reads [`INFO`].
pub(crate) fn read_info<DB: Dialect>(row: &Row<DB>) -> Result<VersionInfo> {
    let mut author = Actor::nameless(row.named("author_kind")?);
    author.id = row.parsed_or_null("author_id")?;
    author.name = row.text_or_null("author_name")?;
    Ok(VersionInfo {
        language: row.parsed("language")?,
        version: row.unsigned("version")?,
        author,
        note: row.parsed_or_null("note")?,
        restores: row.unsigned_or_null("restores")?,
        created_at: row.time("created_at")?,
    })
}

#[async_trait]
impl<DB: Dialect> KnowledgeRepository for SqlxTransaction<'_, DB> {
    async fn last_versions(&mut self) -> Result<BTreeMap<LanguageTag, u64>> {
        let sql = Sql::new(
            "select language, max(version) as version from @knowledge where tenant = ? group by language",
        );
        let rows = self.all(sql.bind(self.tenant_id()), "knowledge", "language").await?;
        rows.iter().map(|row| Ok((row.parsed("language")?, row.unsigned("version")?))).collect()
    }

    async fn find(&mut self, language: &LanguageTag, version: u64) -> Result<Option<KnowledgeVersion>> {
        let sql = Sql::new("select ")
            .push(INFO)
            .push(", text from @knowledge where tenant = ? and language = ? and version = ?")
            .bind(self.tenant_id())
            .bind(language.as_str())
            .bind(version);
        let Some(row) = self.one(sql, "knowledge", "version").await? else { return Ok(None) };
        Ok(Some(KnowledgeVersion { info: read_info(&row)?, text: row.text("text")? }))
    }

    async fn list(&mut self, language: &LanguageTag, page: &PageRequest) -> Result<Page<VersionInfo>> {
        let versions = Sql::new(" from @knowledge where tenant = ? and language = ?")
            .bind(self.tenant_id())
            .bind(language.as_str());
        let version = Column::new("version", "version");
        let order = Order::new(Key::Unique(version), version, Direction::Descending);
        let segment = Segment { tier: 0, order, columns: Sql::new(INFO), rows: Rows::InOrder(versions) };
        self.page("knowledge", vec![segment], page, read_info).await
    }

    async fn insert(&mut self, version: &KnowledgeVersion) -> Result<()> {
        let KnowledgeVersion { info, text } = version;
        let values: [Bind; 10] = [
            self.tenant_id().into(),
            info.language.as_str().into(),
            info.version.into(),
            text.as_str().into(),
            info.author.id.as_ref().map(UserId::as_str).into(),
            info.author.name.as_deref().into(),
            info.author.kind.as_str().into(),
            info.note.as_ref().map(ChangeNote::as_str).into(),
            info.restores.map(|version| i64::try_from(version).unwrap_or(i64::MAX)).into(),
            info.created_at.into(),
        ];
        let sql = Sql::new(
            "insert into @knowledge (tenant, language, version, text, author_id, author_name, author_kind, note, \
             restores, created_at) values ",
        );
        SqlxTransaction::insert(self, sql.values(values)).await
    }
}
