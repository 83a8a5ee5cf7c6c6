//! What became of messages to the bot, and what customers think of its answers.

use async_trait::async_trait;
use support_core::{
    bot::{AnswerFact, BotStats, HandoffReason},
    id::SessionId,
    message::{AnswerFeedback, Message, SenderKind},
    store::{AnswerRecord, AnswerRepository, StoreError},
    text::{Category, Feedback},
    ticket::Period,
};
use uuid::Uuid;

use crate::{
    counts::{Fact, Kind, Labels, Parts, day},
    dialect::Dialect,
    row::{Row, json},
    sql::{Bind, Sql},
    transaction::SqlxTransaction,
};

type Result<T> = std::result::Result<T, StoreError>;

const COLUMNS: &str =
    "session_id, seq, decision, category, offered, handoff, helpful, comment, rated_at, created_at";

/// Reads a record.
pub(crate) fn read<DB: Dialect>(row: &Row<DB>) -> Result<AnswerRecord> {
    Ok(AnswerRecord {
        session_id: SessionId::from_uuid(row.uuid("session_id")?),
        seq: row.unsigned("seq")?,
        decision: row.named("decision")?,
        category: row.parsed_or_null("category")?,
        offered: row.json("offered")?,
        handoff: row.named_or_null("handoff")?,
        feedback: read_feedback(row)?,
        created_at: row.time("created_at")?,
    })
}

fn read_feedback<DB: Dialect>(row: &Row<DB>) -> Result<Option<AnswerFeedback>> {
    let Some(helpful) = row.integer_or_null("helpful")? else { return Ok(None) };
    let comment = row.parsed_or_null("comment")?;
    Ok(Some(AnswerFeedback { helpful: helpful != 0, comment, given_at: row.time("rated_at")? }))
}

/// What a record counts for.
fn facts(record: &AnswerRecord) -> Vec<Fact> {
    let day = day(record.created_at);
    AnswerFact::of(record).into_iter().map(|fact| (Kind::BotAnswers, format!("{day} {fact}"), 1)).collect()
}

/// `helpful`, `comment` and `rated_at`.
fn feedback_values(feedback: Option<&AnswerFeedback>) -> [Bind; 3] {
    let comment = feedback.and_then(|feedback| feedback.comment.as_ref());
    [
        feedback.map(|feedback| i64::from(feedback.helpful)).into(),
        comment.map(Feedback::as_str).into(),
        feedback.map(|feedback| feedback.given_at).into(),
    ]
}

#[async_trait]
impl<DB: Dialect> AnswerRepository for SqlxTransaction<'_, DB> {
    async fn append(&mut self, answer: &AnswerRecord) -> Result<()> {
        self.need_session(answer.session_id).await?;
        let [helpful, comment, rated_at] = feedback_values(answer.feedback.as_ref());
        let values: [Bind; 11] = [
            answer.session_id.as_uuid().into(),
            answer.seq.into(),
            answer.decision.as_str().into(),
            answer.category.as_ref().map(Category::as_str).into(),
            json(&answer.offered)?.into(),
            answer.handoff.map(HandoffReason::as_str).into(),
            helpful,
            comment,
            rated_at,
            answer.created_at.into(),
            self.tenant_id().into(),
        ];
        let sql = Sql::new("insert into @answers (").push(COLUMNS).push(", tenant) values ").values(values);
        self.insert(sql).await?;
        self.counts.add(facts(answer));
        Ok(())
    }

    async fn find(&mut self, session: SessionId, seq: u64) -> Result<Option<AnswerRecord>> {
        let sql = Sql::new("select ")
            .push(COLUMNS)
            .push(" from @answers where session_id = ? and seq = ? and tenant = ?")
            .bind(session.as_uuid())
            .bind(seq)
            .bind(self.tenant_id())
            .push(self.locking());
        self.one(sql, "answers", "session_id").await?.as_ref().map(read).transpose()
    }

    async fn rate(&mut self, session: SessionId, seq: u64, feedback: &AnswerFeedback) -> Result<()> {
        let before = AnswerRepository::find(self, session, seq).await?.ok_or(StoreError::NotFound)?;
        let sql = Sql::new("update @answers set helpful = ?, comment = ?, rated_at = ?")
            .bind_all(feedback_values(Some(feedback)))
            .push(" where session_id = ? and seq = ? and tenant = ?")
            .bind(session.as_uuid())
            .bind(seq)
            .bind(self.tenant_id());
        self.execute(sql).await?;
        self.counts.remove(facts(&before));
        self.counts.add(facts(&AnswerRecord { feedback: Some(feedback.clone()), ..before }));
        Ok(())
    }

    async fn stats(&mut self, period: &Period) -> Result<BotStats> {
        let mut stats = BotStats::default();
        let Parts { days, ends, .. } = Parts::of(period);
        if let Some(days) = days {
            for (fact, n) in self.kept_in_days(Kind::BotAnswers, &Labels::of_days(&days)).await? {
                let unreadable = |error| StoreError::Corrupt {
                    table: "counts",
                    column: "label",
                    row: fact.clone(),
                    source: Box::new(error),
                };
                stats.add(fact.parse().map_err(unreadable)?, u64::try_from(n).unwrap_or(0));
            }
        }
        for end in ends {
            let sql = Sql::new("select ")
                .push(COLUMNS)
                .push(" from @answers where tenant = ? and created_at >= ? and created_at < ?")
                .bind(self.tenant_id())
                .bind(end.from())
                .bind(end.to());
            for row in self.all(sql, "answers", "session_id").await? {
                for fact in AnswerFact::of(&read(&row)?) {
                    stats.add(fact, 1);
                }
            }
        }
        Ok(stats)
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// What some sessions' answers count for.
    pub(crate) async fn answer_facts(&mut self, sessions: &[Uuid]) -> Result<Vec<Fact>> {
        if sessions.is_empty() {
            return Ok(Vec::new());
        }
        let sql = Sql::new("select ").push(COLUMNS).push(" from @answers where session_id in ");
        let sql = sql.values(sessions.iter().copied());
        let mut all = Vec::new();
        for row in self.all(sql, "answers", "session_id").await? {
            all.extend(facts(&read(&row)?));
        }
        Ok(all)
    }

    /// Has messages of one session tell what its customer thinks of them.
    pub(crate) async fn note_feedback(&mut self, messages: &mut [Message]) -> Result<()> {
        let of_bot = |message: &&Message| message.sender.kind == SenderKind::Bot;
        let mut seqs = messages.iter().filter(of_bot).map(|message| message.seq);
        let Some(first) = seqs.next() else { return Ok(()) };
        let last = seqs.next_back().unwrap_or(first);
        let session = messages[0].session_id;
        let sql = Sql::new(
            "select seq, helpful, comment, rated_at from @answers \
             where session_id = ? and seq >= ? and seq <= ? and tenant = ? and helpful is not null",
        );
        let sql = sql.bind(session.as_uuid()).bind(first).bind(last).bind(self.tenant_id());
        for row in self.all(sql, "answers", "seq").await? {
            let seq = row.unsigned("seq")?;
            let mut of_bot = messages.iter_mut().filter(|message| message.sender.kind == SenderKind::Bot);
            if let Some(message) = of_bot.find(|message| message.seq == seq) {
                message.feedback = read_feedback(&row)?;
            }
        }
        Ok(())
    }
}
