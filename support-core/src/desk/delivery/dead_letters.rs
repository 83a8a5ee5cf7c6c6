//! Events that the host's hooks did not take.

use crate::{
    access::{Action, Object, Principal},
    desk::{Listing, PageQuery, SupportDesk, cursor::Binding, transact::in_transaction},
    error::{ErrorKind, Result},
    event::{DeadLetter, EventSink},
    id::DeadLetterId,
};

impl SupportDesk {
    /// Events that hooks did not take, the last one that was given up first.
    ///
    /// They are kept for [`dead_letter_retention`](crate::desk::DeskConfig::dead_letter_retention), and go with what they
    /// are about when that is erased.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`]: by default it is the host itself that asks ([`Principal::system`]), of its own tenant.
    /// [`ErrorKind::BadCursor`].
    pub async fn list_dead_letters(
        &self,
        principal: &Principal,
        page: &PageQuery,
    ) -> Result<Listing<DeadLetter>> {
        self.allow(principal, Action::ManageDeadLetters, Object::Desk)?;
        let binding = Binding::new(principal, &"dead_letters");
        let request = binding.request(page)?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        Ok(binding.listing(tx.deliveries().list_dead_letters(&request).await?))
    }

    /// Tells a hook once more of an event that it did not take. `None` if it took it, or else the dead letter as it stands
    /// now. The hook may have been told of later events meanwhile.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`] as for [`SupportDesk::list_dead_letters`]; [`ErrorKind::NotFound`] without such a dead
    /// letter, or if this desk has no hook of its name.
    pub async fn redeliver_dead_letter(
        &self,
        principal: &Principal,
        id: DeadLetterId,
    ) -> Result<Option<DeadLetter>> {
        let letter = self.dead_letter(principal, id).await?;
        let sink = self.sink(&letter.sink).ok_or(ErrorKind::NotFound)?;
        let told = self.call_hook(sink, &principal.tenant, std::slice::from_ref(&letter.event)).await;
        in_transaction!(self, &principal.tenant, |tx| async {
            let failure = match &told {
                Ok(()) => {
                    tx.deliveries().delete_dead_letter(id).await?;
                    return Ok(None);
                }
                Err(failure) => failure,
            };
            // Somebody else may have had it told meanwhile, or its subject erased.
            let Some(letter) = tx.deliveries().find_dead_letter(id).await? else { return Ok(None) };
            let failures = letter.failures.saturating_add(1);
            let letter = DeadLetter { failures, error: failure.said.clone(), ..letter };
            tx.deliveries().upsert_dead_letter(&letter).await?;
            Ok(Some(letter))
        })
    }

    /// Forgets an event that a hook did not take.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`] as for [`SupportDesk::list_dead_letters`]; [`ErrorKind::NotFound`].
    pub async fn discard_dead_letter(&self, principal: &Principal, id: DeadLetterId) -> Result<()> {
        self.allow(principal, Action::ManageDeadLetters, Object::Desk)?;
        let is_gone = in_transaction!(self, &principal.tenant, |tx| async {
            Ok(tx.deliveries().delete_dead_letter(id).await?)
        })?;
        if is_gone { Ok(()) } else { Err(ErrorKind::NotFound.into()) }
    }

    async fn dead_letter(&self, principal: &Principal, id: DeadLetterId) -> Result<DeadLetter> {
        self.allow(principal, Action::ManageDeadLetters, Object::Desk)?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        let letter = tx.deliveries().find_dead_letter(id).await?;
        letter.ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn sink(&self, name: &str) -> Option<&dyn EventSink> {
        self.inner.sinks.iter().map(|sink| &**sink).find(|sink| sink.name() == name)
    }
}
