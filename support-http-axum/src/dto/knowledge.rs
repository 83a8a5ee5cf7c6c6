//! What the bot knows, as staff see and save it.

use serde::Serialize;
use support_core::{
    bot::{Diagnostic, VersionInfo},
    desk::bot::{KnowledgeInForce, NewKnowledge},
    text::{ChangeNote, LanguageTag, Rejection},
};

use super::{actor::ActorView, moment};
use crate::extract::{Fields, Query, Read};

/// A knowledge base of the bot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = KnowledgeBase)]
pub(crate) struct KnowledgeBaseView {
    /// The language that it answers in.
    language: String,
    /// Every language that the bot answers in, its main one first.
    languages: Vec<String>,
    /// From 1, in each language; 0 for what the bot was given when it was started.
    #[schema(minimum = 0)]
    version: u64,
    /// The file, in TOML.
    text: String,
    #[schema(required)]
    author: Option<ActorView>,
    #[schema(required)]
    note: Option<String>,
    /// The earlier version whose text it has again.
    #[schema(required)]
    restores: Option<u64>,
    #[schema(required, format = DateTime)]
    created_at: Option<String>,
    /// What is worth a look although it is valid; for the version that the bot answers from.
    warnings: Vec<WarningView>,
}

/// Something in a knowledge base that is worth a look.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = KnowledgeBaseWarning)]
pub(crate) struct WarningView {
    #[schema(minimum = 1)]
    line: usize,
    #[schema(minimum = 1)]
    column: usize,
    detail: String,
}

/// A version of a knowledge base.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = KnowledgeBaseVersion)]
pub(crate) struct VersionView {
    language: String,
    #[schema(minimum = 1)]
    version: u64,
    author: ActorView,
    #[schema(required)]
    note: Option<String>,
    /// The earlier version whose text it has again.
    #[schema(required)]
    restores: Option<u64>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<VersionInfo> for VersionView {
    fn from(info: VersionInfo) -> Self {
        Self {
            language: info.language.into(),
            version: info.version,
            author: info.author.into(),
            note: info.note.map(Into::into),
            restores: info.restores,
            created_at: moment(info.created_at),
        }
    }
}

impl From<KnowledgeInForce> for KnowledgeBaseView {
    fn from(knowledge: KnowledgeInForce) -> Self {
        let version = knowledge.info.map(VersionView::from);
        let (author, note, restores, created_at) = match version {
            Some(version) => (Some(version.author), version.note, version.restores, Some(version.created_at)),
            None => (None, None, None, None),
        };
        Self {
            language: knowledge.language.into(),
            languages: knowledge.languages.into_iter().map(Into::into).collect(),
            version: knowledge.version,
            text: knowledge.text,
            author,
            note,
            restores,
            created_at,
            warnings: knowledge.warnings.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Diagnostic> for WarningView {
    fn from(warning: Diagnostic) -> Self {
        Self { line: warning.line, column: warning.column, detail: warning.message }
    }
}

/// A knowledge base to save.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = NewKnowledgeBase)]
#[expect(dead_code, reason = "describes what `Read for NewKnowledge` takes")]
pub(crate) struct NewKnowledgeBaseBody {
    /// The file, in TOML; at most 512 KiB.
    #[schema(min_length = 1)]
    text: String,
    /// What its author says of it.
    #[schema(max_length = 500)]
    note: Option<String>,
}

impl Read for NewKnowledge {
    fn read(fields: &mut Fields) -> Option<Self> {
        let text = fields.required("text", Ok);
        let note = fields.optional("note", ChangeNote::parse);
        Some(Self { text: text?, note })
    }
}

/// An earlier version to save once more.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = Rollback)]
pub(crate) struct RollbackBody {
    /// 0 for what the bot was given when it was started.
    #[schema(minimum = 0)]
    pub(crate) version: u64,
    /// What the caller says of it.
    #[schema(max_length = 500, value_type = Option<String>)]
    pub(crate) note: Option<ChangeNote>,
}

impl Read for RollbackBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let version = fields.required_integer("version", version);
        let note = fields.optional("note", ChangeNote::parse);
        Some(Self { version: version?, note })
    }
}

/// The language that a request is about; the bot's main one without it.
pub(crate) fn language(query: &mut Query) -> Option<LanguageTag> {
    query.optional("language", LanguageTag::parse)
}

/// A version's number.
pub(crate) fn version(number: i64) -> Result<u64, Rejection> {
    u64::try_from(number).map_err(|_| Rejection::OutOfRange { min: 0, max: i64::MAX })
}
