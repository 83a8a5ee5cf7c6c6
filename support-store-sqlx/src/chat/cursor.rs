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
        self.need_session(session).await?;
        if self.raise_cursor(session, participant, up_to).await? {
            return Ok(true);
        }
        let first = Sql::new("insert into @read_cursors (session_id, participant, up_to) values ")
            .values::<Bind>([session.as_uuid().into(), name(participant).into(), up_to.into()])
            .push(DB::UNLESS_TAKEN);
        if up_to > 0 && self.execute(first).await? > 0 {
            return Ok(true);
        }
        // It was there already, or another came first and moved it less far.
        self.raise_cursor(session, participant, up_to).await
    }

    /// Moves a cursor that is there. `false` if it is not, or is there or further.
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
        Ok(self.execute(sql).await? > 0)
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
