//! The lists on PostgreSQL and MySQL, whose planners weigh what is in the tables: as on SQLite, each is read from its
//! index, and what an index has in order is not sorted.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::{AssertSqlSafe, MySql, MySqlConnection, PgConnection, Postgres, Row as _};
use support_core::{
    access::Scope,
    store::{PageRequest, Store, Transaction},
    ticket::{ResolutionCycle, TicketKey},
};
use support_store_sqlx::{
    Dialect, Prefix, SqlxStore,
    testing::{TestDatabase, TestOptions, Tested},
};

use super::{
    lists::{Found, session_pages, ticket_pages},
    statements::Statements,
};
use crate::fixtures::{at, outsider, run, session, tenant, ticket};

/// Ten thousand of each, which no planner takes for few. `{later}` is `n` minutes, `{id}` an id made of `n`.
const FILL: [&str; 6] = [
    "insert into {p}tickets (tenant, id, number, subject, description, status, priority, category, tags, requester_id, \
     requester, assignee_id, assignee_name, custom_fields, reply_count, waiting_since, cycle_started_at, version, \
     created_at, updated_at) \
     select tenant, {id}, concat(number, n), subject, description, \
     case n % 50 when 0 then 'open' when 1 then 'on_hold' else 'closed' end, n % 4, \
     case n % 10 when 0 then 'billing' when 1 then 'legal' else 'other' end, tags, concat('customer-', n % 2000), \
     requester, case n % 20 when 0 then 'bob' when 1 then 'amy' else 'eve' end, 'An agent', custom_fields, 0, \
     case n % 500 when 0 then created_at + {later} end, created_at, 1, created_at + {later}, created_at + {later} \
     from {p}tickets, {n}",
    "insert into {p}ticket_tags (ticket_id, tag, tenant, ticket_updated_at, ticket_created_at, ticket_priority) \
     select id, case category when 'billing' then 'vip' when 'legal' then 'late' else 'other' end, tenant, updated_at, \
     created_at, priority from {p}tickets",
    "insert into {p}sessions (tenant, id, status, owner, user_id, customer, category, assignee_id, assignee_name, last_seq, \
     last_customer_seq, bot_seq, waiting_since, customer_active_at, dialogue, metadata, version, created_at, updated_at) \
     select tenant, {id}, case when n % 50 = 0 then 'active' when n % 3 = 0 then 'archived' else 'closed' end, \
     case n % 10 when 0 then 'queue' when 1 then 'agent' else 'bot' end, concat('customer-', n % 2000), customer, \
     case n % 10 when 0 then 'billing' when 1 then 'legal' else 'other' end, \
     case n % 20 when 0 then 'bob' when 1 then 'amy' else 'eve' end, 'An agent', 1, 1, 0, \
     case n % 500 when 0 then created_at + {later} end, created_at, dialogue, metadata, 1, created_at, \
     created_at + {later} from {p}sessions, {n}",
    "insert into {p}messages (session_id, seq, id, tenant, sender_kind, body, metadata, suggestions, created_at) \
     select id, 1, id, tenant, 'user', 'hello', '{}', '[]', created_at from {p}sessions",
    "insert into {p}read_cursors (session_id, participant, up_to, tenant, session_updated_at) \
     select id, case category when 'billing' then 'agent:bob' else 'agent:amy' end, 1, tenant, updated_at from {p}sessions",
    "update {p}sessions set news_for_assignee = 1 where assignee_id = 'bob' and category <> 'billing'",
];

/// The tables that grow with the desk, by what statements call them.
const LARGE: [(&str, &str); 6] = [
    ("t", "tickets"),
    ("g", "ticket_tags"),
    ("s", "sessions"),
    ("x", "sessions"),
    ("m", "messages"),
    ("c", "read_cursors"),
];

/// Rows numbered `n`, from 0 to 9,999.
fn numbers() -> String {
    let digits: Vec<_> = (0..10).map(|digit| format!("select {digit} as d")).collect();
    let place = |name| format!("({}) {name}", digits.join(" union all "));
    let places = ["a", "b", "c", "e"].map(place).join(", ");
    format!("(select a.d + 10 * b.d + 100 * c.d + 1000 * e.d as n from {places}) numbers")
}

