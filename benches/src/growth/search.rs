//! P8: searches, newest first, and beside `like`.

use std::time::Instant;

use support_core::{
    access::Scope,
    chat::{Participant, SessionFilter, SessionSort},
    search::SearchQuery,
    store::PageRequest,
    text::SearchText,
    ticket::{TicketFilter, TicketSort, Visibility},
};
use support_store_sqlx::SqliteStore;

use super::{Desk, Pair, least::Least, report::Goals};
use crate::{Failure, fill::rare_word, opened::Opened};

/// A search by its name, and its text for each call.
type Query = (&'static str, fn(usize) -> String);

fn queries() -> Vec<Query> {
    vec![
        ("a rare word", |n| rare_word(n as u64)),
        ("a common word", |n| ["order", "invoice", "please"][n % 3].to_owned()),
        ("a common beginning", |n| ["in", "pa", "de"][n % 3].to_owned()),
        ("a rare beginning", |n| rare_word(n as u64).chars().take(6).collect()),
        ("two common words", |n| ["invoice order", "the payment", "please help"][n % 3].to_owned()),
        ("a common and a rare word", |n| format!("the {}", rare_word(n as u64))),
        ("no hit", |n| format!("qqzx{n}")),
        ("a common word and no hit", |n| format!("please qqzx{n}")),
    ]
}

fn query(text: &str) -> Result<SearchQuery, Failure> {
    Ok(SearchQuery::new(&SearchText::parse(text)?))
}

async fn tickets(desk: &Desk, text: String, visibility: Visibility) -> Result<(), Failure> {
    let search = Some(query(&text)?);
    let filter = TicketFilter { search, visibility, ..TicketFilter::within(Scope::Everything) };
    let mut tx = desk.store.begin_read(&desk.tenant).await?;
    tx.tickets().list(&filter, TicketSort::UpdatedAtDescending, &PageRequest::default()).await?;
    Ok(())
}

async fn chats(desk: &Desk, text: String) -> Result<(), Failure> {
    let within = SessionFilter::within(Scope::Everything, Participant::Agent(desk.agent(0)));
    let filter = SessionFilter { search: Some(query(&text)?), ..within };
    let mut tx = desk.store.begin_read(&desk.tenant).await?;
    tx.chats().list(&filter, SessionSort::Recent, &PageRequest::default()).await?;
    Ok(())
}

impl Pair<'_> {
    pub(super) async fn searches(&mut self) -> Result<(), Failure> {
        let goals = Goals { p50: 10.0, p99: None };
        for (name, text) in queries() {
            for (who, visibility) in [("staff", Visibility::Staff), ("customers", Visibility::Public)] {
                let bounds = (goals, Least::Tickets);
                self.measure("P8 tickets", format!("{name}, {who}"), bounds, &|desk, n| {
                    Box::pin(tickets(desk, text(n), visibility))
                })
                .await?;
            }
            let bounds = (goals, Least::Chats);
            self.measure("P8 chats", name.to_owned(), bounds, &|desk, n| Box::pin(chats(desk, text(n))))
                .await?;
        }
        Ok(())
    }

    /// How many times as fast as `like` rare terms are found in the large desk, on SQLite.
    pub(super) async fn beside_like(&self) -> Result<Vec<(String, f64, f64)>, Failure> {
        let Opened::Sqlite(store) = &self.large.opened else { return Ok(Vec::new()) };
        let rare: Vec<_> = (0..5).map(rare_word).collect();
        let mut ratios = Vec::new();
        let numbers = numbers(store).await?;
        for (name, words, like) in [
            // Descriptions are a part of what the search covers.
            ("a rare word, times as fast as `like` on descriptions", &rare, LIKE_DESCRIPTIONS),
            ("a rare word, times as fast as `like` on all that is searched", &rare, LIKE_ALL),
            // More hold a rare word than a page shows, and `like` gives up as soon as it is full. Of a number there are few.
            ("a number, times as fast as `like` on descriptions", &numbers, LIKE_DESCRIPTIONS),
            ("a number, times as fast as `like` on all that is searched", &numbers, LIKE_ALL),
        ] {
            if !self.wants("P8 tickets", name) {
                continue;
            }
            let mut of_name = Vec::new();
            for word in words {
                let began = Instant::now();
                sqlx::query(like).bind(format!("%{word}%")).fetch_all(store.reader_pool()).await?;
                let of_like = began.elapsed();
                let began = Instant::now();
                tickets(&self.large, word.clone(), Visibility::Staff).await?;
                of_name.push(of_like.as_secs_f64() / began.elapsed().as_secs_f64());
            }
            of_name.sort_by(f64::total_cmp);
            if let Some(median) = of_name.get(of_name.len() / 2) {
                ratios.push((format!("P8 tickets: {name}"), *median, 1_000.0));
            }
        }
        Ok(ratios)
    }
}

const LIKE_DESCRIPTIONS: &str = "select id from support_tickets where tenant = 'default' and description like ? \
    order by updated_at desc, id desc limit 50";
const LIKE_ALL: &str = "select id from support_tickets t where tenant = 'default' and (description like ?1 \
    or subject like ?1 or number like ?1 \
    or exists (select 1 from support_entries e where e.ticket_id = t.id and e.body like ?1)) \
    order by updated_at desc, id desc limit 50";

/// Numbers that one ticket or few speak of.
async fn numbers(store: &SqliteStore) -> Result<Vec<String>, Failure> {
    let some = "select description from support_tickets where description like '% #%' limit 50";
    let texts: Vec<String> = sqlx::query_scalar(some).fetch_all(store.reader_pool()).await?;
    let number = |text: String| text.rsplit_once('#').map(|(_, number)| number.to_owned());
    let numbers = texts.into_iter().filter_map(number).filter(|number| number.len() == 7);
    Ok(numbers.take(5).collect())
}
