//! What searches cover, and what they ask.
//!
//! All text is in the form of [`normalize`](support_core::search::normalize) before it reaches the database, whose index
//! only has to tell words apart at blanks. It is indexed part by part, so that a message costs the same whatever was
//! said before it. A ticket or session matches if each word is in one of its parts, which is what
//! [`SearchQuery::matches`] says of all of them taken together.
//!
//! `ticket_texts (ticket_id, part, public, notes)` and `session_texts (session_id, part, words)` take what is to
//! be indexed; how it is kept, and found ([`Dialect::holders`]), each database knows.

use support_core::{
    id::{SessionId, TicketId},
    search::{SearchQuery, normalize},
    store::StoreError,
    ticket::Visibility,
};
use uuid::Uuid;

use crate::{dialect::Dialect, sql::Sql, transaction::SqlxTransaction};

type Result<T> = std::result::Result<T, StoreError>;

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Searched {
    /// Tickets, by what this reader may see of them.
    Tickets(Visibility),
    /// Chat sessions.
    Sessions,
}

/// The part that is a ticket's or a session's own text. Entries and messages are parts by their `seq`, from 1.
pub(crate) const HEAD: u64 = 0;

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// Has a part of a ticket found by its words, by those who may see it.
    pub(crate) async fn index_ticket(
        &mut self,
        id: TicketId,
        part: u64,
        visibility: Visibility,
        text: &str,
    ) -> Result<()> {
        let insert = match visibility {
            Visibility::Public => "insert into @ticket_texts (ticket_id, part, public)",
            Visibility::Staff => "insert into @ticket_texts (ticket_id, part, notes)",
        };
        self.index(insert, id.as_uuid(), part, text).await
    }

    /// Has a part of a session found by its words.
    pub(crate) async fn index_session(&mut self, id: SessionId, part: u64, text: &str) -> Result<()> {
        self.index("insert into @session_texts (session_id, part, words)", id.as_uuid(), part, text).await
    }

    async fn index(&mut self, insert: &'static str, id: Uuid, part: u64, text: &str) -> Result<()> {
        let words = normalize(text);
        // Without a word there is nothing to find it by.
        if words.is_empty() {
            return Ok(());
        }
        let sql = Sql::new(insert).push(" values (?, ?, ?)").bind(id).bind(part).bind(words);
        self.execute(sql).await.map(drop)
    }
}

/// ` and …` for what holds every word of a search; `id` is the column of the ticket's or session's id.
pub(crate) fn found_by<DB: Dialect>(
    query: Option<&SearchQuery>,
    id: &'static str,
    searched: Searched,
) -> Sql {
    let Some(query) = query else { return Sql::default() };
    let Some((last, whole)) = query.words().split_last() else { return Sql::new(" and 1 = 0") };
    let holding = |sql: Sql, holders: Sql| sql.push(" and ").push(id).push(" in (").append(holders).push(")");
    let all =
        whole.iter().fold(Sql::default(), |sql, word| holding(sql, DB::holders(searched, word, Word::Whole)));
    holding(all, DB::holders(searched, last, Word::Beginning))
}

/// How a word is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[doc(hidden)]
pub enum Word {
    /// As it is.
    Whole,
    /// As the beginning of one.
    Beginning,
}
