//! Who answers customers, and what they have in hand.

use super::{SupportDesk, transact::in_transaction};
use crate::{
    access::{Action, Identity, Object, Principal},
    error::{Error, Result},
    id::{TenantId, UserId},
    person::Agent,
    store::AgentLoad,
    text::Rejection,
    ticket::Assignee,
};

/// To whom something is given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "callers build it")]
pub enum Assign {
    /// To the caller.
    Me,
    /// To this agent.
    Agent(UserId),
    /// To nobody.
    Nobody,
}

/// An agent and what they have in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentOverview {
    /// The agent.
    pub agent: Agent,
    /// What they have in hand.
    pub load: AgentLoad,
}

impl SupportDesk {
    /// Keeps an agent, so that work can be given to them. For hosts without a
    /// [`Directory`](crate::directory::Directory) of their own.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn register_agent(&self, tenant: &TenantId, agent: &Agent) -> Result<()> {
        let result = in_transaction!(self, tenant, |tx| async { Ok(tx.agents().upsert(agent).await?) });
        if result.is_ok() {
            let known = (tenant.clone(), agent.id.clone());
            self.known_agents().insert(known, agent.name.clone());
        }
        result
    }

    /// Takes note of a caller whom the host calls staff: an agent who has called once can be given work.
    ///
    /// Adapters call it with every principal they have authenticated; it writes only for an agent who is new or has
    /// another name, and never where the host has a directory.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn recognize(&self, principal: &Principal) -> Result<()> {
        let Identity::Agent(person) = &principal.identity else { return Ok(()) };
        let tenant = &principal.tenant;
        let known = |desk: &Self| {
            let key = (tenant.clone(), person.id.clone());
            desk.known_agents().get(&key).is_some_and(|name| name == person.display_name())
        };
        if self.inner.directory.is_some() || known(self) {
            return Ok(());
        }
        let agent = match self.find_agent(tenant, &person.id).await? {
            // A token without a name says nothing about what the agent is called.
            Some(agent) if person.name.is_none() => agent,
            Some(mut agent) => {
                agent.name = person.display_name().to_owned();
                agent
            }
            None => Agent::new(person.id.clone(), person.display_name()),
        };
        self.register_agent(tenant, &agent).await?;
        self.known_agents().insert((tenant.clone(), person.id.clone()), person.display_name().to_owned());
        Ok(())
    }

    /// All agents with what they have in hand, in the directory's order.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`](crate::ErrorKind::Unauthenticated) or
    /// [`ErrorKind::Forbidden`](crate::ErrorKind::Forbidden).
    pub async fn list_agents(&self, principal: &Principal) -> Result<Vec<AgentOverview>> {
        self.allow(principal, Action::ListAgents, Object::Desk)?;
        let tenant = &principal.tenant;
        let agents = self.all_agents(tenant).await?;
        let mut tx = self.begin_read(tenant).await?;
        let loads = tx.agents().loads().await?;
        let overview = |mut agent: Agent| {
            agent.availability = self.availability_of(tenant, &agent);
            let load = loads.get(&agent.id).copied().unwrap_or_default();
            AgentOverview { agent, load }
        };
        Ok(agents.into_iter().map(overview).collect())
    }

    /// All agents of a tenant, as the host's directory or else the desk knows them.
    pub(super) async fn all_agents(&self, tenant: &TenantId) -> Result<Vec<Agent>> {
        if let Some(directory) = &self.inner.directory {
            return directory.list_agents(tenant).await.map_err(Error::internal);
        }
        Ok(self.begin_read(tenant).await?.agents().list().await?)
    }

    /// The agent to whom something is given, looked up before any transaction is open.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) for somebody the directory does not know.
    pub(super) async fn assignee(&self, principal: &Principal, assign: &Assign) -> Result<Option<Assignee>> {
        let id = match assign {
            Assign::Nobody => return Ok(None),
            Assign::Agent(id) => id,
            Assign::Me => principal.person().map(|person| &person.id).ok_or_else(Self::unknown_assignee)?,
        };
        self.recognize(principal).await?;
        let agent = self.find_agent(&principal.tenant, id).await?.ok_or_else(Self::unknown_assignee)?;
        Ok(Some(Assignee::from(&agent)))
    }

    fn unknown_assignee() -> Error {
        Error::invalid("assigned_to", Rejection::Unknown)
    }

    async fn find_agent(&self, tenant: &TenantId, id: &UserId) -> Result<Option<Agent>> {
        if let Some(directory) = &self.inner.directory {
            return directory.find_agent(tenant, id).await.map_err(Error::internal);
        }
        let mut tx = self.begin_read(tenant).await?;
        Ok(tx.agents().find(id).await?)
    }

    pub(super) fn known_agents(
        &self,
    ) -> std::sync::MutexGuard<'_, std::collections::HashMap<(TenantId, UserId), String>> {
        self.inner.known_agents.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
