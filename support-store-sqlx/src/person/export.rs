//! Handing out everything about a person.

use serde_json::Value;
use support_core::{
    access::Scope,
    id::{SessionId, TicketId, UserId},
    store::{AgentRepository, ChatRepository, PersonExport, PersonKey, StoreError, TicketRepository},
    ticket::{PublicEntry, TicketKey},
};
use uuid::Uuid;

use crate::{
    dialect::Dialect, knowledge, message, row::json, sql::Sql, ticket::read_entry,
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// Everything of a thread or a chat, whatever its length: nobody reads it page by page.
const ENTRIES: &str =
    "select id, ticket_id, seq, kind, author_id, author_name, author_kind, body, created_at from @entries";

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn export_person(&mut self, person: &PersonKey) -> Result<PersonExport> {
        let mut export = PersonExport::default();
        let tickets = self.own_ticket_ids(person).await?;
        for id in &tickets {
            export.tickets.extend(self.export_ticket(*id).await?);
        }
        let sessions = self.own_session_ids(person).await?;
        for id in &sessions {
            export.sessions.extend(self.export_session(*id).await?);
        }
        if let PersonKey::User(id) = person {
            self.export_written(id, &tickets, &sessions, &mut export.written).await?;
            export.agent = AgentRepository::find(self, id).await?.as_ref().map(json).transpose()?;
        }
        Ok(export)
    }

    async fn export_ticket(&mut self, id: Uuid) -> Result<Option<Value>> {
        let key = TicketKey::Id(TicketId::from_uuid(id));
        let Some(ticket) = TicketRepository::find(self, &key, &Scope::Everything).await? else {
            return Ok(None);
        };
        let sql = Sql::new(ENTRIES).push(" where ticket_id = ? order by seq").bind(id);
        let mut entries = Vec::new();
        for row in self.all(sql, "entries", "id").await? {
            entries.extend(PublicEntry::from_entry(read_entry(&row)?));
        }
        let mut ticket = json(&ticket)?;
        ticket["entries"] = json(&entries)?;
        Ok(Some(ticket))
    }

    async fn export_session(&mut self, id: Uuid) -> Result<Option<Value>> {
        let session = ChatRepository::find(self, SessionId::from_uuid(id), &Scope::Everything).await?;
        let Some(session) = session else { return Ok(None) };
        let sql = Sql::new("select ")
            .push(message::COLUMNS)
            .push(" from @messages where session_id = ? order by seq");
        let rows = self.all(sql.bind(id), "messages", "id").await?;
        let mut messages = rows.iter().map(message::read).collect::<Result<Vec<_>>>()?;
        self.note_feedback(&mut messages).await?;
        let mut session = json(&session)?;
        session["messages"] = json(&messages)?;
        Ok(Some(session))
    }

    /// What somebody wrote in what is others'.
    async fn export_written(
        &mut self,
        id: &UserId,
        tickets: &[Uuid],
        sessions: &[Uuid],
        written: &mut Vec<Value>,
    ) -> Result<()> {
        let sql = Sql::new(ENTRIES).push(" where tenant = ? and author_id = ? order by ticket_id, seq");
        for row in self.all(sql.bind(self.tenant_id()).bind(id.as_str()), "entries", "id").await? {
            let entry = read_entry(&row)?;
            if !tickets.contains(&entry.ticket_id.as_uuid()) {
                written.push(json(&entry)?);
            }
        }
        let sql = Sql::new("select ")
            .push(message::COLUMNS)
            .push(" from @messages where tenant = ? and sender_id = ? order by session_id, seq");
        for row in self.all(sql.bind(self.tenant_id()).bind(id.as_str()), "messages", "id").await? {
            let message = message::read(&row)?;
            if !sessions.contains(&message.session_id.as_uuid()) {
                written.push(json(&message)?);
            }
        }
        let sql = Sql::new("select ")
            .push(knowledge::INFO)
            .push(" from @knowledge where tenant = ? and author_id = ? order by language, version");
        for row in self.all(sql.bind(self.tenant_id()).bind(id.as_str()), "knowledge", "version").await? {
            written.push(json(&knowledge::read_info(&row)?)?);
        }
        Ok(())
    }
}
