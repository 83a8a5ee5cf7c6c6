//! Agents.

use std::collections::BTreeMap;

use async_trait::async_trait;
use support_core::{
    id::UserId,
    person::Agent,
    store::{AgentLoad, AgentRepository, StoreError},
};

use crate::{
    counts::{Kind, Labels},
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
        let mut loads: BTreeMap<UserId, AgentLoad> = BTreeMap::new();
        let kept = self.kept(&[Kind::TicketsInHand, Kind::SessionsInHand], &Labels::ALL).await?;
        for ((kind, agent), count) in kept {
            let load = loads.entry(UserId::parse(agent).map_err(StoreError::backend)?).or_default();
            let count = u64::try_from(count).unwrap_or(0);
            match kind {
                Kind::TicketsInHand => load.open_tickets = count,
                _ => load.active_chats = count,
            }
        }
        Ok(loads)
    }
}
