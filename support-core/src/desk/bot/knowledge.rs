//! What the bot knows: reading, saving and restoring its knowledge bases while it runs.
//!
//! What the host gave the bot is version 0 of each of its languages. Staff save versions from 1 on, for their own tenant;
//! the last one takes the place of the host's in its language, there and nowhere else.

use std::sync::Arc;

use crate::{
    access::{Action, Object, Principal},
    bot::{Bot, Diagnostic, KnowledgeBase, KnowledgeVersion, LoadError, VersionInfo},
    desk::{
        Listing, PageQuery, SupportDesk,
        background::in_background,
        cursor::Binding,
        transact::{in_transaction, taken_is_conflict},
    },
    error::{Error, ErrorKind, Result},
    store::Transaction,
    text::{ChangeNote, LanguageTag, Rejection, is_blank},
};

/// The longest knowledge base that is accepted, in bytes.
const MAX_TEXT: usize = 512 * 1024;

/// A knowledge base to save.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers build it")]
pub struct NewKnowledge {
    /// The file, in TOML. It is kept as it is.
    pub text: String,
    /// What its author says of it.
    pub note: Option<ChangeNote>,
}

/// A version of a knowledge base, beside which others there are.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KnowledgeInForce {
    /// Every language that the bot answers in, its main one first.
    pub languages: Vec<LanguageTag>,
    /// The language of this one.
    pub language: LanguageTag,
    /// Its number; 0 for what the host gave the bot.
    pub version: u64,
    /// Who saved it, when; `None` for what the host gave.
    pub info: Option<VersionInfo>,
    /// The file.
    pub text: String,
    /// What its author should look at although it is valid. For the one in force; earlier ones are not read again.
    pub warnings: Vec<Diagnostic>,
}

impl SupportDesk {
    /// A knowledge base that the bot answers from: the last version in a language, or an earlier one. Without a language,
    /// the bot's main one.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`]; [`ErrorKind::NotFound`] for a language or version that
    /// is not there, and at a desk whose bot has no knowledge bases.
    pub async fn knowledge_base(
        &self,
        principal: &Principal,
        language: Option<&LanguageTag>,
        version: Option<u64>,
    ) -> Result<KnowledgeInForce> {
        let (bot, language) = self.managed_bot(principal, language).await?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        let last = tx.knowledge().last_versions().await?.get(&language).copied().unwrap_or(0);
        let version = version.unwrap_or(last);
        let (text, info) = self.version_text(&mut *tx, &language, version).await?;
        let in_force = (version == last).then(|| knowledge_in(&*bot, &language)).flatten();
        let warnings = in_force.map_or_else(Vec::new, |knowledge| knowledge.warnings().to_vec());
        Ok(KnowledgeInForce { languages: languages(&*bot), language, version, info, text, warnings })
    }

    /// Saves a knowledge base and has the bot answer from it at once; other processes do from their next turn on. Text
    /// that is in force already is no new version.
    ///
    /// `language` is what the file must be in: the bot's main language if nothing is said. One that the bot does not
    /// speak yet is added.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`], [`ErrorKind::NotFound`] at a desk whose bot has no
    /// knowledge bases, [`ErrorKind::InvalidKnowledgeBase`] with everything that is wrong with it,
    /// [`ErrorKind::Invalid`] for one that is too long or in another language, [`ErrorKind::StaleVersion`]. Nothing
    /// changes then.
    pub async fn save_knowledge_base(
        &self,
        principal: &Principal,
        language: Option<&LanguageTag>,
        new: &NewKnowledge,
        expected: Option<u64>,
    ) -> Result<KnowledgeInForce> {
        let (_, language) = self.managed_bot(principal, language).await?;
        let knowledge = read(&new.text, &language).await?;
        self.put_in_force(principal, &language, new, None, knowledge, expected).await
    }

    /// Saves an earlier version once more, as the last one. 0 is what the host gives the bot now.
    ///
    /// # Errors
    /// Those of [`SupportDesk::save_knowledge_base`]; [`ErrorKind::Invalid`] for a version that is not there.
    pub async fn restore_knowledge_base(
        &self,
        principal: &Principal,
        language: Option<&LanguageTag>,
        version: u64,
        note: Option<ChangeNote>,
        expected: Option<u64>,
    ) -> Result<KnowledgeInForce> {
        let (_, language) = self.managed_bot(principal, language).await?;
        let found = {
            let mut tx = self.begin_read(&principal.tenant).await?;
            self.version_text(&mut *tx, &language, version).await
        };
        let text = match found {
            Ok((text, _)) => text,
            Err(error) if *error.kind() == ErrorKind::NotFound => {
                return Err(Error::invalid(
                    "version",
                    Rejection::Format { expected: "a version that was saved" },
                ));
            }
            Err(error) => return Err(error),
        };
        // Checks may have become stricter since.
        let knowledge = read(&text, &language).await?;
        let new = NewKnowledge { text, note };
        self.put_in_force(principal, &language, &new, Some(version), knowledge, expected).await
    }

