//! What the bot did, and did not know.

use async_trait::async_trait;
use support_core::{
    id::{SessionId, UnansweredId},
    store::{
        BotLogRepository, Page, PageRequest, StoreError, TraceRecord, UnansweredGroup, UnansweredQuestion,
        UnansweredSort,
    },
};

use crate::{
    dialect::Dialect,
    page::{Column, Direction, Key, Order, Rows, Segment},
    row::{Row, json},
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

/// Reads a question.
pub(crate) fn read_question<DB: Dialect>(row: &Row<DB>) -> Result<UnansweredQuestion> {
    Ok(UnansweredQuestion {
        id: UnansweredId::from_uuid(row.uuid("id")?),
        session_id: SessionId::from_uuid(row.uuid("session_id")?),
        seq: row.unsigned("seq")?,
        normalized: row.text("normalized")?,
        created_at: row.time("created_at")?,
    })
}

#[async_trait]
impl<DB: Dialect> BotLogRepository for SqlxTransaction<'_, DB> {
    async fn append_trace(&mut self, trace: &TraceRecord) -> Result<()> {
        self.need_session(trace.session_id).await?;
        let values: [Bind; 5] = [
            trace.session_id.as_uuid().into(),
            trace.seq.into(),
            self.tenant_id().into(),
            json(&trace.trace)?.into(),
            trace.created_at.into(),
        ];
        let sql = Sql::new("insert into @traces (session_id, seq, tenant, trace, created_at) values ")
            .values(values);
        self.execute(sql.push(&DB::or_replace("session_id, seq", &["trace", "created_at"]))).await.map(drop)
    }

    async fn find_trace(&mut self, session: SessionId, seq: u64) -> Result<Option<TraceRecord>> {
        let sql = Sql::new(
            "select session_id, seq, trace, created_at from @traces where session_id = ? and seq = ? and tenant = ?",
        );
        let sql = sql.bind(session.as_uuid()).bind(seq).bind(self.tenant_id());
        let Some(row) = self.one(sql, "traces", "session_id").await? else { return Ok(None) };
        let (trace, created_at) = (row.json("trace")?, row.time("created_at")?);
        Ok(Some(TraceRecord { session_id: session, seq, trace, created_at }))
    }

    async fn append_unanswered(&mut self, question: &UnansweredQuestion) -> Result<()> {
        self.need_session(question.session_id).await?;
        let values: [Bind; 6] = [
            question.id.as_uuid().into(),
            self.tenant_id().into(),
            question.session_id.as_uuid().into(),
            question.seq.into(),
            question.normalized.as_str().into(),
            question.created_at.into(),
        ];
        let sql =
            Sql::new("insert into @unanswered (id, tenant, session_id, seq, normalized, created_at) values ");
        self.insert(sql.values(values)).await?;
        self.group_question(question).await
    }

    async fn list_unanswered_groups(
        &mut self,
        sort: UnansweredSort,
        page: &PageRequest,
    ) -> Result<Page<UnansweredGroup>> {
        self.page_of_groups(sort, page).await
    }

    async fn list_unanswered(&mut self, page: &PageRequest) -> Result<Page<UnansweredQuestion>> {
        let questions = Sql::new(" from @unanswered where tenant = ?").bind(self.tenant_id());
        let columns = Sql::new("id, session_id, seq, normalized, created_at");
        let by_age = Key::Time(Column::new("created_at", "created_at"));
        let order = Order::new(by_age, Column::new("id", "id"), Direction::Descending);
        let all = Segment { tier: 0, order, columns, rows: Rows::InOrder(questions) };
        self.page("unanswered", vec![all], page, read_question).await
    }
}
