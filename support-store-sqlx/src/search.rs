//! What searches cover, and what they ask.
//!
//! All text is in the form of [`normalize`](support_core::search::normalize) before it reaches the database, whose index
//! only has to tell words apart at blanks. It is indexed part by part, so that a message costs the same whatever was
//! said before it. A ticket or session matches if each word is in one of its parts, which is what
//! [`SearchQuery::matches`] says of all of them taken together.
//!
//! `ticket_texts` and `session_texts` hold what is indexed, and whatever of a part goes is deleted there by its
//! `ticket_id` or `session_id` and `part`. How it gets in ([`Dialect::index`]) and is found ([`Dialect::holders`]), each
//! database knows.

use support_core::{
    id::{SessionId, TicketId},
    search::{SearchQuery, normalize},
    store::StoreError,
    ticket::Visibility,
};
use uuid::Uuid;

use crate::{dialect::Dialect, page::PAGE_ID, sql::Sql, transaction::SqlxTransaction};

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

impl Searched {
    /// The table of what is indexed.
    const fn texts(self) -> &'static str {
        match self {
            Self::Tickets(_) => "@ticket_texts",
            Self::Sessions => "@session_texts",
        }
    }
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
        self.index(Searched::Tickets(visibility), id.as_uuid(), part, text).await
    }

    /// Has a part of a session found by its words.
    pub(crate) async fn index_session(&mut self, id: SessionId, part: u64, text: &str) -> Result<()> {
        self.index(Searched::Sessions, id.as_uuid(), part, text).await
    }

    async fn index(&mut self, searched: Searched, id: Uuid, part: u64, text: &str) -> Result<()> {
        let words = normalize(text);
        // Without a word there is nothing to find it by.
        if words.is_empty() {
            return Ok(());
        }
        self.write_later(searched.texts(), DB::index(searched, id, part, words)).await
    }
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

/// What so few have in common is looked at first, and the list sorted; with more, the list's own index is read in its
/// order, and each row is checked, until a page is full. The more have it in common, the sooner that is.
pub(crate) const FEW: u64 = 5_000;

/// So few that no other word need be counted.
pub(crate) const VERY_FEW: u64 = FEW / 10;

/// The conditions of a search.
#[derive(Default)]
pub(crate) struct Finds {
    /// ` and …` for what holds every word.
    pub(crate) all: Sql,
    /// What to look at first, where few hold one of the words, so that no index but that of the ids is to be entered.
    pub(crate) few: Option<Few>,
}

/// The few that hold a rare word of a search.
pub(crate) struct Few {
    /// ` and …` for what holds that word.
    first: Sql,
    /// ` and …` for what holds the other words, by the keys of a page ([`Rows`](crate::page::Rows)), if there are others.
    then: Option<Sql>,
}

impl Finds {
    /// The conditions where the rows of a list are looked for: among the few, keys are checked for the other words.
    pub(crate) const fn in_place(&self, is_among_few: bool) -> &Sql {
        match &self.few {
            Some(few) if is_among_few => &few.first,
            _ => &self.all,
        }
    }

    /// What the keys of the few are then checked for: nothing for one word.
    pub(crate) fn on_keys(&self, is_among_few: bool) -> Option<&Sql> {
        self.few.as_ref().filter(|_| is_among_few).and_then(|few| few.then.as_ref())
    }
}

impl<DB: Dialect> SqlxTransaction<'_, DB> {
    /// What holds every word of a search; `id` is the column of the ticket's or session's id.
    pub(crate) async fn finds(
        &mut self,
        query: Option<&SearchQuery>,
        id: &'static str,
        searched: Searched,
    ) -> Result<Finds> {
        let Some(query) = query else { return Ok(Finds::default()) };
        let Some((last, whole)) = query.words().split_last() else {
            return Ok(Finds { all: Sql::new(" and 1 = 0"), few: None });
        };
        let words = whole.iter().map(|word| (word.as_str(), Word::Whole));
        let words: Vec<_> = words.chain([(last.as_str(), Word::Beginning)]).collect();
        let hold = |words: &[(&str, Word)], id| {
            words.iter().fold(Sql::default(), |all, (word, as_a)| {
                all.push(" and ").append(DB::holds(searched, id, word, *as_a))
            })
        };
        let Some(rarest) = self.rarest(searched, &words).await? else {
            return Ok(Finds { all: hold(&words, id), few: None });
        };
        let (mut others, (word, as_a)) = (words.clone(), words[rarest]);
        others.remove(rarest);
        let first = Sql::new(" and ").push(id).push(" in (");
        let first = first.append(DB::holders(searched, word, as_a)).push(")");
        let then = (!others.is_empty()).then(|| hold(&others, PAGE_ID));
        Ok(Finds { all: first.clone().append(hold(&others, id)), few: Some(Few { first, then }) })
    }

    /// A word that very few parts hold, or else the one that the fewest do, if they are few.
    async fn rarest(&mut self, searched: Searched, words: &[(&str, Word)]) -> Result<Option<usize>> {
        // One word alone is the rarest.
        let rounds = if words.len() == 1 { &[FEW][..] } else { DB::COUNTED };
        for most in rounds {
            let mut rarest: Option<(u64, usize)> = None;
            for (place, (word, as_a)) in words.iter().enumerate() {
                let some = DB::parts(searched, word, *as_a).push(DB::LIMIT).bind(most + 1);
                let count = Sql::new("select count(*) as value from (").append(some).push(") few");
                let count = self.number(count).await?;
                if count <= VERY_FEW {
                    return Ok(Some(place));
                }
                if count <= *most && rarest.is_none_or(|rarest| (count, place) < rarest) {
                    rarest = Some((count, place));
                }
            }
            if let Some((_, place)) = rarest {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }
}