    /// The versions in a language that were saved, newest first.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`], [`ErrorKind::Forbidden`], [`ErrorKind::BadCursor`]; [`ErrorKind::NotFound`] at a
    /// desk whose bot has no knowledge bases.
    pub async fn list_knowledge_versions(
        &self,
        principal: &Principal,
        language: Option<&LanguageTag>,
        page: &PageQuery,
    ) -> Result<Listing<VersionInfo>> {
        let (_, language) = self.managed_bot(principal, language).await?;
        let binding = Binding::new(principal, &("knowledge", &language));
        let request = binding.request(page)?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        Ok(binding.listing(tx.knowledge().list(&language, &request).await?))
    }

    /// The tenant's bot, if the caller may change what it knows, and a language of it: its main one if nothing is said.
    async fn managed_bot(
        &self,
        principal: &Principal,
        language: Option<&LanguageTag>,
    ) -> Result<(Arc<dyn Bot>, LanguageTag)> {
        self.allow(principal, Action::ManageBot, Object::Desk)?;
        let bot = self.current_bot(&principal.tenant).await?.filter(|_| self.bot_learns());
        let bot = bot.ok_or(ErrorKind::NotFound)?;
        let language = match language {
            Some(language) => language.clone(),
            None => main_language(&*bot)?,
        };
        Ok((bot, language))
    }

    async fn version_text(
        &self,
        tx: &mut dyn Transaction,
        language: &LanguageTag,
        version: u64,
    ) -> Result<(String, Option<VersionInfo>)> {
        if version == 0 {
            let given = self.inner.bot.as_ref().and_then(|bot| knowledge_in(&**bot, language));
            return Ok((given.ok_or(ErrorKind::NotFound)?.source().to_owned(), None));
        }
        let saved = tx.knowledge().find(language, version).await?.ok_or(ErrorKind::NotFound)?;
        Ok((saved.text, Some(saved.info)))
    }

    async fn put_in_force(
        &self,
        principal: &Principal,
        language: &LanguageTag,
        new: &NewKnowledge,
        restores: Option<u64>,
        knowledge: Arc<KnowledgeBase>,
        expected: Option<u64>,
    ) -> Result<KnowledgeInForce> {
        let info = in_transaction!(self, &principal.tenant, |tx| async {
            let last = tx.knowledge().last_versions().await?.get(language).copied().unwrap_or(0);
            Self::check_version(expected, last)?;
            if last > 0
                && let Some(saved) = tx.knowledge().find(language, last).await?
                && saved.text == new.text
            {
                return Ok(saved.info);
            }
            let info = VersionInfo {
                language: language.clone(),
                version: last + 1,
                author: principal.actor(),
                note: new.note.clone(),
                restores,
                created_at: self.now(),
            };
            let version = KnowledgeVersion { info, text: new.text.clone() };
            tx.knowledge().insert(&version).await.map_err(taken_is_conflict)?;
            Ok(version.info)
        })?;
        let warnings = knowledge.warnings().to_vec();
        self.take_over(&principal.tenant, language.clone(), info.version, Some(knowledge));
        let bot = self.known_bot(&principal.tenant).ok_or(ErrorKind::NotFound)?;
        Ok(KnowledgeInForce {
            languages: languages(&*bot),
            language: language.clone(),
            version: info.version,
            info: Some(info),
            text: new.text.clone(),
            warnings,
        })
    }
}

/// Reads a file that must be in a language.
async fn read(text: &str, language: &LanguageTag) -> Result<Arc<KnowledgeBase>> {
    if is_blank(text) {
        return Err(Error::invalid("text", Rejection::Blank));
    }
    if text.len() > MAX_TEXT {
        return Err(Error::invalid("text", Rejection::TooLong { max: MAX_TEXT }));
    }
    // Some stores cannot keep it.
    if text.contains('\0') {
        return Err(Error::invalid("text", Rejection::ControlCharacter));
    }
    let text = text.to_owned();
    let knowledge =
        in_background(move || KnowledgeBase::parse(&text, "text")).await.map_err(Error::internal)?;
    let knowledge = knowledge.map_err(|error| match error {
        LoadError::Invalid { problems, .. } => ErrorKind::InvalidKnowledgeBase(problems).into(),
        LoadError::Read { source, .. } => Error::internal(source),
    })?;
    if knowledge.language() != language.as_str() {
        let expected = "a knowledge base in the language that is named: [bot] languages begins with it";
        return Err(Error::invalid("text", Rejection::Format { expected }));
    }
    Ok(Arc::new(knowledge))
}

/// The languages that a bot answers in.
fn languages(bot: &dyn Bot) -> Vec<LanguageTag> {
    bot.knowledge_bases()
        .iter()
        .filter_map(|knowledge| LanguageTag::parse(knowledge.language()).ok())
        .collect()
}

fn main_language(bot: &dyn Bot) -> Result<LanguageTag> {
    let main = bot.knowledge_bases().into_iter().next().ok_or(ErrorKind::NotFound)?;
    LanguageTag::parse(main.language()).map_err(|_| ErrorKind::NotFound.into())
}

fn knowledge_in(bot: &dyn Bot, language: &LanguageTag) -> Option<Arc<KnowledgeBase>> {
    bot.knowledge_bases().into_iter().find(|knowledge| knowledge.language() == language.as_str())
}
