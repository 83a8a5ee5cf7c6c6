//! Subscribers on bare sockets: as little as there can be between the server and the clock.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

use crate::Failure;

/// A stream that was asked for.
#[derive(Debug)]
pub(super) struct Subscriber {
    socket: TcpStream,
}

/// How a subscriber asks.
#[derive(Debug, Clone)]
pub(super) struct Asks {
    pub(super) path: &'static str,
    pub(super) authorization: String,
    pub(super) last_id: Option<String>,
    /// How much the system holds for a client that does not read; its own choice without.
    pub(super) buffer: Option<u32>,
}

impl Subscriber {
    pub(super) async fn connect(address: &str, asks: &Asks) -> Result<Self, Failure> {
        let socket = TcpSocket::new_v4()?;
        if let Some(size) = asks.buffer {
            socket.set_recv_buffer_size(size)?;
        }
        let mut socket = socket.connect(address.parse()?).await?;
        let Asks { path, authorization, last_id, .. } = asks;
        let resume = last_id.as_ref().map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: {authorization}\r\n{resume}\r\n");
        socket.write_all(request.as_bytes()).await?;
        Ok(Self { socket })
    }

    /// Whatever comes next; empty at the end.
    pub(super) async fn read(&mut self) -> Result<Vec<u8>, Failure> {
        let mut bytes = vec![0; 4_096];
        let count = self.socket.read(&mut bytes).await?;
        bytes.truncate(count);
        Ok(bytes)
    }

    /// Reads until the stream has begun.
    pub(super) async fn begin(&mut self) -> Result<Vec<u8>, Failure> {
        let mut read = Vec::new();
        loop {
            let bytes = self.read().await?;
            if bytes.is_empty() {
                return Err(format!("refused: {}", String::from_utf8_lossy(&read)).into());
            }
            read.extend(bytes);
            if contains(&read, b": open") || contains(&read, b"event: ") {
                return Ok(read);
            }
        }
    }
}

pub(super) fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// The payload of a chunked body, as far as it has come. An incomplete chunk counts as far as it goes.
pub(super) fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut payload = Vec::new();
    let Some(head) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { return payload };
    bytes = &bytes[head + 4..];
    while let Some(line) = bytes.windows(2).position(|window| window == b"\r\n") {
        let size =
            std::str::from_utf8(&bytes[..line]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(size) = size else { break };
        let start = line + 2;
        let end = (start + size).min(bytes.len());
        payload.extend_from_slice(&bytes[start..end]);
        bytes = bytes.get(end + 2..).unwrap_or_default();
    }
    payload
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together_as_far_as_they_have_come() {
        let whole = b"HTTP/1.1 200 OK\r\n\r\n5\r\nhello\r\n6\r\n world\r\n";
        assert_eq!(unchunked(whole), b"hello world");
        assert_eq!(unchunked(&whole[..whole.len() - 5]), b"hello wo");
        assert_eq!(unchunked(&whole[..20]), b"");
        assert_eq!(unchunked(b"HTTP/1.1"), b"");
    }
}
