//! Rating a chat.

use super::{NewRating, edit::Edit};
use crate::{
    access::{Action, Principal},
    chat::{Session, SessionStatus},
    desk::{SupportDesk, transact::in_transaction},
    error::{ErrorKind, Result},
    id::SessionId,
};

impl SupportDesk {
    /// Rates a closed chat, once for each close; the rating can be changed for
    /// [`rating_window`](crate::desk::DeskConfig::rating_window).
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`] for others than its customer, [`ErrorKind::SessionActive`],
    /// [`ErrorKind::SessionArchived`], [`ErrorKind::RatingFinal`], [`ErrorKind::StaleVersion`].
    pub async fn rate_session(
        &self,
        principal: &Principal,
        id: SessionId,
        new: &NewRating,
        expected: Option<u64>,
    ) -> Result<Session> {
        in_transaction!(self, &principal.tenant, |tx| async {
            let session = self.session_for(tx, principal, id, Action::RateSession).await?;
            Self::check_version(expected, session.version)?;
            match session.status {
                SessionStatus::Active => return Err(ErrorKind::SessionActive.into()),
                SessionStatus::Archived => return Err(ErrorKind::SessionArchived.into()),
                SessionStatus::Closed => {}
            }
            let now = self.now();
            let rated_this_close =
                session.rated_at.filter(|rated_at| session.closed_at.is_none_or(|at| *rated_at >= at));
            if rated_this_close.is_some_and(|rated_at| now - rated_at > self.config().rating_window) {
                return Err(ErrorKind::RatingFinal.into());
            }
            let same = session.rating == Some(new.rating)
                && (new.feedback.is_none() || new.feedback == session.feedback);
            if rated_this_close.is_some() && same {
                return Ok(session);
            }
            let mut edit = Edit::new(session, now);
            let session = edit.change();
            session.rating = Some(new.rating);
            if rated_this_close.is_none() {
                // Not before the close that it is about, whatever the clock says.
                session.rated_at = Some(session.closed_at.map_or(now, |closed_at| now.max(closed_at)));
                session.feedback = None;
            }
            if new.feedback.is_some() {
                session.feedback.clone_from(&new.feedback);
            }
            Ok(edit.save(tx).await?.0)
        })
    }
}