/// A desk, and what it sends.
struct Desk<DB: Tested> {
    statements: Statements,
    store: SqlxStore<DB>,
    outsider: DB::Connection,
}

impl<DB: Tested> Desk<DB> {
    /// One with a ticket and a chat.
    async fn new(database: &TestDatabase<DB>) -> Self {
        let statements = Statements::of_a_new_prefix();
        let prefix = statements.prefix();
        let store = database.open(TestOptions::default().prefix(prefix.clone())).await.unwrap();
        let mut transaction = store.begin(&tenant()).await.unwrap();
        transaction.tickets().insert(&ticket(1)).await.unwrap();
        transaction.chats().insert(&session(1), None).await.unwrap();
        transaction.commit().await.unwrap();
        Self { statements, store, outsider: outsider(database).await }
    }

    /// A large one.
    async fn filled(database: &TestDatabase<DB>, id: &str, later: &str) -> Self {
        let mut desk = Self::new(database).await;
        let prefix = desk.statements.prefix();
        for statement in FILL {
            let statement = statement.replace("{p}", prefix.as_str()).replace("{n}", &numbers());
            let statement = statement.replace("{id}", id).replace("{later}", later);
            run::<DB>(&mut desk.outsider, &statement).await.unwrap();
        }
        desk
    }

    /// The statements of what a reader asks for, but those about kept counts.
    async fn sent(&self, read: impl AsyncFnOnce(&mut dyn Transaction)) -> Vec<String> {
        self.statements.forget();
        let mut transaction = self.store.begin_read(&tenant()).await.unwrap();
        read(&mut *transaction).await;
        drop(transaction);
        let sent = self.statements.take();
        sent.into_iter().filter(|statement| !statement.contains("_counts")).collect()
    }
}

/// How a server goes about statements.
#[derive(Debug, Default)]
struct Plan {
    /// The indexes that it uses.
    indexes: BTreeSet<String>,
    /// Those that it enters at a place, and not where what is equal begins.
    entered: BTreeSet<String>,
    /// The large tables that it reads from end to end.
    whole: BTreeSet<String>,
    sorts: bool,
    /// All of it, to be shown.
    steps: Vec<String>,
}

impl Plan {
    /// What is wrong with it for a list.
    fn wrong(&self, found: Found, page: &PageRequest, indexes: &[&str]) -> Option<String> {
        let is_in = |used: &BTreeSet<String>| indexes.iter().any(|index| used.contains(*index));
        let wrong = if !self.whole.is_empty() {
            format!("whole tables are read: {:?}", self.whole)
        } else if !is_in(&self.indexes) {
            format!("none of {indexes:?} is used")
        } else if page.after.is_some() && found != Found::AmongFew && !is_in(&self.entered) {
            format!("none of {indexes:?} is entered where the page begins")
        } else if self.sorts && found == Found::InOrder {
            "it is sorted".to_owned()
        } else {
            return None;
        };
        Some(format!("{wrong}: {:#?}", self.steps))
    }
}

/// Has a server explain every list, and tells which are not read as they should be.
async fn wrong_lists<DB: Tested>(
    desk: &mut Desk<DB>,
    explain: impl AsyncFn(&mut DB::Connection, &Prefix, &[String]) -> Plan,
) -> Vec<String> {
    let prefix = desk.statements.prefix();
    let mut wrong = Vec::new();
    for page in ticket_pages() {
        let sent = desk.sent(async |t| page.read(t).await).await;
        let plan = explain(&mut desk.outsider, &prefix, &sent).await;
        // All that waits is so little that a narrower index is not worth more.
        let waits = if page.index.ends_with("_by_wait") { "tickets_by_wait" } else { &page.index };
        let found = plan.wrong(page.found, &page.page, &[&page.index, waits]);
        wrong.extend(found.map(|wrong| format!("{}: {wrong}", page.what())));
    }
    for page in session_pages() {
        let sent = desk.sent(async |t| page.read(t).await).await;
        let plan = explain(&mut desk.outsider, &prefix, &sent).await;
        let wrong_for = |indexes| plan.wrong(page.found, &page.page, indexes);
        let all = [wrong_for(&page.indexes), wrong_for(&["sessions_by_wait"])];
        let looked_at = if page.waits { 2 } else { 1 };
        let found = all.into_iter().take(looked_at).flatten();
        wrong.extend(found.map(|wrong| format!("{}: {wrong}", page.what())));
    }
    wrong
}

