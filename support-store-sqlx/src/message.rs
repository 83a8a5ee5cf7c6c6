//! Messages.

use async_trait::async_trait;
use support_core::{
    id::{MessageId, SessionId, UserId},
    message::{Message, MessageRange, Sender, SenderKind, Side},
    store::{MessageRepository, StoreError},
    text::ClientMessageId,
    time::Timestamp,
};

use crate::{
    dialect::Dialect,
    row::{Row, json},
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

pub(crate) const COLUMNS: &str = "id, session_id, seq, sender_kind, sender_id, sender_name, body, metadata, suggestions, \
    client_message_id, created_at, read_at";

/// Reads a message, without what its customer thinks of it.
pub(crate) fn read<DB: Dialect>(row: &Row<DB>) -> Result<Message> {
    Ok(Message {
        id: MessageId::from_uuid(row.uuid("id")?),
        session_id: SessionId::from_uuid(row.uuid("session_id")?),
        seq: row.unsigned("seq")?,
        sender: Sender {
            kind: row.named("sender_kind")?,
            id: row.parsed_or_null("sender_id")?,
            name: row.text_or_null("sender_name")?,
        },
        body: row.parsed("body")?,
        metadata: row.json("metadata")?,
        suggestions: row.json("suggestions")?,
        client_message_id: row.parsed_or_null("client_message_id")?,
        created_at: row.time("created_at")?,
        read_at: row.time_or_null("read_at")?,
        feedback: None,
    })
}

#[async_trait]
impl<DB: Dialect> MessageRepository for SqlxTransaction<'_, DB> {
    async fn insert(&mut self, message: &Message) -> Result<()> {
        let values: [Bind; 12] = [
            message.id.as_uuid().into(),
            message.session_id.as_uuid().into(),
            message.seq.into(),
            message.sender.kind.as_str().into(),
            message.sender.id.as_ref().map(UserId::as_str).into(),
            message.sender.name.as_deref().into(),
            message.body.as_str().into(),
            json(&message.metadata)?.into(),
            json(&message.suggestions)?.into(),
            message.client_message_id.as_ref().map(ClientMessageId::as_str).into(),
            message.created_at.into(),
            message.read_at.into(),
        ];
        // Without the session, and where a key is taken, nothing is added.
        let sql = Sql::new("insert into @messages (")
            .push(COLUMNS)
            .push(", tenant) select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, s.tenant from @sessions s ")
            .bind_all(values)
            .push("where coalesce(s.tenant, '') = ? and s.id = ?")
            .bind(self.tenant_id())
            .bind(message.session_id.as_uuid());
        if !self.add(sql).await? {
            self.need_session(message.session_id).await?;
            let taken = MessageRepository::find(self, message.session_id, message.seq).await?;
            return Err(if taken.is_some() { StoreError::Conflict } else { StoreError::AlreadyExists });
        }
        self.index_session(message.session_id, message.seq, message.body.as_str()).await
    }

    async fn find(&mut self, session: SessionId, seq: u64) -> Result<Option<Message>> {
        let sql = Sql::new("select ")
            .push(COLUMNS)
            .push(" from @messages where session_id = ? and seq = ? and tenant = ?");
        let sql = sql.bind(session.as_uuid()).bind(seq).bind(self.tenant_id());
        let found = self.one(sql, "messages", "id").await?.as_ref().map(read).transpose()?;
        let mut messages: Vec<Message> = found.into_iter().collect();
        self.note_feedback(&mut messages).await?;
        Ok(messages.pop())
    }

    async fn find_by_client_id(
        &mut self,
        session: SessionId,
        author: Option<&UserId>,
        client_message_id: &ClientMessageId,
    ) -> Result<Option<Message>> {
        let sql = Sql::new("select ")
            .push(COLUMNS)
            .push(" from @messages where session_id = ? and tenant = ? and client_message_id = ?")
            .bind(session.as_uuid())
            .bind(self.tenant_id())
            .bind(client_message_id.as_str())
            // As the unique index spells it.
            .push(" and coalesce(sender_id, '') = ?")
            .bind(author.map_or("", UserId::as_str));
        let sql = match author {
            Some(_) => sql,
            None => sql.push(" and sender_kind = ?").bind(SenderKind::User.as_str()),
        };
        self.one(sql, "messages", "id").await?.as_ref().map(read).transpose()
    }

    async fn list(&mut self, session: SessionId, range: &MessageRange) -> Result<Vec<Message>> {
        let mut sql =
            Sql::new("select ").push(COLUMNS).push(" from @messages where session_id = ? and tenant = ?");
        sql = sql.bind(session.as_uuid()).bind(self.tenant_id());
        if let Some(after) = range.after_seq {
            sql = sql.push(" and seq > ?").bind(after);
        }
        if let Some(before) = range.before_seq {
            sql = sql.push(" and seq < ?").bind(before);
        }
        let order = if range.after_seq.is_some() { " order by seq" } else { " order by seq desc" };
        let sql = sql.push(order).push(DB::LIMIT).bind(u64::from(range.limit.get()));
        let rows = self.all(sql, "messages", "id").await?;
        let mut messages = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        if range.after_seq.is_none() {
            messages.reverse();
        }
        self.note_feedback(&mut messages).await?;
        Ok(messages)
    }

    async fn mark_read(
        &mut self,
        session: SessionId,
        written_by: Side,
        up_to: u64,
        at: Timestamp,
    ) -> Result<u64> {
        self.need_session(session).await?;
        let kinds = SenderKind::ALL.iter().filter(|kind| kind.side() == written_by);
        let kinds: Vec<_> = kinds.map(|kind| kind.as_str()).collect();
        let sql = Sql::new("update @messages set read_at = ?")
            .bind(at)
            .push(" where session_id = ? and tenant = ? and seq <= ? and read_at is null")
            .bind(session.as_uuid())
            .bind(self.tenant_id())
            .bind(up_to)
            .and_any_of("sender_kind", kinds.into_iter());
        self.execute(sql).await
    }
}
