//! One request to an address that was checked.

use std::{sync::Arc, time::Duration};

use http_body_util::Full;
use hyper::{
    Request, StatusCode,
    body::Bytes,
    client::conn::http1,
    header::{CONTENT_TYPE, HOST, USER_AGENT},
    rt::{Read, Write},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, pki_types::ServerName},
};

use crate::{
    Destinations, Endpoint,
    endpoint::Scheme,
    network::{Network, SystemNetwork},
    sign::{ID, SIGNATURE, TIMESTAMP},
};

/// How long resolving, connecting and the handshake may take together.
const TO_CONNECT: Duration = Duration::from_secs(4);

/// How long the answer may take from there. Both are less than the desk gives a hook, so that it is told why.
const TO_ANSWER: Duration = Duration::from_secs(5);

/// How much of an answer is held at most: its head. Its body is not read.
const HEAD: usize = 16 * 1_024;

/// A delivery, ready to be sent.
pub(crate) struct Post<'a> {
    pub(crate) id: &'a str,
    pub(crate) timestamp: i64,
    pub(crate) signature: &'a str,
    pub(crate) body: Bytes,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostError {
    /// The name was not resolved.
    #[error("the endpoint's name cannot be resolved")]
    Resolve(#[source] std::io::Error),
    /// None of its addresses may be connected to.
    #[error("the endpoint is at an address that is not connected to")]
    Inside,
    /// Nobody answers at that address, or not as who they say they are.
    #[error("the endpoint cannot be connected to")]
    Connect(#[source] std::io::Error),
    /// Connecting took too long.
    #[error("connecting took longer than {} seconds", TO_CONNECT.as_secs())]
    ConnectTime,
    /// What came was no answer.
    #[error("the endpoint did not answer as HTTP says")]
    Http(#[source] hyper::Error),
    /// The answer took too long.
    #[error("the answer took longer than {} seconds", TO_ANSWER.as_secs())]
    AnswerTime,
}

/// Posts to one endpoint, each time on a connection of its own.
#[derive(Clone)]
pub(crate) struct Poster {
    pub(crate) endpoint: Endpoint,
    pub(crate) destinations: Destinations,
    pub(crate) network: Arc<dyn Network>,
    tls: Arc<ClientConfig>,
}

impl Poster {
    /// Trusts these roots.
    pub(crate) fn new(endpoint: Endpoint, roots: RootCertStore) -> Self {
        let (destinations, network) = (Destinations::default(), Arc::new(SystemNetwork));
        Self { endpoint, destinations, network, tls: trusting(roots) }
    }

    pub(crate) fn trust(&mut self, roots: RootCertStore) {
        self.tls = trusting(roots);
    }

    /// Posts once. Whatever status comes is an answer; a redirect is one and is not followed.
    pub(crate) async fn post(&self, post: Post<'_>) -> Result<StatusCode, PostError> {
        let request = self.request(post);
        let stream = timeout(TO_CONNECT, self.connect()).await.map_err(|_| PostError::ConnectTime)??;
        let answer = async {
            match self.endpoint.scheme {
                Scheme::HttpToLoopback => send(TokioIo::new(stream), request).await,
                Scheme::Https => send(TokioIo::new(self.secure(stream).await?), request).await,
            }
        };
        timeout(TO_ANSWER, answer).await.map_err(|_| PostError::AnswerTime)?
    }

    fn request(&self, post: Post<'_>) -> Request<Full<Bytes>> {
        let request = Request::post(self.endpoint.path())
            .header(HOST, self.endpoint.authority())
            .header(USER_AGENT, "support-desk-webhook")
            .header(CONTENT_TYPE, "application/json")
            .header(ID, post.id)
            .header(TIMESTAMP, post.timestamp)
            .header(SIGNATURE, post.signature);
        request.body(Full::from(post.body)).expect("an endpoint's parts and a signature are good headers")
    }

    /// Resolves the name once, checks what came, and connects to that and nothing else: a name that is something else a
    /// moment later is of no use.
    async fn connect(&self) -> Result<TcpStream, PostError> {
        let (host, port) = self.endpoint.host();
        let found = self.network.resolve(host, port).await.map_err(PostError::Resolve)?;
        let allowed = self.destinations.among(found.into_iter());
        let mut refused = PostError::Inside;
        for address in allowed {
            match self.network.connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => refused = PostError::Connect(error),
            }
        }
        Err(refused)
    }

    async fn secure(
        &self,
        stream: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, PostError> {
        let (host, _) = self.endpoint.host();
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|error| PostError::Connect(std::io::Error::other(error)))?;
        let connector = TlsConnector::from(Arc::clone(&self.tls));
        connector.connect(name, stream).await.map_err(PostError::Connect)
    }
}

fn trusting(roots: RootCertStore) -> Arc<ClientConfig> {
    Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

async fn send(
    stream: impl Read + Write + Unpin,
    request: Request<Full<Bytes>>,
) -> Result<StatusCode, PostError> {
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(HEAD).handshake(stream).await.map_err(PostError::Http)?;
    let answer = async {
        let response = sender.send_request(request).await.map_err(PostError::Http)?;
        // Dropped with its body unread, and the connection with it.
        Ok(response.status())
    };
    tokio::select! {
        answer = answer => answer,
        // It ends before the answer only when it fails; what it says then comes with the answer too.
        Err(error) = connection => Err(PostError::Http(error)),
    }
}
