//! Each list is answered by an index in its own order: nothing is sorted, and no table is read from end to end (P5).

mod lists;
mod servers;
mod statements;

use sqlx::{AssertSqlSafe, Row};
use support_core::{
    access::Scope,
    chat::{Participant, SessionFilter, SessionSort},
    event::Position,
    message::MessageRange,
    search::SearchQuery,
    store::{Keyset, Limit, PageRequest, Store, Transaction, UnansweredSort},
    text::{LanguageTag, SearchText},
    ticket::{Period, ResolutionCycle, Ticket, TicketFilter, TicketSort, TicketStatsFilter, Visibility},
};

use self::statements::Statements;
use support_store_sqlx::SqliteStore;

use crate::fixtures::{Database, at, id, session, tenant, ticket, user};

/// A database whose plans are asked for.
struct Plans {
    database: Database,
    statements: Statements,
    store: SqliteStore,
}

impl Plans {
    async fn new() -> Self {
        let database = Database::new();
        let statements = Statements::of_a_new_prefix();
        let store = database.options().prefix(statements.prefix()).open().await.unwrap();
        // A tenant is known and a table is not empty.
        let mut transaction = store.begin(&tenant()).await.unwrap();
        transaction.tickets().insert(&ticket(1)).await.unwrap();
        transaction.commit().await.unwrap();
        Self { database, statements, store }
    }

    /// How SQLite goes about what a reader asks for, step by step.
    async fn of(&self, read: impl AsyncFnOnce(&mut dyn Transaction)) -> Vec<String> {
        self.statements.forget();
        let mut transaction = self.store.begin_read(&tenant()).await.unwrap();
        read(&mut *transaction).await;
        drop(transaction);
        let mut plan = Vec::new();
        let mut outsider = self.database.outsider().await;
        for statement in self.statements.take() {
            let explain = AssertSqlSafe(format!("explain query plan {statement}"));
            for row in sqlx::query(explain).fetch_all(&mut outsider).await.unwrap() {
                plan.push(row.get::<String, _>("detail").replace(self.statements.prefix().as_str(), ""));
            }
        }
        plan
    }
}

async fn plan_of(read: impl AsyncFnOnce(&mut dyn Transaction)) -> Vec<String> {
    Plans::new().await.of(read).await
}

/// Fails unless a plan uses these indexes for what it lists, and neither sorts nor reads a whole table.
#[track_caller]
fn assert_plan(plan: &[String], what: &str, indexes: &[&str]) {
    for step in plan {
        assert!(!step.contains("TEMP B-TREE"), "{what} sorts: {plan:#?}");
        assert!(!step.starts_with("SCAN"), "{what} reads a whole table: {plan:#?}");
    }
    let used = plan.iter().filter_map(|step| step.split_once("INDEX ").map(|(_, rest)| rest));
    let used: Vec<_> = used.filter_map(|rest| rest.split_whitespace().next()).collect();
    for index in indexes {
        assert!(used.contains(index), "{what} does not use {index}: {plan:#?}");
    }
}

/// The first page, and one that begins right after a place in a tier.
fn pages(tier: u8) -> [PageRequest; 2] {
    let after = Keyset { tier, key: at(0).timestamp_micros(), id: id(7) };
    [PageRequest::default(), PageRequest { after: Some(after), ..PageRequest::default() }]
}

/// P8: the few that hold a word are looked at, and not all that there are.
#[tokio::test]
async fn searches_begin_with_a_rare_word() {
    let words = SearchText::parse("printer fire").unwrap();
    let search = Some(SearchQuery::new(&words));
    let tickets = TicketFilter { search: search.clone(), ..TicketFilter::within(Scope::Everything) };
    let within = SessionFilter::within(Scope::Everything, Participant::Customer);
    let sessions = SessionFilter { search, ..within };
    let plan = plan_of(async |t| {
        t.tickets().list(&tickets, TicketSort::default(), &PageRequest::default()).await.unwrap();
        t.chats().list(&sessions, SessionSort::Recent, &PageRequest::default()).await.unwrap();
    });
    let plan = plan.await;
    for table in ["t", "s"] {
        let entered: Vec<_> =
            plan.iter().filter(|step| step.starts_with(&format!("SEARCH {table} "))).collect();
        assert!(
            !entered.is_empty()
                && entered.iter().all(|step| step.ends_with("(id=?)") || step.ends_with("(rowid=?)")),
            "{table} is entered by something else than the ids that were found: {plan:#?}"
        );
    }
}

