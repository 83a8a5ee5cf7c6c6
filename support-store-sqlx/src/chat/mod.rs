//! Chat sessions.

mod counted;
mod cursor;
mod list;
mod mark;
mod news;
mod read;
pub(crate) mod row;

use async_trait::async_trait;
use support_core::{
    access::Scope,
    chat::{
        ChatStats, Customer, Owner, Participant, Session, SessionFilter, SessionSort, SessionStatus,
        SessionView, TokenHash,
    },
    id::{SessionId, UserId},
    message::SenderKind,
    store::{ChatRepository, Limit, Page, PageRequest, StoreError},
    text::Subject,
    ticket::RatingSummary,
    time::Timestamp,
};

use crate::{
    counts::{Kind, Labels, session_facts},
    dialect::Dialect,
    row::json,
    search::HEAD,
    sql::Sql,
    ticket::row::set,
    transaction::SqlxTransaction,
};

pub(crate) use self::{
    counted::{Before, COLUMNS as COUNTED, Cursor},
    cursor::name as cursor_name,
    mark::wrong_marks,
};

type Result<T> = std::result::Result<T, StoreError>;

/// ` and …` for what a scope holds of sessions, called `s`.
pub(crate) fn in_scope(scope: &Scope) -> Sql {
    match scope {
        Scope::Everything => Sql::default(),
        Scope::Customer(user) => Sql::new(" and s.user_id = ?").bind(user.as_str()),
        Scope::Session(id) => Sql::new(" and s.id = ?").bind(id.as_uuid()),
        Scope::Nothing => Sql::new(" and 1 = 0"),
    }
}

