//! A network in which names are what an attacker says.

use std::{
    collections::VecDeque,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use tokio::net::TcpStream;
use webhook::Network;

use crate::receiver::Receiver;

/// A resolver that lies, and a way to whatever it says. All addresses lead to one receiver here, so that it is for the one
/// who connects to choose none inside. Its clones are the same network.
#[derive(Clone)]
pub(crate) struct Liar {
    port: u16,
    answers: Arc<Mutex<VecDeque<Vec<IpAddr>>>>,
    resolved: Arc<Mutex<usize>>,
    connected: Arc<Mutex<Vec<IpAddr>>>,
}

impl Liar {
    /// A public address at which nobody answers.
    pub(crate) const DEAF: &str = "93.184.215.99";

    /// Gives these answers in turn, and the last one for ever.
    pub(crate) fn leading_to(receiver: &Receiver, answers: &[&[&str]]) -> Self {
        let parsed = answers.iter().map(|ips| ips.iter().map(|ip| ip.parse().unwrap()).collect());
        Self {
            port: receiver.port(),
            answers: Arc::new(Mutex::new(parsed.collect())),
            resolved: Arc::default(),
            connected: Arc::default(),
        }
    }

    /// How often it was asked.
    pub(crate) fn resolved(&self) -> usize {
        *self.resolved.lock().unwrap()
    }

    /// What was connected to, or tried.
    pub(crate) fn connected(&self) -> Vec<IpAddr> {
        self.connected.lock().unwrap().clone()
    }
}

#[async_trait]
impl Network for Liar {
    async fn resolve(&self, _: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        *self.resolved.lock().unwrap() += 1;
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Ok(answer.unwrap_or_default().into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
    }

    async fn connect(&self, address: SocketAddr) -> io::Result<TcpStream> {
        self.connected.lock().unwrap().push(address.ip());
        if address.ip().to_string() == Self::DEAF {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        TcpStream::connect(("127.0.0.1", self.port)).await
    }
}
