//! First answers.

use async_trait::async_trait;
use support_core::{
    store::{IdempotencyRecord, IdempotencyRepository, StoreError},
    text::IdempotencyKey,
};

use crate::{
    dialect::Dialect,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

const OF_KEY: &str = " where tenant = ? and actor = ? and operation = ? and idempotency_key = ?";

#[async_trait]
impl<DB: Dialect> IdempotencyRepository for SqlxTransaction<'_, DB> {
    async fn find(
        &mut self,
        actor: &str,
        operation: &str,
        key: &IdempotencyKey,
    ) -> Result<Option<IdempotencyRecord>> {
        let sql = Sql::new("select fingerprint, outcome, created_at, idempotency_key from @idempotency")
            .push(OF_KEY);
        let sql = sql.bind(self.tenant_id()).bind(actor).bind(operation).bind(key.as_str());
        let Some(row) = self.one(sql, "idempotency", "idempotency_key").await? else { return Ok(None) };
        Ok(Some(IdempotencyRecord {
            actor: actor.to_owned(),
            operation: operation.to_owned(),
            key: key.clone(),
            fingerprint: row.bytes_32("fingerprint")?,
            outcome: row.json("outcome")?,
            created_at: row.time("created_at")?,
        }))
    }

    async fn insert(&mut self, record: &IdempotencyRecord) -> Result<()> {
        let values: [Bind; 7] = [
            self.tenant_id().into(),
            record.actor.as_str().into(),
            record.operation.as_str().into(),
            record.key.as_str().into(),
            record.fingerprint.to_vec().into(),
            record.outcome.clone().into(),
            record.created_at.into(),
        ];
        let sql = Sql::new(
            "insert into @idempotency (tenant, actor, operation, idempotency_key, fingerprint, outcome, created_at) values ",
        );
        match self.execute(sql.values(values)).await {
            Err(StoreError::AlreadyExists) => Err(StoreError::Conflict),
            other => other.map(drop),
        }
    }

    async fn delete(&mut self, actor: &str, operation: &str, key: &IdempotencyKey) -> Result<()> {
        let sql = Sql::new("delete from @idempotency").push(OF_KEY);
        let sql = sql.bind(self.tenant_id()).bind(actor).bind(operation).bind(key.as_str());
        self.execute(sql).await.map(drop)
    }
}