#[tokio::test]
async fn every_list_on_postgres_has_its_index() {
    let Some(database) = TestDatabase::<Postgres>::empty().await else { return };
    let mut desk = Desk::filled(&database, "md5(concat('x', n))::uuid", "n * interval '1 minute'").await;
    run::<Postgres>(&mut desk.outsider, "analyze").await.unwrap();
    // With the settings that readers have.
    run::<Postgres>(&mut desk.outsider, Postgres::BEGIN_READ).await.unwrap();
    let wrong = wrong_lists(&mut desk, explain_on_postgres).await;
    assert!(wrong.is_empty(), "{} lists: {wrong:#?}", wrong.len());
}

/// What is planned on the first day is kept as long as a connection is: of a table with few rows a planner takes any index
/// for small, also one in which the id stands somewhere behind the tenant, and then looks through all that a tenant has.
#[tokio::test]
async fn what_has_an_id_is_found_by_it_from_the_first_day_on_postgres() {
    let Some(database) = TestDatabase::<Postgres>::empty().await else { return };
    let mut desk = Desk::new(&database).await;
    let (ticket, session) = (ticket(1).id, session(1).id);
    let cycle = ResolutionCycle { ticket_id: ticket, started_at: at(0), ended_at: at(1) };
    desk.statements.forget();
    let mut transaction = desk.store.begin(&tenant()).await.unwrap();
    transaction.tickets().find(&TicketKey::Id(ticket), &Scope::Everything).await.unwrap();
    transaction.tickets().append_resolution(&cycle).await.unwrap();
    transaction.chats().find(session, &Scope::Everything).await.unwrap();
    drop(transaction);
    let is_of = |statement: &String| {
        statement.starts_with("select")
            && ["tickets ", "sessions "].iter().any(|table| statement.contains(table))
    };
    let sent: Vec<String> = desk.statements.take().into_iter().filter(is_of).collect();
    assert_eq!(sent.len(), 3, "{sent:#?}");
    let plan = explain_on_postgres(&mut desk.outsider, &desk.statements.prefix(), &sent).await;
    let expected = BTreeSet::from(["sessions_pkey", "tickets_pkey"].map(str::to_owned));
    assert_eq!(plan.indexes, expected, "{:#?}", plan.steps);
}

async fn explain_on_postgres(connection: &mut PgConnection, prefix: &Prefix, sent: &[String]) -> Plan {
    let mut plan = Plan::default();
    for statement in sent {
        let id = "'01980000-0000-7000-8000-0000000003e8'";
        let explain = AssertSqlSafe(format!("explain (format json) {}", with_values(statement, id)));
        let row = sqlx::raw_sql(explain).fetch_one(&mut *connection).await.unwrap();
        let explained: Value = row.try_get(0).unwrap();
        read_postgres(&mut plan, prefix, &explained[0]["Plan"]);
    }
    plan
}

fn read_postgres(plan: &mut Plan, prefix: &Prefix, node: &Value) {
    let own = |name: &Value| name.as_str().map(|name| name.replace(prefix.as_str(), ""));
    let (kind, index, table) =
        (node["Node Type"].as_str().unwrap(), own(&node["Index Name"]), own(&node["Relation Name"]));
    plan.steps.push(format!("{kind} {} {}", table.as_deref().unwrap_or(""), index.as_deref().unwrap_or("")));
    if kind == "Seq Scan" {
        let is_large = |name: &String| LARGE.iter().any(|(_, large)| large == name);
        plan.whole.extend(table.filter(is_large));
    }
    plan.sorts |= kind.ends_with("Sort");
    if node["Index Cond"].as_str().is_some_and(|condition| condition.contains(['<', '>'])) {
        plan.entered.extend(index.clone());
    }
    plan.indexes.extend(index);
    for node in node["Plans"].as_array().into_iter().flatten() {
        read_postgres(plan, prefix, node);
    }
}

