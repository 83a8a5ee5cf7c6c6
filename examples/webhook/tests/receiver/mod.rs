//! Receivers as the world has them.

use std::{
    collections::VecDeque,
    io::Cursor,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use hyper::{HeaderMap, header::HeaderName};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

/// What a receiver does once it has been told.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Status(u16),
    Redirect(String),
    EndlessBody,
    EndlessHead,
    Never,
}

/// What came.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

#[derive(Clone)]
pub(crate) struct Receiver {
    port: u16,
    scheme: &'static str,
    always: Answer,
    first: Arc<Mutex<VecDeque<Answer>>>,
    received: Arc<Mutex<Vec<Delivery>>>,
    connections: Arc<AtomicUsize>,
}

/// The authority that the receivers' certificate is of. Both were made for these tests, and its key was thrown away.
pub(crate) fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(include_bytes!("authority.pem")).unwrap()).unwrap();
    roots
}

fn acceptor() -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_slice(include_bytes!("certificate.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("key.pem")).unwrap();
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    TlsAcceptor::from(Arc::new(config))
}

impl Receiver {
    pub(crate) async fn answering(always: Answer) -> Self {
        Self::start(always, None).await
    }

    pub(crate) async fn over_tls(always: Answer) -> Self {
        Self::start(always, Some(acceptor())).await
    }

    async fn start(always: Answer, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            port: listener.local_addr().unwrap().port(),
            scheme: if tls.is_some() { "https" } else { "http" },
            always,
            first: Arc::default(),
            received: Arc::default(),
            connections: Arc::default(),
        };
        let accepting = receiver.clone();
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                accepting.connections.fetch_add(1, Ordering::SeqCst);
                let (receiver, tls) = (accepting.clone(), tls.clone());
                tokio::spawn(async move {
                    // Who does not trust the certificate hangs up, which is theirs to do.
                    match tls {
                        Some(tls) => {
                            if let Ok(socket) = tls.accept(socket).await {
                                receiver.serve(socket).await;
                            }
                        }
                        None => receiver.serve(socket).await,
                    }
                });
            }
        });
        receiver
    }

    /// Answers like this first.
    pub(crate) fn next(&self, answers: impl IntoIterator<Item = Answer>) {
        self.first.lock().unwrap().extend(answers);
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://localhost:{}/hook", self.scheme, self.port)
    }

    pub(crate) fn received(&self) -> Vec<Delivery> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.received().iter().map(|told| told.headers["webhook-id"].to_str().unwrap().to_owned()).collect()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    async fn serve(&self, mut socket: impl AsyncRead + AsyncWrite + Unpin) {
        let delivery = read(&mut socket).await;
        self.received.lock().unwrap().push(delivery);
        let answer = self.first.lock().unwrap().pop_front().unwrap_or_else(|| self.always.clone());
        // Whoever asked may have gone by now.
        _ = match answer {
            Answer::Status(status) => {
                socket.write_all(format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n").as_bytes()).await
            }
            Answer::Redirect(to) => {
                let head = format!("HTTP/1.1 307 x\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
                socket.write_all(head.as_bytes()).await
            }
            Answer::EndlessBody => {
                let mut sent = socket.write_all(b"HTTP/1.1 200 x\r\n\r\n").await;
                while sent.is_ok() {
                    sent = socket.write_all(&[b'x'; 8_192]).await;
                }
                sent
            }
            Answer::EndlessHead => {
                let mut sent = socket.write_all(b"HTTP/1.1 200 x\r\nx-long: ").await;
                while sent.is_ok() {
                    sent = socket.write_all(&[b'x'; 8_192]).await;
                }
                sent
            }
            Answer::Never => std::future::pending().await,
        };
        _ = socket.shutdown().await;
    }
}

/// Reads one request of known length.
async fn read(socket: &mut (impl AsyncRead + Unpin)) -> Delivery {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        assert!(socket.read_buf(&mut bytes).await.unwrap() > 0, "the request ended in its head");
    };
    let text = std::str::from_utf8(&bytes[..head]).unwrap();
    assert!(text.starts_with("POST /hook HTTP/1.1\r\n"), "{text}");
    let mut headers = HeaderMap::new();
    for (name, value) in text.lines().skip(1).filter_map(|line| line.split_once(": ")) {
        headers.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    let length: usize = headers["content-length"].to_str().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    let mut rest = Cursor::new(&bytes[head + 4..]).chain(socket);
    rest.read_exact(&mut body).await.unwrap();
    Delivery { headers, body }
}
