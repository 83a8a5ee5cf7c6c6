//! A network between store and database that swallows what it is given.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use sqlx::Postgres;
use support_core::{
    store::{Store, StoreError},
    wake::Wake as _,
};
use support_store_sqlx::{
    PostgresOptions, PostgresStore, PostgresWake, Prefix,
    testing::{TestDatabase, TestOptions},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::fixtures::{add, counts, tenant, ticket};

/// Much longer than a connection is waited for.
const LONG: Duration = Duration::from_secs(60);

/// Carries bytes between clients and a server.
struct Proxy {
    address: SocketAddr,
    /// How many of the connections, from the first, carry nothing any more, and never say so.
    swallowed: Arc<AtomicUsize>,
    opened: Arc<AtomicUsize>,
}

impl Proxy {
    async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self {
            address: listener.local_addr().unwrap(),
            swallowed: Arc::default(),
            opened: Arc::default(),
        };
        let (swallowed, opened) = (Arc::clone(&proxy.swallowed), Arc::clone(&proxy.opened));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let number = opened.fetch_add(1, Ordering::SeqCst);
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = TcpStream::connect(&server).await.unwrap().into_split();
                for (mut from, mut to) in [(from_client, to_server), (from_server, to_client)] {
                    let swallowed = Arc::clone(&swallowed);
                    tokio::spawn(async move {
                        let mut bytes = vec![0; 16_384];
                        while let Ok(read @ 1..) = from.read(&mut bytes).await {
                            if number >= swallowed.load(Ordering::SeqCst)
                                && to.write_all(&bytes[..read]).await.is_err()
                            {
                                break;
                            }
                        }
                    });
                }
            }
        });
        proxy
    }

    /// A proxy on the way to a database, and the URL that leads through it.
    async fn before(database: &TestDatabase<Postgres>) -> (Self, String) {
        let (start, rest) = database.url().split_once('@').unwrap();
        let (server, path) = rest.split_once('/').unwrap();
        let proxy = Self::to(server.to_owned()).await;
        let url = format!("{start}@{}/{path}", proxy.address);
        (proxy, url)
    }

    /// From now on, the connections that there are carry nothing. Those that come do.
    fn swallow(&self) {
        self.swallow_with_the_next(0);
    }

    /// The same, with so many of those that come.
    fn swallow_with_the_next(&self, count: usize) {
        self.swallowed.store(self.opened.load(Ordering::SeqCst) + count, Ordering::SeqCst);
    }
}

/// A store with one connection, through a proxy.
async fn store_behind_a_proxy(database: &TestDatabase<Postgres>) -> (PostgresStore, Proxy) {
    let (proxy, url) = Proxy::before(database).await;
    (PostgresOptions::new(url).connections(1).open().await.unwrap(), proxy)
}

async fn is_well_again(store: &PostgresStore) {
    let heals = async {
        loop {
            match add(store, &ticket(9)).await {
                Ok(()) => break,
                Err(StoreError::Unavailable { .. }) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
    };
    timeout(LONG, heals).await.expect("the lost connection keeps its place in the pool");
}

#[tokio::test]
async fn r_08_a_statement_without_an_answer_is_given_up_and_the_store_heals() {
    let Some(database) = TestDatabase::<Postgres>::with_tables().await else { return };
    let (store, proxy) = store_behind_a_proxy(&database).await;
    let mut transaction = store.begin(&tenant()).await.unwrap();
    proxy.swallow();
    let refused = timeout(LONG, transaction.tickets().insert(&ticket(1))).await.unwrap().unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused:?}");
    drop(transaction);
    is_well_again(&store).await;
    let seen = database.open(TestOptions::default()).await.unwrap();
    assert_eq!(counts(&seen).await, (1, 1));
}

#[tokio::test]
async fn r_08_a_transaction_that_cannot_begin_is_given_up_and_the_store_heals() {
    let Some(database) = TestDatabase::<Postgres>::with_tables().await else { return };
    let (store, proxy) = store_behind_a_proxy(&database).await;
    add(&store, &ticket(1)).await.unwrap();
    proxy.swallow();
    let refused = timeout(LONG, store.begin(&tenant())).await.unwrap().err();
    assert!(matches!(refused, Some(StoreError::Unavailable { .. })), "{refused:?}");
    is_well_again(&store).await;
}

#[tokio::test]
async fn r_08_a_commit_without_an_answer_is_given_up_and_the_store_heals() {
    let Some(database) = TestDatabase::<Postgres>::with_tables().await else { return };
    let (store, proxy) = store_behind_a_proxy(&database).await;
    // The tenant is known.
    add(&store, &ticket(1)).await.unwrap();
    let mut transaction = store.begin(&tenant()).await.unwrap();
    transaction.tickets().insert(&ticket(2)).await.unwrap();
    proxy.swallow();
    let refused = timeout(LONG, transaction.commit()).await.unwrap().unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused:?}");
    is_well_again(&store).await;
}

/// Hears that there is something to look at.
async fn hears_look(line: &PostgresWake) {
    assert_eq!(timeout(LONG, line.hear()).await.expect("nobody says anything"), b"");
}

#[tokio::test]
async fn r_08_a_line_that_is_swallowed_is_noticed_and_loses_no_look() {
    let Some(database) = TestDatabase::<Postgres>::with_tables().await else { return };
    let (proxy, url) = Proxy::before(&database).await;
    let here = PostgresWake::start(&url, &Prefix::default()).await.unwrap();
    let there = PostgresWake::start(database.url(), &Prefix::default()).await.unwrap();
    // Who begins to listen looks.
    hears_look(&here).await;
    hears_look(&there).await;
    // The one that listens, and those on which it is said first and then once more.
    proxy.swallow_with_the_next(2);
    here.say(b"");
    hears_look(&there).await;
    // Nothing is said to the one that listens, and it sees that nothing would arrive.
    hears_look(&here).await;
    there.say(b"");
    hears_look(&there).await;
    hears_look(&here).await;
}

#[tokio::test]
async fn a_line_begins_though_its_server_is_away() {
    // Nobody listens at port 1.
    let line = PostgresWake::start("postgres://desk@127.0.0.1:1/desk", &Prefix::default()).await.unwrap();
    line.say(b"");
    let bad = PostgresWake::start("postgres://desk@127.0.0.1:port/desk", &Prefix::default()).await;
    assert!(matches!(bad, Err(StoreError::Backend { .. })), "{bad:?}");
}

#[tokio::test]
async fn desks_in_one_database_have_lines_of_their_own() {
    let Some(database) = TestDatabase::<Postgres>::with_tables().await else { return };
    let start = async |prefix: &Prefix| {
        let line = PostgresWake::start(database.url(), prefix).await.unwrap();
        hears_look(&line).await;
        line
    };
    let (ours, theirs) = (Prefix::default(), Prefix::default().in_schema("other").unwrap());
    let (here, there, elsewhere) = (start(&ours).await, start(&ours).await, start(&theirs).await);
    elsewhere.say(b"of theirs");
    assert_eq!(timeout(LONG, elsewhere.hear()).await.unwrap(), b"of theirs");
    here.say(b"of ours");
    assert_eq!(timeout(LONG, there.hear()).await.unwrap(), b"of ours");
}
