//! Agents and what they have in hand.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::transaction::MemoryTransaction;
use crate::{
    chat::SessionStatus,
    id::UserId,
    person::Agent,
    store::{AgentLoad, AgentRepository, StoreError},
};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl AgentRepository for MemoryTransaction {
    async fn find(&mut self, id: &UserId) -> Result<Option<Agent>> {
        Ok(self.rows().agents.get(id).cloned())
    }

    async fn list(&mut self) -> Result<Vec<Agent>> {
        let mut agents: Vec<_> = self.rows().agents.values().cloned().collect();
        agents.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(agents)
    }

    async fn upsert(&mut self, agent: &Agent) -> Result<()> {
        self.rows_mut()?.agents.insert(agent.id.clone(), agent.clone());
        Ok(())
    }

    async fn loads(&mut self) -> Result<BTreeMap<UserId, AgentLoad>> {
        let mut loads = BTreeMap::<UserId, AgentLoad>::new();
        let tickets = self.rows().tickets.values().map(|row| &row.ticket);
        for ticket in tickets.filter(|ticket| !ticket.status.is_done()) {
            if let Some(assignee) = &ticket.assignee {
                loads.entry(assignee.id.clone()).or_default().open_tickets += 1;
            }
        }
        let sessions = self.rows().sessions.values().map(|row| &row.session);
        for session in sessions.filter(|session| session.status == SessionStatus::Active) {
            if let Some(assignee) = &session.assignee {
                loads.entry(assignee.id.clone()).or_default().active_chats += 1;
            }
        }
        Ok(loads)
    }
}