/// P8: the few are put in order before their other words are looked for, so that this ends with the page.
#[tokio::test]
async fn other_words_are_looked_for_in_the_order_of_the_list() {
    let search = Some(SearchQuery::new(&SearchText::parse("printer fire").unwrap()));
    let tickets = TicketFilter { search: search.clone(), ..TicketFilter::within(Scope::Everything) };
    let within = SessionFilter::within(Scope::Everything, Participant::Customer);
    let sessions = SessionFilter { search, ..within };
    let plans = [
        plan_of(async |t| {
            t.tickets().list(&tickets, TicketSort::default(), &PageRequest::default()).await.unwrap();
        })
        .await,
        plan_of(async |t| {
            t.chats().list(&sessions, SessionSort::Recent, &PageRequest::default()).await.unwrap();
        })
        .await,
    ];
    for plan in plans {
        let sorted = plan.iter().position(|step| step == "USE TEMP B-TREE FOR ORDER BY");
        let looked_for = plan.iter().position(|step| step.contains("_parts_1 ("));
        assert!(sorted.is_some() && sorted < looked_for, "{plan:#?}");
        let sorts = plan.iter().filter(|step| step.contains("TEMP B-TREE"));
        assert_eq!(sorts.count(), 1, "{plan:#?}");
    }
}

/// P8: the few are gone through once, however many priorities there are.
#[tokio::test]
async fn a_search_by_priority_reads_the_few_once() {
    let search = Some(SearchQuery::new(&SearchText::parse("printer").unwrap()));
    let tickets = TicketFilter { search, ..TicketFilter::within(Scope::Everything) };
    for sort in [TicketSort::Priority, TicketSort::PriorityDescending] {
        let plan = plan_of(async |t| {
            t.tickets().list(&tickets, sort, &PageRequest::default()).await.unwrap();
        });
        let plan = plan.await;
        let among_the_few = plan.iter().filter(|step| step.starts_with("SEARCH t "));
        // Once for their keys, and once for the rows of the page.
        assert_eq!(among_the_few.count(), 2, "{plan:#?}");
    }
}

#[tokio::test]
async fn unread_messages_are_counted_in_an_index_alone() {
    let filter = SessionFilter::within(Scope::Everything, Participant::Agent(user("bob")));
    let plan = plan_of(async |t| {
        t.chats().list(&filter, SessionSort::Recent, &PageRequest::default()).await.unwrap();
    });
    let plan = plan.await;
    let counts = |step: &&String| step.contains("COVERING INDEX messages_by_kind");
    assert!(plan.iter().any(|step| counts(&step)), "{plan:#?}");
}

#[tokio::test]
async fn what_belongs_to_one_object_is_read_from_its_key() {
    let limit = Limit::default();
    let plan = plan_of(async |t| {
        for page in pages(0) {
            t.tickets().list_entries(ticket(1).id, Visibility::Public, &page).await.unwrap();
            t.tickets().list_history(ticket(1).id, &page).await.unwrap();
        }
        for (after_seq, before_seq) in [(None, None), (Some(3), None), (None, Some(9)), (Some(3), Some(9))] {
            let range = MessageRange { after_seq, before_seq, limit };
            t.messages().list(session(1).id, &range).await.unwrap();
        }
        t.events().list_after(Position(3), limit).await.unwrap();
        t.events().first_position().await.unwrap();
        t.agents().list().await.unwrap();
    });
    // Agents are few and ordered by name.
    let plan: Vec<_> = plan.await.into_iter().filter(|step| !step.contains("agents")).collect();
    let plan: Vec<_> = plan.into_iter().filter(|step| step != "USE TEMP B-TREE FOR ORDER BY").collect();
    assert_plan(&plan, "what belongs to one object", &[]);
}

