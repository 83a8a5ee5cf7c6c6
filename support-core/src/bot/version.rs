//! Knowledge bases as they are kept: every version that was ever saved.

use serde::{Deserialize, Serialize};

use crate::{
    person::Actor,
    text::{ChangeNote, LanguageTag},
    time::Timestamp,
};

/// A knowledge base that somebody saved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct KnowledgeVersion {
    /// Whose it is, and when it came to be.
    pub info: VersionInfo,
    /// The file, as it was saved.
    pub text: String,
}

/// What is known of a version beside its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "use cases build it, stores take it apart")]
pub struct VersionInfo {
    /// The language that it answers in; each has versions of its own.
    pub language: LanguageTag,
    /// From 1 without gaps. What the host gave the bot counts as 0.
    pub version: u64,
    /// Who saved it.
    pub author: Actor,
    /// What they said of it.
    pub note: Option<ChangeNote>,
    /// The earlier version whose text it has again.
    pub restores: Option<u64>,
    /// When it was saved.
    pub created_at: Timestamp,
}
