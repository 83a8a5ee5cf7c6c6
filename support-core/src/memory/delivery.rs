//! What is known of telling the host's hooks.

use async_trait::async_trait;

use super::{
    page::{Order, page_of, place},
    transaction::MemoryTransaction,
};
use crate::{
    event::{DeadLetter, DeliveryState},
    id::DeadLetterId,
    store::{DeliveryRepository, Page, PageRequest, StoreError},
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl DeliveryRepository for MemoryTransaction {
    async fn find(&mut self, sink: &str) -> Result<DeliveryState> {
        Ok(self.rows().deliveries.get(sink).copied().unwrap_or_default())
    }

    async fn upsert(&mut self, sink: &str, state: &DeliveryState) -> Result<()> {
        self.rows_mut()?.deliveries.insert(sink.to_owned(), *state);
        Ok(())
    }

    async fn upsert_dead_letter(&mut self, letter: &DeadLetter) -> Result<()> {
        self.rows_mut()?.dead_letters.insert(letter.id, letter.clone());
        Ok(())
    }

    async fn find_dead_letter(&mut self, id: DeadLetterId) -> Result<Option<DeadLetter>> {
        Ok(self.rows().dead_letters.get(&id).cloned())
    }

    async fn list_dead_letters(&mut self, page: &PageRequest) -> Result<Page<DeadLetter>> {
        let letters = self.rows().dead_letters.values();
        let placed = letters.map(|letter| (place(0, letter.given_up_at, letter.id.as_uuid()), letter));
        Ok(page_of(placed, |_| Order::DESCENDING, page).map(Clone::clone))
    }

    async fn delete_dead_letter(&mut self, id: DeadLetterId) -> Result<bool> {
        Ok(self.rows_mut()?.dead_letters.remove(&id).is_some())
    }
}
