//! Agents.

use std::collections::BTreeMap;

use async_trait::async_trait;
use support_core::{
    chat::SessionStatus,
    id::UserId,
    person::Agent,
    store::{AgentLoad, AgentRepository, StoreError},
    ticket::TicketStatus,
};

use crate::{
    dialect::Dialect,
    row::Row,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// Reads an agent.
pub(crate) fn read<DB: Dialect>(row: &Row<DB>) -> Result<Agent> {
    let mut agent = Agent::new(row.parsed("id")?, row.text("name")?);
    agent.availability = row.named("availability")?;
    Ok(agent)
}

#[async_trait]
impl<DB: Dialect> AgentRepository for SqlxTransaction<'_, DB> {
    async fn find(&mut self, id: &UserId) -> Result<Option<Agent>> {
        let sql = Sql::new("select id, name, availability from @agents where tenant = ? and id = ?");
        let sql = sql.bind(self.tenant_id()).bind(id.as_str());
        self.one(sql, "agents", "id").await?.as_ref().map(read).transpose()
    }

    async fn list(&mut self) -> Result<Vec<Agent>> {
        let sql = Sql::new("select id, name, availability from @agents where tenant = ? order by name, id");
        self.all(sql.bind(self.tenant_id()), "agents", "id").await?.iter().map(read).collect()
    }

    async fn upsert(&mut self, agent: &Agent) -> Result<()> {
        let values: [Bind; 4] = [
            self.tenant_id().into(),
            agent.id.as_str().into(),
            agent.name.as_str().into(),
            agent.availability.as_str().into(),
        ];
        let sql = Sql::new("insert into @agents (tenant, id, name, availability) values ").values(values);
        self.execute(sql.push(&DB::or_replace("tenant, id", &["name", "availability"]))).await.map(drop)
    }

    async fn loads(&mut self) -> Result<BTreeMap<UserId, AgentLoad>> {
        // As the indexes `tickets_in_hand` and `sessions_in_hand` spell it.
        let tickets = Sql::new(
            "select assignee_id, count(*) as value from @tickets where tenant = ? \
             and assignee_id is not null and status not in ('resolved', 'closed')",
        );
        let sessions = Sql::new(
            "select assignee_id, count(*) as value from @sessions where tenant = ? \
             and assignee_id is not null and status = 'active'",
        );
        let (tickets, sessions) = (tickets.bind(self.tenant_id()), sessions.bind(self.tenant_id()));
        let mut loads: BTreeMap<UserId, AgentLoad> = BTreeMap::new();
        for row in self.all(tickets.push(" group by assignee_id"), "tickets", "assignee_id").await? {
            loads.entry(row.parsed("assignee_id")?).or_default().open_tickets = row.unsigned("value")?;
        }
        for row in self.all(sessions.push(" group by assignee_id"), "sessions", "assignee_id").await? {
            loads.entry(row.parsed("assignee_id")?).or_default().active_chats = row.unsigned("value")?;
        }
        Ok(loads)
    }
}

// Statements spell these names out where a partial index is to be used.
const _: () = {
    assert!(matches!(SessionStatus::Active.as_str().as_bytes(), b"active"));
    assert!(matches!(TicketStatus::Resolved.as_str().as_bytes(), b"resolved"));
    assert!(matches!(TicketStatus::Closed.as_str().as_bytes(), b"closed"));
};
