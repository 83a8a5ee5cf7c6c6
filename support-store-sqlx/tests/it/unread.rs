//! Lists of what an agent has not read are the same however they are looked for: among the next sessions, or on the days
//! that have some.

use chrono::TimeDelta;
use support_core::{
    access::Scope,
    chat::{Participant, Session, SessionFilter, SessionSort, SessionStatus, Unread},
    memory::MemoryStore,
    message::SenderKind,
    store::{Limit, PageRequest, Store},
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
    }
    transaction.commit().await.unwrap();
}

async fn all_pages(store: &dyn Store, filter: &SessionFilter, sort: SessionSort) -> Vec<(Uuid, u64)> {
    let mut transaction = store.begin_read(&tenant()).await.unwrap();
    let mut request = PageRequest { limit: Limit::new(40).unwrap(), after: None };
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

async fn what_is_rare_is_found_on_its_days<DB: Tested>(database: TestDatabase<DB>) {
    let (store, memory) = (database.store().await, MemoryStore::new());
    fill(&store).await;
    fill(&memory).await;
    for agent in ["amy", "bob", "dora", "eve"] {
        let within = SessionFilter::within(Scope::Everything, Participant::Agent(user(agent)));
        for unread in [None, Some(Unread::Some), Some(Unread::None)] {
            for status in [Vec::new(), vec![SessionStatus::Closed]] {
                let filter = SessionFilter { unread, status, ..within.clone() };
                for sort in SessionSort::ALL.iter().copied() {
                    let found = all_pages(&store, &filter, sort).await;
                    let expected = all_pages(&memory, &filter, sort).await;
                    assert_eq!(found, expected, "{sort:?} of {filter:?}");
                }
            }
        }
    }
}

crate::fixtures::on_each_database! { with_tables: what_is_rare_is_found_on_its_days }
