//! What sessions and cursors say of what agents have read, so that lists find it: kept true by whoever changes a session
//! or moves a cursor, and checked with the kept counts.

use support_core::{
    chat::{Participant, Session},
    id::SessionId,
    store::StoreError,
};
use uuid::Uuid;

use super::{
    counted::{Before, Cursor},
    cursor::name,
};
use crate::{dialect::Dialect, recount::Difference, sql::Sql, transaction::SqlxTransaction};

type Result<T> = std::result::Result<T, StoreError>;

/// A session's `news_for_assignee`, as an expression.
pub(super) fn news_for_assignee(session: &Session) -> Sql {
    let Some(assignee) = &session.assignee else { return Sql::new("0") };
    Sql::new("case when ? > coalesce((select c.up_to from @read_cursors c where c.session_id = ? and ")
        .bind(session.last_customer_seq)
        .bind(session.id.as_uuid())
        .push("c.participant = ?), 0) then 1 else 0 end")
        .bind(name(&Participant::Agent(assignee.id.clone())))
}

/// Whether a session holds what its assignee has not read, as the column says it.
fn has_news_for_assignee(session: &Before, cursors: &[Cursor]) -> i64 {
    let Some(assignee) = &session.assignee else { return 0 };
    let of_assignee = cursors.iter().find(|cursor| cursor.agent == *assignee);
    i64::from(session.last_customer_seq > of_assignee.map_or(0, |cursor| cursor.up_to))
}

/// What a session and its agents' cursors do not say as it is.
pub(crate) fn wrong_marks(
    id: Uuid,
    session: &Before,
    news_for_assignee: i64,
    cursors: &[Cursor],
) -> Vec<Difference> {
    let mut marks = vec![Difference {
        kind: "news_for_assignee",
        label: id.to_string(),
        kept: news_for_assignee,
        counted: has_news_for_assignee(session, cursors),
    }];
    marks.extend(cursors.iter().map(|cursor| Difference {
        kind: "read_cursors",
        label: format!("{id} {}", cursor.agent),
        kept: cursor.mark.map_or(0, |at| at.timestamp_micros()),
        counted: session.mark(cursor.up_to).map_or(0, |at| at.timestamp_micros()),
    }));
    marks.retain(|mark| mark.kept != mark.counted);
    marks
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// Says in the cursors of a session's agents when it was active last, if they have read all of it.
    pub(super) async fn mark_cursors(&mut self, id: SessionId, session: &Before) -> Result<()> {
        // Nobody has read what was never written.
        let last = if session.last_customer_seq > 0 { session.last_customer_seq } else { u64::MAX };
        let sql = Sql::new("update @read_cursors set session_updated_at = case when up_to >= ? then ? end")
            .bind(last)
            .bind(session.updated_at)
            .push(" where session_id = ? and participant <> 'customer'")
            .bind(id.as_uuid());
        self.write_later("@read_cursors", sql).await
    }

    /// Puts right what a session and its cursors say.
    pub(crate) async fn mark_session(&mut self, id: SessionId) -> Result<()> {
        let session = self.session_now(id).await?;
        let cursors = self.agents_cursors(&[id.as_uuid()]).await?;
        let sql = Sql::new("update @sessions set news_for_assignee = ? where id = ?");
        let news = has_news_for_assignee(&session, &cursors);
        self.execute(sql.bind(news).bind(id.as_uuid())).await?;
        let sql = Sql::new("update @read_cursors set tenant = ? where session_id = ?");
        self.execute(sql.bind(self.tenant_id()).bind(id.as_uuid())).await?;
        self.mark_cursors(id, &session).await
    }
}
