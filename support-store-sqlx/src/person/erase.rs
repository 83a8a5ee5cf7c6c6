//! Forgetting a person.

use serde_json::Value;
use support_core::{
    chat::Participant,
    id::UserId,
    store::{ErasureCounts, PersonKey, StoreError},
};
use uuid::Uuid;

use crate::{
    chat::cursor_name,
    counts::{Kind, Labels, read_label},
    dialect::Dialect,
    sql::Sql,
    ticket::{CHANGE, read_change},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// How many ids go into one statement.
const AT_ONCE: usize = 100;

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn erase_person(&mut self, person: &PersonKey) -> Result<ErasureCounts> {
        self.loaded.forget_sessions();
        let mut counts = ErasureCounts::default();
        let tickets = self.own_ticket_ids(person).await?;
        for ids in tickets.chunks(AT_ONCE) {
            self.delete_tickets(ids, &mut counts).await?;
        }
        let sessions = self.own_session_ids(person).await?;
        for ids in sessions.chunks(AT_ONCE) {
            self.delete_sessions(ids, &mut counts).await?;
        }
        for actor in person.actor_keys() {
            let sql = Sql::new("delete from @idempotency where tenant = ? and actor = ?");
            counts.idempotency_records += self.execute(sql.bind(self.tenant_id()).bind(actor)).await?;
        }
        // What somebody else was answered about what is gone holds it too.
        for id in tickets.iter().chain(&sessions) {
            let sql = Sql::new("delete from @idempotency where tenant = ? and ")
                .bind(self.tenant_id())
                .push(&DB::json_holds("outcome"))
                .bind(id.to_string());
            counts.idempotency_records += self.execute(sql).await?;
        }
        if let PersonKey::User(id) = person {
            let sql = Sql::new("delete from @agents where tenant = ? and id = ?");
            self.execute(sql.bind(self.tenant_id()).bind(id.as_str())).await?;
            counts.anonymized = self.blot_out(id).await?;
        }
        Ok(counts)
    }

    async fn delete_of(&mut self, from: &'static str, column: &'static str, ids: &[Uuid]) -> Result<u64> {
        let sql = Sql::new("delete from ").push(from).push(" where ").push(column).push(" in ");
        self.execute(sql.values(ids.iter().copied())).await
    }

    async fn delete_tickets(&mut self, ids: &[Uuid], counts: &mut ErasureCounts) -> Result<()> {
        self.uncount_tickets(ids).await?;
        for table in ["@ticket_texts", "@ticket_tags", "@history", "@resolutions"] {
            self.delete_of(table, "ticket_id", ids).await?;
        }
        counts.entries += self.delete_of("@entries", "ticket_id", ids).await?;
        counts.events += self.delete_of("@events", "ticket_id", ids).await?;
        counts.dead_letters += self.delete_of("@dead_letters", "ticket_id", ids).await?;
        counts.tickets += self.delete_of("@tickets", "id", ids).await?;
        Ok(())
    }

    /// Removes sessions with all that belongs to them.
    pub(super) async fn delete_sessions(&mut self, ids: &[Uuid], counts: &mut ErasureCounts) -> Result<()> {
        self.uncount_sessions(ids).await?;
        self.delete_of("@session_texts", "session_id", ids).await?;
        self.delete_of("@read_cursors", "session_id", ids).await?;
        counts.bot_log += self.delete_of("@traces", "session_id", ids).await?;
        self.ungroup_questions_of(ids).await?;
        counts.bot_log += self.delete_of("@unanswered", "session_id", ids).await?;
        counts.bot_log += self.delete_of("@answers", "session_id", ids).await?;
        counts.messages += self.delete_of("@messages", "session_id", ids).await?;
        counts.events += self.delete_of("@events", "session_id", ids).await?;
        counts.dead_letters += self.delete_of("@dead_letters", "session_id", ids).await?;
        counts.sessions += self.delete_of("@sessions", "id", ids).await?;
        Ok(())
    }

    /// Takes a person's id and name out of what is others'. Returns how many rows that changed.
    async fn blot_out(&mut self, id: &UserId) -> Result<u64> {
        self.uncount_agent(id).await?;
        let mut changed = 0;
        let theirs = |sql: &'static str, tenant: &str| Sql::new(sql).bind(tenant).bind(id.as_str());
        let tenant = self.tenant_id().to_owned();
        for sql in [
            "update @tickets set assignee_id = null, assignee_name = null, version = version + 1 where tenant = ? and assignee_id = ?",
            "update @sessions set assignee_id = null, assignee_name = null, news_for_assignee = 0, version = version + 1, \
             owner = case when owner = 'agent' then 'queue' else owner end where tenant = ? and assignee_id = ?",
            "update @entries set author_id = null, author_name = null where tenant = ? and author_id = ?",
            // The key was unique among its author's, and must not meet a key of the session's guest.
            "update @messages set sender_id = null, sender_name = null, client_message_id = null where tenant = ? and sender_id = ?",
            "update @knowledge set author_id = null, author_name = null where tenant = ? and author_id = ?",
        ] {
            changed += self.execute(theirs(sql, &tenant)).await?;
        }
        changed += self.blot_history(id).await?;
        // Where somebody stopped reading is their own, and no row of others.
        let cursors = Sql::new(
            "delete from @read_cursors where participant = ? and session_id in (select id from @sessions where tenant = ?)",
        );
        self.execute(cursors.bind(cursor_name(&Participant::Agent(id.clone()))).bind(tenant.as_str()))
            .await?;
        Ok(changed)
    }

    /// Counts what an agent has in hand as nobody's, and what they have read as read by nobody.
    async fn uncount_agent(&mut self, id: &UserId) -> Result<()> {
        let kinds = [Kind::TicketsInHand, Kind::SessionsInHand];
        for ((kind, agent), count) in self.kept(&kinds, &Labels::ALL).await? {
            if agent == id.as_str() {
                self.counts.remove([(kind, agent, count)]);
                if kind == Kind::TicketsInHand {
                    self.counts.add([(Kind::TicketsUnassigned, String::new(), count)]);
                }
            }
        }
        for kind in [Kind::SessionsRead, Kind::SessionsReadByMonth] {
            for (when, count) in self.sessions_read(kind, id.as_str(), None).await? {
                self.counts.remove([(kind, read_label(id.as_str(), &when), count)]);
            }
        }
        Ok(())
    }

    /// Histories name people as actors, and as the values of a field: by their id, or in an object with their id.
    async fn blot_history(&mut self, id: &UserId) -> Result<u64> {
        // It may be in what is no id; what is found is looked at once more.
        let quoted = Value::from(id.as_str()).to_string();
        let sql = Sql::new("select ")
            .push(CHANGE)
            .push(" from @history where tenant = ? and (actor_id = ?")
            .bind(self.tenant_id())
            .bind(id.as_str())
            .push(" or ")
            .push(&DB::json_holds("old"))
            .bind(quoted.as_str())
            .push(" or ")
            .push(&DB::json_holds("new"))
            .bind(quoted.as_str())
            .push(")");
        let rows = self.all(sql, "history", "ticket_id").await?;
        let mut changed = 0;
        for row in rows {
            let mut change = read_change(&row)?;
            if change.blot_out(id) {
                let actor_id = change.actor.id.as_ref().map(UserId::as_str);
                let sql = Sql::new("update @history set old = ?, new = ?, actor_id = ?, actor_name = ?")
                    .bind(change.old)
                    .bind(change.new)
                    .bind(actor_id)
                    .bind(change.actor.name.as_deref())
                    .push(" where ticket_id = ? and seq = ?")
                    .bind(change.ticket_id.as_uuid())
                    .bind(row.unsigned("seq")?);
                changed += self.execute(sql).await?;
            }
        }
        Ok(changed)
    }
}
