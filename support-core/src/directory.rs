//! Who answers customers.

use async_trait::async_trait;

use crate::{
    id::{TenantId, UserId},
    person::Agent,
};

/// The host's list of agents.
///
/// Without one, the desk knows every agent that was registered, or that has called once
/// ([`SupportDesk::register_agent`](crate::SupportDesk::register_agent)).
#[async_trait]
pub trait Directory: Send + Sync + std::fmt::Debug {
    /// One agent, or `None` if there is no such agent.
    ///
    /// # Errors
    /// The host's list cannot be read.
    async fn find_agent(&self, tenant: &TenantId, id: &UserId) -> Result<Option<Agent>, DirectoryError>;

    /// All agents, in the order in which people are offered them.
    ///
    /// # Errors
    /// The host's list cannot be read.
    async fn list_agents(&self, tenant: &TenantId) -> Result<Vec<Agent>, DirectoryError>;
}

/// The host's list of agents cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the directory of agents cannot be read")]
#[non_exhaustive]
pub struct DirectoryError {
    /// What went wrong, for the log.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl DirectoryError {
    /// Wraps what went wrong.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}
