//! The network, as deliveries use it.

use std::net::SocketAddr;

use async_trait::async_trait;
use tokio::net::{TcpStream, lookup_host};

/// The network, as deliveries use it: for a host with a resolver or a way out of its own, and for tests in which names lie.
///
/// It decides nothing: which addresses are connected to, [`Destinations`](crate::Destinations) say.
#[async_trait]
pub trait Network: Send + Sync {
    /// The addresses that a name has at the moment. Asked once for each delivery.
    ///
    /// # Errors
    /// It has none, or nobody knows.
    async fn resolve(&self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>>;

    /// Connects to one address, and to no other.
    ///
    /// # Errors
    /// Nobody answers there.
    async fn connect(&self, address: SocketAddr) -> std::io::Result<TcpStream>;
}

/// The machine's own network.
pub(crate) struct SystemNetwork;

#[async_trait]
impl Network for SystemNetwork {
    async fn resolve(&self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
        Ok(lookup_host((host, port)).await?.collect())
    }

    async fn connect(&self, address: SocketAddr) -> std::io::Result<TcpStream> {
        TcpStream::connect(address).await
    }
}
