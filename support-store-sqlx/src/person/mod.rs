//! Everything about one person, and what is too old to keep.

mod erase;
mod export;
mod prune;

use async_trait::async_trait;
use support_core::store::{
    ErasureCounts, Limit, PersonExport, PersonKey, PersonRepository, PruneBefore, PruneCounts, StoreError,
};
use uuid::Uuid;

use crate::{dialect::Dialect, sql::Sql, transaction::SqlxTransaction};

#[async_trait]
impl<DB: Dialect> PersonRepository for SqlxTransaction<'_, DB> {
    async fn export(&mut self, person: &PersonKey) -> Result<PersonExport, StoreError> {
        self.export_person(person).await
    }

    async fn erase(&mut self, person: &PersonKey) -> Result<ErasureCounts, StoreError> {
        self.erase_person(person).await
    }

    async fn prune(&mut self, before: &PruneBefore, limit: Limit) -> Result<PruneCounts, StoreError> {
        self.prune_rows(before, limit).await
    }
}

/// ` and …` for the tickets, called `t`, that are a person's own. A guest's is the one that was made from their chat.
fn own_tickets(person: &PersonKey) -> Sql {
    match person {
        PersonKey::User(id) => Sql::new(" and t.requester_id = ?").bind(id.as_str()),
        PersonKey::Guest(session) => {
            Sql::new(" and t.requester_id is null and t.chat_session_id = ?").bind(session.as_uuid())
        }
    }
}

/// ` and …` for the sessions, called `s`, that are a person's own.
fn own_sessions(person: &PersonKey) -> Sql {
    match person {
        PersonKey::User(id) => Sql::new(" and s.user_id = ?").bind(id.as_str()),
        PersonKey::Guest(session) => Sql::new(" and s.user_id is null and s.id = ?").bind(session.as_uuid()),
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    async fn uuids(&mut self, sql: Sql, table: &'static str) -> Result<Vec<Uuid>, StoreError> {
        self.all(sql, table, "id").await?.iter().map(|row| row.uuid("id")).collect()
    }

    async fn own_ticket_ids(&mut self, person: &PersonKey) -> Result<Vec<Uuid>, StoreError> {
        let sql = Sql::new("select t.id from @tickets t where t.tenant = ?").bind(self.tenant_id());
        self.uuids(sql.append(own_tickets(person)).push(" order by t.id"), "tickets").await
    }

    async fn own_session_ids(&mut self, person: &PersonKey) -> Result<Vec<Uuid>, StoreError> {
        let sql = Sql::new("select s.id from @sessions s where s.tenant = ?").bind(self.tenant_id());
        self.uuids(sql.append(own_sessions(person)).push(" order by s.id"), "sessions").await
    }
}
