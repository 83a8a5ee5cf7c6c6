//! Unanswered questions that say the same, counted when they come and when they go.

use std::collections::BTreeMap;

use support_core::{
    id::{SessionId, UnansweredId},
    store::{
        Page, PageRequest, StoreError, UnansweredGroup, UnansweredQuestion, UnansweredSample, UnansweredSort,
    },
};
use uuid::Uuid;

use crate::{
    bot_log::read_question,
    dialect::Dialect,
    page::{Column, Direction, Key, Order, Rows, Segment},
    row::Row,
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

fn read_group<DB: Dialect>(row: &Row<DB>) -> Result<UnansweredGroup> {
    let sample = match row.parsed_or_null("body")? {
        Some(message) => Some(UnansweredSample {
            session_id: SessionId::from_uuid(row.uuid("session_id")?),
            seq: row.unsigned("seq")?,
            message,
        }),
        None => None,
    };
    Ok(UnansweredGroup {
        id: UnansweredId::from_uuid(row.uuid("id")?),
        text: row.text("group_text")?,
        count: row.unsigned("n")?,
        first_seen_at: row.time("first_at")?,
        last_seen_at: row.time("last_at")?,
        sample,
    })
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// Counts a question that has come.
    pub(crate) async fn group_question(&mut self, question: &UnansweredQuestion) -> Result<()> {
        let text = question.group_text();
        let sql = Sql::new(
            "select id, first_at, last_at from @unanswered_groups where tenant = ? and group_text = ?",
        )
        .bind(self.tenant_id())
        .bind(text.as_str())
        .push(self.locking());
        let Some(group) = self.one(sql, "unanswered_groups", "id").await? else {
            return self.begin_group(question, &text).await;
        };
        let mut sql = Sql::new("update @unanswered_groups set n = n + 1, first_at = ?")
            .bind(group.time("first_at")?.min(question.created_at));
        if question.created_at >= group.time("last_at")? {
            sql = sql
                .push(", last_at = ?, session_id = ?, seq = ?")
                .bind(question.created_at)
                .bind(question.session_id.as_uuid())
                .bind(question.seq);
        }
        self.execute(sql.push(" where id = ?").bind(group.uuid("id")?)).await.map(drop)
    }

    async fn begin_group(&mut self, question: &UnansweredQuestion, text: &str) -> Result<()> {
        let values: [Bind; 8] = [
            question.id.as_uuid().into(),
            self.tenant_id().into(),
            text.into(),
            1_u64.into(),
            question.created_at.into(),
            question.created_at.into(),
            question.session_id.as_uuid().into(),
            question.seq.into(),
        ];
        let sql = Sql::new(
            "insert into @unanswered_groups (id, tenant, group_text, n, first_at, last_at, session_id, seq) values ",
        );
        // Somebody has asked the same at the same time: the next try finds their group.
        if self.add(sql.values(values)).await? { Ok(()) } else { Err(StoreError::Conflict) }
    }

    /// Notes that questions are about to go: those for which a condition on `unanswered` holds.
    pub(crate) async fn ungroup_questions(&mut self, which: Sql) -> Result<()> {
        let sql = Sql::new("select id, session_id, seq, normalized, created_at from @unanswered where ");
        let mut gone: BTreeMap<String, u64> = BTreeMap::new();
        for row in self.all(sql.append(which), "unanswered", "id").await? {
            *gone.entry(read_question(&row)?.group_text()).or_default() += 1;
        }
        for (text, n) in &gone {
            let sql = Sql::new("update @unanswered_groups set n = n - ? where tenant = ? and group_text = ?");
            self.execute(sql.bind(*n).bind(self.tenant_id()).bind(text.as_str())).await?;
            let sql =
                Sql::new("delete from @unanswered_groups where tenant = ? and group_text = ? and n <= 0");
            self.execute(sql.bind(self.tenant_id()).bind(text.as_str())).await?;
        }
        Ok(())
    }

    /// The same, for the questions of some sessions.
    pub(crate) async fn ungroup_questions_of(&mut self, sessions: &[Uuid]) -> Result<()> {
        self.ungroup_questions(Sql::new("session_id in ").values(sessions.iter().copied())).await
    }

    pub(crate) async fn page_of_groups(
        &mut self,
        sort: UnansweredSort,
        page: &PageRequest,
    ) -> Result<Page<UnansweredGroup>> {
        let columns = Sql::new("g.id, g.group_text, g.n, g.first_at, g.last_at, g.session_id, g.seq, m.body");
        let groups = Sql::new(
            " from @unanswered_groups g \
             left join @messages m on m.session_id = g.session_id and m.seq = g.seq where g.tenant = ?",
        );
        let key = match sort {
            UnansweredSort::Count => Key::Integer(Column::new("g.n", "n")),
            UnansweredSort::Recent => Key::Time(Column::new("g.last_at", "last_at")),
        };
        let order = Order::new(key, Column::new("g.id", "id"), Direction::Descending);
        let rows = Rows::InOrder(groups.bind(self.tenant_id()));
        self.page("unanswered_groups", vec![Segment { tier: 0, order, columns, rows }], page, read_group)
            .await
    }
}
