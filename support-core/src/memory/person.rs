//! Everything about one person: which rows are theirs, and what is done with them.

use async_trait::async_trait;

use super::{erase, export, prune, transaction::MemoryTransaction};
use crate::{
    chat::{Customer, Session},
    store::{
        ErasureCounts, Limit, PersonExport, PersonKey, PersonRepository, PruneBefore, PruneCounts, StoreError,
    },
    ticket::Ticket,
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl PersonRepository for MemoryTransaction {
    async fn export(&mut self, person: &PersonKey) -> Result<PersonExport> {
        export::export(self.rows(), person)
    }

    async fn erase(&mut self, person: &PersonKey) -> Result<ErasureCounts> {
        Ok(erase::erase(self.rows_mut()?, person))
    }

    async fn prune(&mut self, before: &PruneBefore, limit: Limit) -> Result<PruneCounts> {
        Ok(prune::prune(self.rows_mut()?, before, limit))
    }
}

/// Whether a ticket is the person's own. A guest's is the one that was made from their chat.
pub(super) fn owns_ticket(person: &PersonKey, ticket: &Ticket) -> bool {
    match (person, &ticket.requester) {
        (PersonKey::User(id), Customer::User(requester)) => requester.id == *id,
        (PersonKey::Guest(session), Customer::Guest(_)) => ticket.chat_session_id == Some(*session),
        (PersonKey::User(_), Customer::Guest(_)) | (PersonKey::Guest(_), Customer::User(_)) => false,
    }
}

/// Whether a session is the person's own.
pub(super) fn owns_session(person: &PersonKey, session: &Session) -> bool {
    match (person, &session.customer) {
        (PersonKey::User(id), Customer::User(customer)) => customer.id == *id,
        (PersonKey::Guest(id), Customer::Guest(_)) => session.id == *id,
        (PersonKey::User(_), Customer::Guest(_)) | (PersonKey::Guest(_), Customer::User(_)) => false,
    }
}
