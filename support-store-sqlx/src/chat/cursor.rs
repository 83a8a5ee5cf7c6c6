//! How far somebody has read.

use support_core::{
    chat::Participant,
    id::{SessionId, UserId},
    message::SenderKind,
    store::StoreError,
    time::Timestamp,
};

use crate::{
    dialect::Dialect,
    row::Row,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// A participant as the table of cursors names them.
pub(crate) fn name(participant: &Participant) -> String {
    match participant {
        Participant::Customer => "customer".to_owned(),
        Participant::Agent(id) => format!("agent:{id}"),
    }
}

/// The agent whose cursor has this name, if it is an agent's.
pub(crate) fn agent(name: &str) -> Option<&str> {
    name.strip_prefix("agent:")
}

/// The participant that the table of cursors names.
fn named<DB: Dialect>(row: &Row<DB>) -> Result<Participant> {
    let name = row.text("participant")?;
    match agent(&name) {
        Some(id) => {
            UserId::parse(id).map(Participant::Agent).map_err(|error| row.corrupt("participant", error))
        }
        None if name == "customer" => Ok(Participant::Customer),
        None => Err(row.corrupt("participant", "is neither the customer nor an agent")),
    }
}

/// The kinds of messages that are news for a participant.
pub(super) fn news(participant: &Participant) -> impl ExactSizeIterator<Item = &'static str> + use<> {
    SenderKind::news_for(participant.side()).iter().map(|kind| kind.as_str())
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    pub(super) async fn find_cursor(&mut self, session: SessionId, participant: &Participant) -> Result<u64> {
        let sql = Sql::new(
            "select c.up_to as value from @read_cursors c join @sessions s on s.id = c.session_id \
             where c.session_id = ? and c.participant = ? and s.tenant = ?",
        );
        self.number(sql.bind(session.as_uuid()).bind(name(participant)).bind(self.tenant_id())).await
    }

    pub(super) async fn list_cursors(&mut self, session: SessionId) -> Result<Vec<(Participant, u64)>> {
        let sql = Sql::new(
            "select c.participant, c.up_to from @read_cursors c join @sessions s on s.id = c.session_id \
             where c.session_id = ? and s.tenant = ?",
        );
        let sql = sql.bind(session.as_uuid()).bind(self.tenant_id());
        let rows = self.all(sql, "read_cursors", "participant").await?;
        rows.iter().map(|row| Ok((named(row)?, row.unsigned("up_to")?))).collect()
    }

    pub(super) async fn move_cursor(
        &mut self,
        session: SessionId,
        participant: &Participant,
        up_to: u64,
    ) -> Result<bool> {
        let before = self.session_now(session).await?;
        let Participant::Agent(id) = participant else {
            return self.raise_cursor(session, participant, up_to, None).await;
        };
        let old = self.find_cursor(session, participant).await?;
        let mark = before.mark(up_to);
        if !self.raise_cursor(session, participant, up_to, mark).await? {
            return Ok(false);
        }
        let is_assignee = before.assignee.as_deref() == Some(id.as_str());
        let catches_up = old < before.last_customer_seq && mark.is_some();
        if !before.staff_has_read || (is_assignee && catches_up) {
            let sql = Sql::new("update @sessions set staff_has_read = 1");
            let sql = if is_assignee && catches_up { sql.push(", news_for_assignee = 0") } else { sql };
            self.execute(sql.push(" where id = ?").bind(session.as_uuid())).await?;
            self.loaded.staff_reads(session);
        }
        self.counts.remove(before.read_by(id.as_str(), old));
        self.counts.add(before.read_by(id.as_str(), up_to));
        Ok(true)
    }

    /// Moves a cursor, which nobody else moves meanwhile. `false` if it is there or further.
    async fn raise_cursor(
        &mut self,
        session: SessionId,
        participant: &Participant,
        up_to: u64,
        mark: Option<Timestamp>,
    ) -> Result<bool> {
        let sql = Sql::new("update @read_cursors set up_to = ?, session_updated_at = ?")
            .bind(up_to)
            .bind(mark)
            .push(" where session_id = ? and participant = ? and up_to < ?");
        let sql = sql.bind(session.as_uuid()).bind(name(participant)).bind(up_to);
        if self.execute(sql).await? > 0 {
            return Ok(true);
        }
        let values: [Bind; 5] = [
            session.as_uuid().into(),
            name(participant).into(),
            up_to.into(),
            self.tenant_id().into(),
            mark.into(),
        ];
        let first = Sql::new(
            "insert into @read_cursors (session_id, participant, up_to, tenant, session_updated_at) values ",
        );
        Ok(up_to > 0 && self.add(first.values(values)).await?)
    }

    pub(super) async fn count_behind_cursor(
        &mut self,
        session: SessionId,
        participant: &Participant,
    ) -> Result<u64> {
        let cursor = self.find_cursor(session, participant).await?;
        let sql = Sql::new(
            "select count(*) as value from @messages where session_id = ? and tenant = ? and seq > ?",
        )
        .bind(session.as_uuid())
        .bind(self.tenant_id())
        .bind(cursor)
        .and_any_of("sender_kind", news(participant));
        self.number(sql).await
    }
}