#[tokio::test]
async fn every_list_on_mysql_has_its_index() {
    let Some(database) = TestDatabase::<MySql>::empty().await else { return };
    let mut desk = Desk::filled(&database, "unhex(md5(concat('x', n)))", "interval n minute").await;
    let prefix = desk.statements.prefix();
    for (_, table) in LARGE {
        run::<MySql>(&mut desk.outsider, &format!("analyze table {prefix}{table}")).await.unwrap();
    }
    let wrong = wrong_lists(&mut desk, explain_on_mysql).await;
    assert!(wrong.is_empty(), "{} lists: {wrong:#?}", wrong.len());
}

async fn explain_on_mysql(connection: &mut MySqlConnection, prefix: &Prefix, sent: &[String]) -> Plan {
    let mut plan = Plan::default();
    for statement in sent {
        let explain = AssertSqlSafe(format!(
            "explain {}",
            with_values(statement, "x'019800000000700080000000000003e8'")
        ));
        for row in sqlx::raw_sql(explain).fetch_all(&mut *connection).await.unwrap() {
            let text = |column: &str| row.try_get::<Option<String>, _>(column).unwrap().unwrap_or_default();
            let (table, kind, key, extra) = (text("table"), text("type"), text("key"), text("Extra"));
            plan.steps.push(format!("{table} {kind} {key} {extra}"));
            if matches!(&*kind, "ALL" | "index") {
                let large = LARGE.iter().find(|(alias, _)| *alias == table);
                plan.whole.extend(large.map(|(_, name)| (*name).to_owned()));
            }
            plan.sorts |= extra.contains("filesort");
            let key = key.replace(prefix.as_str(), "");
            if kind == "range" {
                plan.entered.insert(key.clone());
            }
            plan.indexes.insert(key);
        }
    }
    plan
}

/// A statement with values for its placeholders, of which the server is not told here: such as the columns before them
/// are compared with.
fn with_values(statement: &str, id: &str) -> String {
    let mut rest = statement;
    let mut explained = String::new();
    while let Some(place) = rest.find(['?', '$']) {
        let before = &statement[..statement.len() - rest.len() + place];
        let words = before.split(|c: char| !c.is_ascii_lowercase() && c != '_');
        let column = words.rev().find(|word| !matches!(*word, "" | "in" | "or" | "and" | "coalesce"));
        explained.push_str(&rest[..place]);
        explained.push_str(match column.unwrap_or_default() {
            "limit" => "51",
            "id" | "ticket_id" | "session_id" => id,
            // Where there are no sessions behind an offset, all of them are near.
            "created_at" | "updated_at" | "waiting_since" | "ticket_created_at" | "ticket_updated_at"
            | "offset" | "horizon" => match before.trim_end_matches([' ', '=']).ends_with('<') {
                true => "'2026-02-04 09:00:00.123456'",
                false => "'2026-02-03 09:00:00.123456'",
            },
            "priority" | "ticket_priority" | "seq" | "up_to" => "2",
            "assignee_id" | "in_hand_of" => "'bob'",
            "status" => "'open'",
            "owner" => "'queue'",
            "category" => "'billing'",
            "tag" => "'vip'",
            "participant" => "'agent:bob'",
            "sender_kind" => "'user'",
            "tenant" => "'default'",
            "user_id" | "requester_id" => "'customer-7'",
            other => panic!("{other:?} has no value in {statement}"),
        });
        rest = rest[place + 1..].trim_start_matches(|c: char| c.is_ascii_digit());
    }
    explained + rest
}
