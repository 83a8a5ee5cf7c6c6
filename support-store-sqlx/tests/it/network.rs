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
use support_core::store::{Store, StoreError};
use support_store_sqlx::{
    PostgresOptions, PostgresStore,
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

    /// From now on, the connections that there are carry nothing. Those that come do.
    fn swallow(&self) {
        self.swallowed.store(self.opened.load(Ordering::SeqCst), Ordering::SeqCst);
    }
}

/// A store with one connection, through a proxy.
async fn store_behind_a_proxy(database: &TestDatabase<Postgres>) -> (PostgresStore, Proxy) {
    let (start, rest) = database.url().split_once('@').unwrap();
    let (server, path) = rest.split_once('/').unwrap();
    let proxy = Proxy::to(server.to_owned()).await;
    let url = format!("{start}@{}/{path}", proxy.address);
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
