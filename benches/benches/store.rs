//! What single calls of the desk cost on each store.
//!
//! Writes are whole transactions, as the desk makes them: on SQLite each waits for the disk.

use std::{sync::Arc, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use support_benches::{
    host::{StoreKind, temporary},
    seed::{self, Chats},
};
use support_core::{
    SupportDesk,
    access::Principal,
    chat::{SessionFilter, SessionSort},
    desk::{
        PageQuery,
        chat::{NewMessage, NewSession},
    },
    search::SearchQuery,
    store::Store,
    text::{Body, SearchText},
    ticket::{NamedPeriod, TicketFilter, TicketSort},
};
use tokio::runtime::Runtime;

const TICKETS: usize = 2_000;
const CHATS: Chats = Chats { sessions: 500, messages: 10, unread: 100 };

fn stores(c: &mut Criterion) {
    for kind in [StoreKind::Memory, StoreKind::Sqlite] {
        let runtime = Runtime::new().expect("a runtime");
        let directory = temporary(None).expect("a temporary directory");
        let desk = runtime.block_on(async {
            let store = kind.open(directory.path()).await.expect("an empty store");
            filled(store).await
        });
        reads(c, kind, &runtime, &desk);
        writes(c, kind, &runtime, &desk);
    }
}

fn user() -> Principal {
    Principal::user(seed::person("ann").expect("a good id"))
}

fn agent() -> Principal {
    Principal::agent(seed::person("bea").expect("a good id"))
}

async fn filled(store: Arc<dyn Store>) -> SupportDesk {
    seed::chats(&*store, agent().person().expect("agents have a name"), CHATS).await.expect("chats");
    let desk = SupportDesk::builder(store).build();
    seed::tickets(&desk, &user(), TICKETS).await.expect("tickets");
    desk
}

fn reads(c: &mut Criterion, kind: StoreKind, runtime: &Runtime, desk: &SupportDesk) {
    let mut group = c.benchmark_group(format!("store/{}", kind.as_str()));
    let (agent, page) = (agent(), PageQuery::default());
    let all = TicketFilter::default();
    group.bench_function("list 50 tickets", |b| {
        b.to_async(runtime).iter(async || {
            desk.list_tickets(&agent, &all, TicketSort::default(), &page).await.expect("a page")
        });
    });
    let chats = SessionFilter::default();
    group.bench_function("list 50 chats with unread counts", |b| {
        b.to_async(runtime).iter(async || {
            desk.list_sessions(&agent, &chats, SessionSort::Unread, &page).await.expect("a page")
        });
    });
    let words = SearchQuery::new(&SearchText::parse("lighthouse").expect("a good text"));
    let search = TicketFilter { search: Some(words), ..TicketFilter::default() };
    group.bench_function("search a rare word", |b| {
        b.to_async(runtime).iter(async || {
            desk.list_tickets(&agent, &search, TicketSort::default(), &page).await.expect("a page")
        });
    });
    group.bench_function("ticket stats", |b| {
        b.to_async(runtime).iter(async || {
            desk.ticket_stats(&agent, desk.period(NamedPeriod::Month)).await.expect("figures")
        });
    });
    group.finish();
}

fn writes(c: &mut Criterion, kind: StoreKind, runtime: &Runtime, desk: &SupportDesk) {
    let mut group = c.benchmark_group(format!("store/{}", kind.as_str()));
    let user = user();
    let ticket = seed::new_ticket().expect("a good ticket");
    group.bench_function("create ticket", |b| {
        b.to_async(runtime).iter(async || desk.create_ticket(&user, &ticket, None).await.expect("a ticket"));
    });
    let started = runtime.block_on(desk.start_session(&user, &NewSession::default(), None));
    let session = started.expect("a chat").view.session.id;
    let message = NewMessage::new(Body::parse(seed::QUESTION).expect("a good text"));
    group.bench_function("send message", |b| {
        b.to_async(runtime)
            .iter(async || desk.send_message(&user, session, &message, None).await.expect("a message"));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    // Few samples: the whole run takes a minute. Figures of this kind are for comparing one's own change with the day before.
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = stores
}
criterion_main!(benches);
