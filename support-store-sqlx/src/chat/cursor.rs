//! How far somebody has read.

use support_core::{chat::Participant, id::SessionId, message::SenderKind, store::StoreError};

use crate::{
    dialect::Dialect,
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

    pub(super) async fn move_cursor(
        &mut self,
        session: SessionId,
        participant: &Participant,
        up_to: u64,
    ) -> Result<bool> {
        let before = self.session_now(session).await?;
        let Participant::Agent(id) = participant else {
            return self.raise_cursor(session, participant, up_to).await;
        };
        let old = self.find_cursor(session, participant).await?;
        if !self.raise_cursor(session, participant, up_to).await? {
            return Ok(false);
        }
        if !before.staff_has_read {
            let sql = Sql::new("update @sessions set staff_has_read = 1 where id = ?");
            self.execute(sql.bind(session.as_uuid())).await?;
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
    ) -> Result<bool> {
        let sql = Sql::new(
            "update @read_cursors set up_to = ? where session_id = ? and participant = ? and up_to < ?",
        );
        let sql = sql.bind(up_to).bind(session.as_uuid()).bind(name(participant)).bind(up_to);
        if self.execute(sql).await? > 0 {
            return Ok(true);
        }
        let first = Sql::new("insert into @read_cursors (session_id, participant, up_to) values ")
            .values::<Bind>([session.as_uuid().into(), name(participant).into(), up_to.into()]);
        Ok(up_to > 0 && self.add(first).await?)
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
