//! Lists of what an agent has and has not read are the same however they are looked for: among the next sessions, on the
//! days that have some, by the agent's cursors, or by what sessions say of their assignees.

use chrono::TimeDelta;
use support_core::{
    access::Scope,
    chat::{Owner, Participant, Session, SessionFilter, SessionSort, SessionStatus, Unread},
    memory::MemoryStore,
    message::SenderKind,
    store::{Limit, PageRequest, Store, Transaction},
    text::Category,
    ticket::{Assignee, AssigneeFilter},
};
use support_store_sqlx::testing::{TestDatabase, Tested};
use uuid::Uuid;

use crate::fixtures::{at, message, session, tenant, user};

/// More than are looked through before days are.
const SESSIONS: u64 = 800;

/// Sessions of half a year. Amy reads nearly all of them, Bob hardly any, and Dora all.
async fn fill(store: &dyn Store) {
    let mut transaction = store.begin(&tenant()).await.unwrap();
    for n in 1..=SESSIONS {
        let updated_at = at(0) + TimeDelta::hours(i64::try_from(n * 7 % (SESSIONS * 5)).unwrap());
        let asks = n % 9 != 0;
        let chat = Session {
            status: if n % 3 == 0 { SessionStatus::Closed } else { SessionStatus::Active },
            owner: if n % 2 == 0 { Owner::Agent } else { Owner::Bot },
            category: (n % 2 == 0).then(|| Category::parse("billing").unwrap()),
            assignee: (n % 2 == 0).then(|| assignee(if n % 16 == 0 { "bob" } else { "amy" })),
            last_seq: 1,
            last_customer_seq: u64::from(asks),
            waiting_since: (n % 50 == 0).then_some(updated_at),
            updated_at,
            ..session(n)
        };
        transaction.chats().insert(&chat, None).await.unwrap();
        let mut said = message(n, 1, "hello");
        said.sender.kind = if asks { SenderKind::User } else { SenderKind::Bot };
        transaction.messages().insert(&said).await.unwrap();
        for (agent, reads) in [("amy", n % 190 != 1), ("bob", n % 61 == 0), ("dora", true)] {
            if reads {
                let agent = Participant::Agent(user(agent));
                transaction.chats().move_read_cursor(chat.id, &agent, 1).await.unwrap();
            }
        }
        go_on(&mut *transaction, chat, n).await;
    }
    transaction.commit().await.unwrap();
}

/// What becomes of some sessions after they have been read.
async fn go_on(transaction: &mut dyn Transaction, mut chat: Session, n: u64) {
    chat.updated_at += TimeDelta::minutes(90);
    match n % 23 {
        // The customer writes once more, and a day later an agent reads that.
        1 | 2 => {
            (chat.last_seq, chat.last_customer_seq) = (2, 2);
            chat.updated_at += TimeDelta::days(1);
            transaction.chats().update(&mut chat).await.unwrap();
            transaction.messages().insert(&message(n, 2, "and then?")).await.unwrap();
            if n.is_multiple_of(2) {
                transaction
                    .chats()
                    .move_read_cursor(chat.id, &Participant::Agent(user("amy")), 2)
                    .await
                    .unwrap();
            }
        }
        // It goes on without the customer.
        3 => transaction.chats().update(&mut chat).await.unwrap(),
        // It becomes somebody's who has read it, or has not.
        4 | 5 => {
            chat.assignee = Some(assignee(if n.is_multiple_of(2) { "bob" } else { "dora" }));
            transaction.chats().update(&mut chat).await.unwrap();
        }
        6 => {
            chat.assignee = None;
            transaction.chats().update(&mut chat).await.unwrap();
        }
        _ => {}
    }
}

fn assignee(id: &str) -> Assignee {
    Assignee { id: user(id), name: id.to_owned() }
}

async fn all_pages(store: &dyn Store, filter: &SessionFilter, sort: SessionSort) -> Vec<(Uuid, u64)> {
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    let mut request = PageRequest { limit: Limit::new(100).unwrap(), after: None };
    let mut all = Vec::new();
    loop {
        let page = transaction.chats().list(filter, sort, &request).await.unwrap();
        all.extend(page.items.iter().map(|view| (view.session.id.as_uuid(), view.unread_count)));
        request.after = page.next;
        if page.next.is_none() {
            return all;
        }
    }
}

async fn what_is_rare_is_found_where_it_is<DB: Tested>(database: TestDatabase<DB>) {
    let (store, memory) = (database.store().await, MemoryStore::new());
    fill(&store).await;
    fill(&memory).await;
    for agent in ["amy", "bob", "dora", "eve"] {
        let all = || SessionFilter::within(Scope::Everything, Participant::Agent(user(agent)));
        let of = |agent| vec![AssigneeFilter::Agent(user(agent))];
        for unread in [None, Some(Unread::Some), Some(Unread::None)] {
            for narrow in [
                all(),
                SessionFilter { status: vec![SessionStatus::Closed], ..all() },
                SessionFilter { owner: vec![Owner::Bot], ..all() },
                SessionFilter { category: vec![Category::parse("billing").unwrap()], ..all() },
                SessionFilter { assignee: of("amy"), ..all() },
                SessionFilter { assignee: of(agent), ..all() },
            ] {
                let filter = SessionFilter { unread, ..narrow };
                for sort in SessionSort::ALL.iter().copied() {
                    let found = all_pages(&store, &filter, sort).await;
                    let expected = all_pages(&memory, &filter, sort).await;
                    assert_eq!(found, expected, "{sort:?} of {filter:?}");
                }
            }
        }
    }
}

crate::fixtures::on_each_database! { with_tables: what_is_rare_is_found_where_it_is }
