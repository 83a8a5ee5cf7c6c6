//! The server, a subject of one's own on it, and a way to it that can be cut.

use std::{
    env,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use async_nats::ConnectOptions;
use nats_wake::NatsWake;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A subject that no other test uses.
pub(crate) struct Bus {
    url: String,
    subject: String,
}

impl Bus {
    /// `None` if tests go without, which they say.
    pub(crate) fn new() -> Option<Self> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let Ok(url) = env::var("SUPPORT_TEST_NATS_URL") else {
            let required = env::var("SUPPORT_TEST_REQUIRE").unwrap_or_default();
            let is_required = required.split(',').any(|name| name.trim() == "nats");
            assert!(!is_required, "SUPPORT_TEST_REQUIRE names nats, and SUPPORT_TEST_NATS_URL is not set");
            eprintln!("\n!! tests on NATS are SKIPPED: SUPPORT_TEST_NATS_URL is not set\n");
            return None;
        };
        #[expect(clippy::disallowed_methods, reason = "the subject is to be unlike those of other runs")]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
        let subject = format!("support.test.{now}.{}", MADE.fetch_add(1, Ordering::Relaxed));
        Some(Self { url, subject })
    }

    pub(crate) async fn wake(&self, through: Option<&Proxy>) -> NatsWake {
        let url = through.map_or(&self.url, |proxy| &proxy.url);
        // Servers of a cluster tell where they are, which would lead around the proxy.
        let options = ConnectOptions::new().ignore_discovered_servers();
        NatsWake::connect(url.as_str(), options, self.subject.clone()).await.unwrap()
    }

    /// Says anything at all, and returns when the server has it.
    pub(crate) async fn say(&self, word: &[u8]) {
        let client = async_nats::connect(self.url.as_str()).await.unwrap();
        client.publish(self.subject.clone(), word.to_vec().into()).await.unwrap();
        client.flush().await.unwrap();
    }
}

/// A way to the server that can be cut.
pub(crate) struct Proxy {
    url: String,
    is_open: watch::Sender<bool>,
}

impl Proxy {
    pub(crate) async fn before(bus: &Bus) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("nats://{}", listener.local_addr().unwrap());
        let server = bus.url.trim_start_matches("nats://").to_owned();
        let (is_open, open) = watch::channel(true);
        tokio::spawn(async move {
            loop {
                let (mut near, _) = listener.accept().await.unwrap();
                let (server, mut open) = (server.clone(), open.clone());
                tokio::spawn(async move {
                    if !*open.borrow_and_update() {
                        return;
                    }
                    let mut far = TcpStream::connect(server).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = open.changed() => {}
                    }
                });
            }
        });
        Self { url, is_open }
    }

    /// Cuts every connection, and lets none through.
    pub(crate) fn cut(&self) {
        self.is_open.send_replace(false);
    }

    pub(crate) fn mend(&self) {
        self.is_open.send_replace(true);
    }
}
