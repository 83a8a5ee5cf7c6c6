//! Closing, reopening and archiving a chat.

use super::edit::Edit;
use crate::{
    access::{Action, Principal},
    chat::{Session, SessionStatus},
    desk::{SupportDesk, transact::in_transaction},
    error::{ErrorKind, Result},
    id::SessionId,
};

impl SupportDesk {
    /// Closes a chat; a closed one stays as it is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::SessionArchived`], [`ErrorKind::StaleVersion`].
    pub async fn close_session(
        &self,
        principal: &Principal,
        id: SessionId,
        expected: Option<u64>,
    ) -> Result<Session> {
        self.change_status(principal, id, Action::CloseSession, expected, |edit| match edit.session.status {
            SessionStatus::Active => {
                edit.close();
                Ok(())
            }
            SessionStatus::Closed => Ok(()),
            SessionStatus::Archived => Err(ErrorKind::SessionArchived.into()),
        })
        .await
    }

    /// Lets a closed or archived chat go on; an active one stays as it is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`], [`ErrorKind::StaleVersion`].
    pub async fn reopen_session(
        &self,
        principal: &Principal,
        id: SessionId,
        expected: Option<u64>,
    ) -> Result<Session> {
        self.change_status(principal, id, Action::ManageSession, expected, |edit| {
            if edit.session.status != SessionStatus::Active {
                edit.reopen();
            }
            Ok(())
        })
        .await
    }

    /// Puts a closed chat away; an archived one stays as it is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`], [`ErrorKind::SessionActive`], [`ErrorKind::StaleVersion`].
    pub async fn archive_session(
        &self,
        principal: &Principal,
        id: SessionId,
        expected: Option<u64>,
    ) -> Result<Session> {
        self.change_status(principal, id, Action::ManageSession, expected, |edit| match edit.session.status {
            SessionStatus::Active => Err(ErrorKind::SessionActive.into()),
            SessionStatus::Closed => {
                edit.change().status = SessionStatus::Archived;
                Ok(())
            }
            SessionStatus::Archived => Ok(()),
        })
        .await
    }

    async fn change_status(
        &self,
        principal: &Principal,
        id: SessionId,
        action: Action,
        expected: Option<u64>,
        change: impl Fn(&mut Edit) -> Result<()>,
    ) -> Result<Session> {
        in_transaction!(self, &principal.tenant, |tx| async {
            let session = self.session_for(tx, principal, id, action).await?;
            Self::check_version(expected, session.version)?;
            let mut edit = Edit::new(session, self.now());
            change(&mut edit)?;
            Ok(edit.save(tx).await?.0)
        })
    }
}
