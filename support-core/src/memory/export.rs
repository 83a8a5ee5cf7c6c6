//! What the desk keeps about one person, for them to read.

use serde::Serialize;
use serde_json::Value;

use super::{
    person::{owns_session, owns_ticket},
    state::Tenant,
};
use crate::{
    message::Message,
    store::{PersonExport, PersonKey, StoreError},
    ticket::{PublicEntry, Ticket},
};

type Result<T> = std::result::Result<T, StoreError>;

#[derive(Serialize)]
struct OwnTicket<'a> {
    #[serde(flatten)]
    ticket: &'a Ticket,
    entries: Vec<PublicEntry>,
}

#[derive(Serialize)]
struct OwnSession<'a> {
    #[serde(flatten)]
    session: &'a crate::chat::Session,
    messages: Vec<&'a Message>,
}

/// Everything about a person.
pub(super) fn export(rows: &Tenant, person: &PersonKey) -> Result<PersonExport> {
    let mut export = PersonExport::default();
    let user = match person {
        PersonKey::User(id) => Some(id),
        PersonKey::Guest(_) => None,
    };
    for row in rows.tickets.values() {
        if owns_ticket(person, &row.ticket) {
            let entries = row.entries.iter().filter_map(|entry| PublicEntry::from_entry((**entry).clone()));
            export.tickets.push(json(&OwnTicket { ticket: &row.ticket, entries: entries.collect() })?);
        } else if user.is_some() {
            let written = row.entries.iter().filter(|entry| entry.author.id.as_ref() == user);
            export.written.extend(written.map(|entry| json(&**entry)).collect::<Result<Vec<_>>>()?);
        }
    }
    for row in rows.sessions.values() {
        let messages = row.messages.values().map(AsRef::as_ref);
        if owns_session(person, &row.session) {
            export.sessions.push(json(&OwnSession { session: &row.session, messages: messages.collect() })?);
        } else if user.is_some() {
            let written = messages.filter(|message| message.sender.id.as_ref() == user);
            export.written.extend(written.map(json).collect::<Result<Vec<_>>>()?);
        }
    }
    let saved =
        rows.knowledge.values().filter(|version| user.is_some() && version.info.author.id.as_ref() == user);
    export.written.extend(saved.map(|version| json(&version.info)).collect::<Result<Vec<_>>>()?);
    export.agent = user.and_then(|id| rows.agents.get(id)).map(json).transpose()?;
    Ok(export)
}

fn json(value: &impl Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(StoreError::backend)
}
