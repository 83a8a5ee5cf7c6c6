//! What the desk knows of one person: handed out, or forgotten.

use super::{SupportDesk, transact::in_transaction};
use crate::{
    access::{Action, Object, Principal},
    error::Result,
    store::{ErasureCounts, PersonExport, PersonKey},
};

impl SupportDesk {
    /// Everything that the desk keeps about a person.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`](crate::ErrorKind::Forbidden): by default it is the host itself that asks
    /// ([`Principal::system`]).
    pub async fn export_person(&self, principal: &Principal, person: &PersonKey) -> Result<PersonExport> {
        self.allow(principal, Action::ManagePersonalData, Object::Desk)?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        Ok(tx.people().export(person).await?)
    }

    /// Removes what is a person's own, and blots them out of what is others'. Says how much that was.
    ///
    /// # Errors
    /// [`ErrorKind::Forbidden`](crate::ErrorKind::Forbidden): by default it is the host itself that asks
    /// ([`Principal::system`]).
    pub async fn erase_person(&self, principal: &Principal, person: &PersonKey) -> Result<ErasureCounts> {
        self.allow(principal, Action::ManagePersonalData, Object::Desk)?;
        let result =
            in_transaction!(self, &principal.tenant, |tx| async { Ok(tx.people().erase(person).await?) });
        if result.is_ok() {
            self.inner.live.forget(&principal.tenant);
        }
        if let (Ok(_), PersonKey::User(id)) = (&result, person) {
            self.known_agents().remove(&(principal.tenant.clone(), id.clone()));
        }
        result
    }
}