#[tokio::test]
async fn what_the_desk_looks_after_by_itself_has_an_index() {
    let limit = Limit::default();
    for page in pages(0) {
        let plan = plan_of(async |t| {
            t.bot_log().list_unanswered(&page).await.unwrap();
        });
        assert_plan(&plan.await, "unanswered questions", &["unanswered_by_age"]);
    }
    for (sort, index) in [
        (UnansweredSort::Count, "unanswered_groups_by_count"),
        (UnansweredSort::Recent, "unanswered_groups_by_age"),
    ] {
        for page in pages(0) {
            let plan = plan_of(async |t| {
                t.bot_log().list_unanswered_groups(sort, &page).await.unwrap();
            });
            assert_plan(&plan.await, "groups of unanswered questions", &[index]);
        }
    }
    let plan = plan_of(async |t| {
        t.chats().list_idle(at(0), limit).await.unwrap();
    });
    assert_plan(&plan.await, "idle sessions", &["sessions_idle"]);
    let plan = plan_of(async |t| {
        t.agents().loads().await.unwrap();
    });
    let plan: Vec<_> = plan.await.into_iter().filter(|step| !step.contains("GROUP BY")).collect();
    assert!(plan.iter().all(|step| step.contains("counts")), "what agents have in hand: {plan:#?}");
}

/// P7: whatever period figures are about, few rows are read for them, and those from indexes alone.
#[tokio::test]
async fn figures_are_read_from_counts_and_from_the_buckets_of_their_ranks() {
    let plans = Plans::new().await;
    let mut transaction = plans.store.begin(&tenant()).await.unwrap();
    for n in 2..300 {
        let row = Ticket { first_response_at: Some(at(n as i64)), ..ticket(n) };
        transaction.tickets().insert(&row).await.unwrap();
        let cycle = ResolutionCycle { ticket_id: row.id, started_at: at(0), ended_at: at(n as i64) };
        transaction.tickets().append_resolution(&cycle).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let everything = || Scope::Everything;
    for period in [Period::new(at(-90 * 86_400), at(90 * 86_400)), Period::new(at(0), at(299))] {
        let filter = TicketStatsFilter { tickets: everything(), chats: everything(), period };
        let plan = plans
            .of(async |t| {
                let stats = t.tickets().stats(&filter).await.unwrap();
                assert!(stats.first_response.median.is_some());
            })
            .await;
        let rows = plan.iter().filter(|step| !step.contains("counts") && !step.starts_with("USE TEMP"));
        for step in rows {
            let from = ["tickets_by_creation", "tickets_by_first_response", "tickets_by_response_bucket"];
            let of_work = ["resolutions_by_end", "resolutions_by_bucket", "resolutions_again"];
            let known =
                from.iter().chain(&of_work).any(|index| step.contains(&format!("COVERING INDEX {index} ")));
            assert!(known || step.contains("sessions_by_rating"), "{period:?}: {plan:#?}");
        }
        let ranks = plan.iter().filter(|step| step.contains("_bucket (tenant=? AND <expr>=?"));
        assert!(ranks.count() >= 4, "{period:?}: {plan:#?}");
    }
}

#[tokio::test]
async fn versions_of_knowledge_are_found_without_their_texts() {
    let english = LanguageTag::parse("en").unwrap();
    let plan = plan_of(async |t| {
        t.knowledge().last_versions().await.unwrap();
    });
    let plan = plan.await;
    assert!(plan.iter().all(|step| step.contains("COVERING INDEX")), "{plan:#?}");
    for page in pages(0) {
        let plan = plan_of(async |t| {
            t.knowledge().list(&english, &page).await.unwrap();
        });
        assert_plan(&plan.await, "versions of a knowledge base", &[]);
    }
}

/// P7: whole days are kept counts, and what is left of a period is read by an index of moments.
#[tokio::test]
async fn figures_about_the_bot_are_kept_counts_of_days_and_an_index_at_their_ends() {
    let day = chrono::TimeDelta::days(1);
    let plan = plan_of(async |t| {
        t.answers().stats(&Period::new(at(0), at(0) + day * 400)).await.unwrap();
    });
    let plan: Vec<_> = plan.await.into_iter().filter(|step| !step.contains("GROUP BY")).collect();
    assert_plan(&plan, "figures about the bot", &["answers_by_age"]);
}

/// P7: what is a customer's own is looked for among their own, however much there is of others.
#[tokio::test]
async fn a_customers_figures_are_found_among_their_own() {
    let ann = || Scope::Customer(user("ann"));
    let period = Period::new(at(0), at(9));
    let filter = TicketStatsFilter { tickets: ann(), chats: ann(), period };
    let plan = plan_of(async |t| {
        t.tickets().stats(&filter).await.unwrap();
    });
    for step in plan.await {
        let own = ["tickets_of_requester", "sessions_of_user", "resolutions_by_ticket", "MULTI-INDEX"];
        assert!(own.iter().any(|index| step.contains(index)), "{step}");
    }
}