/// What of a session itself is searched, apart from its messages. What the host calls a signed-in customer is the
/// host's to search.
pub(crate) fn head(session: &Session) -> String {
    let guest = matches!(session.customer, Customer::Guest(_)).then_some(&session.customer);
    let subject = session.subject.as_ref().map(Subject::as_str);
    let parts = [subject, guest.and_then(Customer::name), guest.and_then(Customer::email)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// Which sessions an update touches, beside those with the right version.
#[derive(Clone, Copy, PartialEq)]
enum If {
    /// One whose text is already what it is to be.
    TextIsTheSame,
    /// Any.
    Whatever,
}

#[async_trait]
impl<DB: Dialect> ChatRepository for SqlxTransaction<'_, DB> {
    async fn find(&mut self, id: SessionId, scope: &Scope) -> Result<Option<Session>> {
        let sql = Sql::new("select ")
            .push(row::COLUMNS)
            .push(", s.staff_has_read from @sessions s where coalesce(s.tenant, '') = ? and s.id = ?");
        let sql = sql.bind(self.tenant_id()).bind(id.as_uuid()).append(in_scope(scope));
        let Some(row) = self.one(sql.push(self.locking()), "sessions", "id").await? else { return Ok(None) };
        let session = row::read(&row)?;
        if self.may_write() {
            self.loaded.session(&session, row.integer("staff_has_read")? != 0);
        }
        Ok(Some(session))
    }

    async fn find_by_token(&mut self, hash: &TokenHash) -> Result<Option<(SessionId, TokenHash)>> {
        let sql = Sql::new("select id, token_hash from @sessions where token_hash = ? and tenant = ?");
        let sql = sql.bind(hash.as_bytes().to_vec()).bind(self.tenant_id());
        self.one(sql, "sessions", "id").await?.as_ref().map(row::read_token).transpose()
    }

    async fn find_active_of(&mut self, user: &UserId) -> Result<Option<Session>> {
        self.lock_user(user.as_str()).await?;
        let sql = Sql::new("select ")
            .push(row::COLUMNS)
            .push(" from @sessions s where s.tenant = ? and s.user_id = ? and s.status = 'active'")
            .bind(self.tenant_id())
            .bind(user.as_str())
            .push(" order by s.created_at desc, s.id desc limit 1");
        self.one(sql, "sessions", "id").await?.as_ref().map(row::read).transpose()
    }

    async fn list(
        &mut self,
        filter: &SessionFilter,
        sort: SessionSort,
        page: &PageRequest,
    ) -> Result<Page<SessionView>> {
        self.list_sessions(filter, sort, page).await
    }

    async fn count(&mut self, filter: &SessionFilter) -> Result<u64> {
        let conditions = self.session_conditions(filter).await?;
        let sql = Sql::new("select count(*) as value from @sessions s").append(conditions);
        self.number(sql).await
    }

    async fn insert(&mut self, session: &Session, token: Option<&TokenHash>) -> Result<()> {
        let mut values = row::values(session)?;
        values.push(self.tenant_id().into());
        values.push(token.map(|token| token.as_bytes().to_vec()).into());
        let has_news = session.assignee.is_some() && session.last_customer_seq > 0;
        values.push(i64::from(has_news).into());
        let sql = Sql::new("insert into @sessions (")
            .push(row::COLUMNS)
            .push(", tenant, token_hash, news_for_assignee) values ");
        SqlxTransaction::insert(self, sql.values(values)).await?;
        self.counts.add(session_facts(session));
        // Nobody else sees it before the commit.
        self.loaded.session(session, false);
        self.index_session(session.id, HEAD, &head(session)).await
    }

    async fn update(&mut self, session: &mut Session) -> Result<()> {
        let before = self.session_before(session).await?;
        // The usual change leaves the text alone, and with it the words to search for.
        if !self.update_session(session, If::TextIsTheSame).await? {
            if !self.update_session(session, If::Whatever).await? {
                self.need_session(session.id).await?;
                return Err(StoreError::Conflict);
            }
            let old = Sql::new("delete from @session_texts where session_id = ? and part = ?");
            self.execute(old.bind(session.id.as_uuid()).bind(HEAD)).await?;
            self.index_session(session.id, HEAD, &head(session)).await?;
        }
        session.version += 1;
        self.count_session(before, session).await
    }

    async fn read_cursor(&mut self, session: SessionId, participant: &Participant) -> Result<u64> {
        self.find_cursor(session, participant).await
    }

    async fn list_read_cursors(&mut self, session: SessionId) -> Result<Vec<(Participant, u64)>> {
        self.list_cursors(session).await
    }

    async fn move_read_cursor(
        &mut self,
        session: SessionId,
        participant: &Participant,
        up_to: u64,
    ) -> Result<bool> {
        self.move_cursor(session, participant, up_to).await
    }

    async fn count_unread(&mut self, session: SessionId, participant: &Participant) -> Result<u64> {
        self.count_behind_cursor(session, participant).await
    }

    async fn list_idle(&mut self, before: Timestamp, limit: Limit) -> Result<Vec<SessionId>> {
        let sql = Sql::new(
            "select id from @sessions where tenant = ? and status = 'active' and waiting_since is null \
             and customer_active_at < ? order by customer_active_at, id limit ?",
        );
        self.ids(sql.bind(self.tenant_id()).bind(before).bind(u64::from(limit.get()))).await
    }

    async fn list_unanswered(&mut self, before: Timestamp, limit: Limit) -> Result<Vec<SessionId>> {
        let sql = Sql::new(
            "select s.id, min(m.created_at) as oldest from @sessions s \
             join @messages m on m.session_id = s.id and m.seq > s.bot_seq and m.sender_kind = ? \
             where s.tenant = ? and s.status = 'active' and s.owner = 'bot' and s.bot_seq < s.last_customer_seq \
             group by s.id having min(m.created_at) < ? order by oldest, s.id limit ?",
        );
        let sql = sql.bind(SenderKind::User.as_str()).bind(self.tenant_id());
        self.ids(sql.bind(before).bind(u64::from(limit.get()))).await
    }

    async fn stats(&mut self) -> Result<ChatStats> {
        let kinds = [Kind::Sessions, Kind::SessionsActive, Kind::Messages, Kind::Ratings, Kind::Stars];
        let kept = self.kept(&kinds, &Labels::ALL).await?;
        let of = |kind| {
            let n = kept.get(&(kind, String::new())).copied().unwrap_or_default();
            u64::try_from(n).unwrap_or(0)
        };
        let ratings = RatingSummary::from_sum(of(Kind::Stars), of(Kind::Ratings));
        Ok(ChatStats {
            total_sessions: of(Kind::Sessions),
            active_sessions: of(Kind::SessionsActive),
            average_rating: ratings.average,
            rating_count: ratings.count,
            total_messages: of(Kind::Messages),
        })
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// Changes a session. `false` if it is not there in this version, or the condition does not hold.
    async fn update_session(&mut self, session: &Session, condition: If) -> Result<bool> {
        let next = Session { version: session.version + 1, ..session.clone() };
        let sql = Sql::new("update @sessions set ")
            .append(set(row::COLUMNS, row::values(&next)?))
            .push(", news_for_assignee = ")
            .append(mark::news_for_assignee(session))
            .push(" where coalesce(tenant, '') = ? and id = ? and version = ?")
            .bind(self.tenant_id())
            .bind(session.id.as_uuid())
            .bind(session.version);
        let sql = match condition {
            If::Whatever => sql,
            If::TextIsTheSame => sql
                .push(" and ")
                .push(&DB::json_is("customer"))
                .bind(json(&session.customer)?)
                .push(" and subject")
                .push(DB::IS)
                .push("?")
                .bind(session.subject.as_ref().map(Subject::as_str)),
        };
        Ok(self.execute(sql).await? > 0)
    }

    async fn ids(&mut self, sql: Sql) -> Result<Vec<SessionId>> {
        let rows = self.all(sql, "sessions", "id").await?;
        rows.iter().map(|row| row.uuid("id").map(SessionId::from_uuid)).collect()
    }

    /// Refuses what is to be added to a session that is not there.
    pub(crate) async fn need_session(&mut self, id: SessionId) -> Result<()> {
        if self.loaded.has_session(id) {
            return Ok(());
        }
        let sql =
            Sql::new("select count(*) as value from @sessions where coalesce(tenant, '') = ? and id = ?");
        match self.number(sql.bind(self.tenant_id()).bind(id.as_uuid())).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }
}

// Statements spell these names out where a partial index is to be used, or is not to be weighed each time anew.
const _: () = {
    assert!(matches!(Owner::Bot.as_str().as_bytes(), b"bot"));
    assert!(matches!(SessionStatus::Active.as_str().as_bytes(), b"active"));
};
