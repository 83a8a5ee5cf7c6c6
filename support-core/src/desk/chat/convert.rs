//! Making a ticket of a chat.

use super::{TicketFromChat, edit::Edit};
use crate::{
    access::{Action, Principal},
    chat::Session,
    desk::{
        SupportDesk,
        idempotency::Recall,
        ticket::{Links, NewTicket},
        transact::in_transaction,
    },
    error::{Error, ErrorKind, Result},
    id::SessionId,
    message::{Message, MessageRange, SenderKind},
    store::{Limit, Transaction},
    text::{Body, IdempotencyKey, Subject},
    ticket::Ticket,
};

impl SupportDesk {
    /// Makes a ticket of a chat, for the chat's customer. Both name the other.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], [`ErrorKind::Forbidden`] for guests, [`ErrorKind::TicketExists`] the second time,
    /// [`ErrorKind::IdempotencyKeyReused`].
    pub async fn convert_session(
        &self,
        principal: &Principal,
        id: SessionId,
        new: &TicketFromChat,
        key: Option<&IdempotencyKey>,
    ) -> Result<Ticket> {
        in_transaction!(self, &principal.tenant, |tx| async {
            let session = self.session_for(tx, principal, id, Action::ConvertSession).await?;
            let now = self.now();
            let slot =
                match self.recall(tx, principal, format!("convert_session/{id}"), key, new, now).await? {
                    Recall::Again(ticket) => return Ok(ticket),
                    Recall::First(slot) => slot,
                };
            if let Some(ticket_id) = session.ticket_id {
                return Err(ErrorKind::TicketExists { ticket_id }.into());
            }
            let first = first_words(tx, &session).await?;
            let ticket = self.ticket_of(&session, first, new)?;
            let links = Links { follow_up_of: None, chat_session_id: Some(id) };
            let ticket = self.insert_ticket(tx, &ticket, session.customer.clone(), links, now).await?;
            let mut edit = Edit::new(session, now);
            edit.change().ticket_id = Some(ticket.id);
            edit.save(tx).await?;
            slot.keep(tx, &ticket).await?;
            Ok(ticket)
        })
    }

    fn ticket_of(
        &self,
        session: &Session,
        first: Option<Message>,
        new: &TicketFromChat,
    ) -> Result<NewTicket> {
        let first = first.map(|message| message.body);
        let chat = || Subject::parse(&self.config().texts.chat_subject).map_err(Error::internal);
        let subject = match new.subject.clone().or_else(|| session.subject.clone()) {
            Some(subject) => subject,
            None => first.as_ref().and_then(headline).map_or_else(chat, Ok)?,
        };
        let description = match first {
            Some(body) => body,
            None => Body::parse(&subject).map_err(Error::internal)?,
        };
        let mut ticket = NewTicket::new(subject, description);
        ticket.priority = new.priority.unwrap_or_default();
        ticket.category = new.category.clone().or_else(|| session.category.clone());
        Ok(ticket)
    }
}

/// The customer's first message, where they said something within the first page.
async fn first_words(tx: &mut dyn Transaction, session: &Session) -> Result<Option<Message>> {
    let range = MessageRange { after_seq: Some(0), before_seq: None, limit: Limit::default() };
    let messages = tx.messages().list(session.id, &range).await?;
    Ok(messages.into_iter().find(|message| message.sender.kind == SenderKind::User))
}

/// The first line of a message, as long as a subject may be.
fn headline(body: &Body) -> Option<Subject> {
    let line = body.as_str().lines().find(|line| !line.trim().is_empty())?.replace('\t', " ");
    Subject::parse(line.chars().take(Subject::MAX).collect::<String>()).ok()
}
