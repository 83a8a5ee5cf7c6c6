//! What comes next after a handoff: for the customer in words, for the agent as a note in the same transaction.

use serde_json::{Value, json};

use super::edit::{Draft, Edit, preview};
use crate::{
    bot::{Briefing, HandoffReason},
    desk::{SupportDesk, guard::guarded_call},
    error::Result,
    id::TenantId,
    message::{Message, MessageRange, SenderKind},
    person::Availability,
    store::{Limit, Transaction},
    text::JsonObject,
};

/// The key of a system message's metadata that only staff see.
const BRIEFING: &str = "briefing";
/// So many messages before the handoff are in the note.
const LAST_MESSAGES: u16 = 6;

impl SupportDesk {
    /// What the customer is told when their chat goes from the bot to the queue. Asked before a transaction begins, as the
    /// host's directory may be slow; one that fails promises nothing.
    pub(super) async fn what_comes_next(&self, tenant: &TenantId) -> Result<&str> {
        let texts = &self.config().texts;
        let team = match self.team_availability(tenant).await {
            Err(error) if self.inner.directory.is_some() => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "nobody can tell which agents are available"
                );
                Availability::Away
            }
            team => team?,
        };
        Ok(if team == Availability::Online { &texts.handed_off } else { &texts.handed_off_away })
    }

    /// Writes that a chat went from the bot to the queue, with the note for the agent beside it.
    pub(super) async fn write_handoff(
        &self,
        tx: &mut dyn Transaction,
        edit: &mut Edit,
        what_comes_next: &str,
        reason: HandoffReason,
    ) -> Result<()> {
        let briefing = self.briefing(tx.tenant(), edit);
        // What this edit writes is not in the store yet, so that these are the messages before the handoff.
        let limit = Limit::new(LAST_MESSAGES.into()).unwrap_or_default();
        let range = MessageRange { after_seq: None, before_seq: None, limit };
        let earlier = tx.messages().list(edit.session.id, &range).await?;
        let mut draft = Draft::system(what_comes_next)?;
        let note = json!({
            "reason": reason,
            "slots": briefing.slots,
            "categories": briefing.categories,
            "last_messages": earlier.iter().map(line).collect::<Vec<_>>(),
        });
        let metadata = [(BRIEFING.to_owned(), note)].into_iter().collect();
        // A note too large to keep is no reason to leave the customer with the bot.
        draft.metadata = JsonObject::new(metadata).unwrap_or_default();
        let id = self.next_message_id(edit.now);
        edit.write(draft, id);
        Ok(())
    }

    /// What the bot knows of a conversation; nothing if it fails.
    fn briefing(&self, tenant: &TenantId, edit: &Edit) -> Briefing {
        let Some(bot) = self.known_bot(tenant) else { return Briefing::default() };
        guarded_call(|| bot.brief(&edit.session.dialogue)).unwrap_or_default()
    }
}

fn line(message: &Message) -> Value {
    json!({ "seq": message.seq, "sender_type": message.sender.kind, "text": preview(&message.body) })
}

/// The message as customers see it: without the note for the agent.
pub(in crate::desk) fn for_customer(mut message: Message) -> Message {
    if message.sender.kind == SenderKind::System && message.metadata.as_map().contains_key(BRIEFING) {
        let mut metadata = message.metadata.as_map().clone();
        metadata.remove(BRIEFING);
        message.metadata = JsonObject::new(metadata).unwrap_or_default();
    }
    message
}
