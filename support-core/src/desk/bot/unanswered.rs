//! What the bot did not know.

use crate::{
    access::{Action, Object, Principal},
    desk::{Listing, PageQuery, SupportDesk, cursor::Binding},
    error::Result,
    store::{UnansweredGroup, UnansweredSort},
};

impl SupportDesk {
    /// The questions that the bot had no answer to, those that say the same as one; for whoever writes its knowledge
    /// base.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`](crate::ErrorKind::Unauthenticated),
    /// [`ErrorKind::Forbidden`](crate::ErrorKind::Forbidden), [`ErrorKind::BadCursor`](crate::ErrorKind::BadCursor).
    pub async fn list_unanswered(
        &self,
        principal: &Principal,
        sort: UnansweredSort,
        page: &PageQuery,
    ) -> Result<Listing<UnansweredGroup>> {
        self.allow(principal, Action::ReadBotLog, Object::Desk)?;
        let binding = Binding::new(principal, &("unanswered", sort));
        let request = binding.request(page)?;
        let mut tx = self.begin_read(&principal.tenant).await?;
        Ok(binding.listing(tx.bot_log().list_unanswered_groups(sort, &request).await?))
    }
}
