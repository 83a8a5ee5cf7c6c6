//! First answers to requests that must not be carried out twice.

use std::sync::Arc;

use async_trait::async_trait;

use super::{state::AnswerKey, transaction::MemoryTransaction};
use crate::{
    store::{IdempotencyRecord, IdempotencyRepository, StoreError},
    text::IdempotencyKey,
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl IdempotencyRepository for MemoryTransaction {
    async fn find(
        &mut self,
        actor: &str,
        operation: &str,
        key: &IdempotencyKey,
    ) -> Result<Option<IdempotencyRecord>> {
        let record = self.rows().first_answers.get(&answer_key(actor, operation, key));
        Ok(record.map(|record| (**record).clone()))
    }

    async fn insert(&mut self, record: &IdempotencyRecord) -> Result<()> {
        let answers = &mut self.rows_mut()?.first_answers;
        let key = answer_key(&record.actor, &record.operation, &record.key);
        if answers.contains_key(&key) {
            return Err(StoreError::Conflict);
        }
        answers.insert(key, Arc::new(record.clone()));
        Ok(())
    }

    async fn delete(&mut self, actor: &str, operation: &str, key: &IdempotencyKey) -> Result<()> {
        self.rows_mut()?.first_answers.remove(&answer_key(actor, operation, key));
        Ok(())
    }
}

fn answer_key(actor: &str, operation: &str, key: &IdempotencyKey) -> AnswerKey {
    (actor.to_owned(), operation.to_owned(), key.clone())
}
