//! A client that fits on a page: one connection for each request, which blocks.

use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// Longer than a server takes for anything, so that a failure is one and no hang.
const FOREVER: Duration = Duration::from_secs(60);

/// Calls one server, perhaps in somebody's name.
#[derive(Debug, Clone)]
pub struct Client {
    address: String,
    headers: String,
}

impl Client {
    /// Calls the server at an address, in nobody's name.
    pub fn at(address: &str) -> Self {
        Self { address: address.to_owned(), headers: String::new() }
    }

    /// The same server in the name of whom a bearer token names.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        self.with_header("Authorization", &format!("Bearer {token}"))
    }

    /// The same, with one more header.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        Self { headers: format!("{}{name}: {value}\r\n", self.headers), address: self.address.clone() }
    }

    /// Reads something.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn get(&self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, "")
    }

    /// Sends something.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub fn post(&self, path: &str, body: &Value) -> io::Result<Answer> {
        self.send("POST", path, &body.to_string())
    }

    /// Sends a request, and reads the answer to its end.
    ///
    /// # Errors
    /// There was no whole answer. [`ErrorKind::ConnectionRefused`] says that the request was not sent; otherwise nobody
    /// knows what came of it.
    pub fn send(&self, method: &str, path: &str, body: &str) -> io::Result<Answer> {
        let mut stream = self.connect()?;
        let sent = stream.write_all(request(method, path, &self.headers, body).as_bytes());
        sent.map_err(|error| cut_short(&error))?;
        Answer::read(stream)
    }

    /// The head of a request without a body, for a connection of one's own.
    pub fn head(&self, method: &str, path: &str) -> String {
        format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", self.headers)
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// Nobody listens.
    pub fn connect(&self) -> io::Result<TcpStream> {
        // Who ends while a connection waits to be taken resets it.
        let stream = TcpStream::connect(&self.address).map_err(|error| match error.kind() {
            ErrorKind::ConnectionReset => ErrorKind::ConnectionRefused.into(),
            _ => error,
        })?;
        stream.set_read_timeout(Some(FOREVER))?;
        stream.set_write_timeout(Some(FOREVER))?;
        Ok(stream)
    }
}

/// A request that asks for the connection to be closed after it.
pub fn request(method: &str, path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{headers}\r\n{body}"
    )
}

/// An answer that was read to its end.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Reads an answer to the end of its connection.
    ///
    /// # Errors
    /// It is not whole.
    pub fn read(mut stream: TcpStream) -> io::Result<Self> {
        let mut text = String::new();
        stream.read_to_string(&mut text).map_err(|error| cut_short(&error))?;
        let partial = || io::Error::new(ErrorKind::UnexpectedEof, "the answer is cut short");
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(partial)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(partial)?;
        let answer = Self { status, head: head.to_owned(), body: body.to_owned() };
        match answer.header("content-length").map(str::parse::<usize>) {
            Some(Ok(length)) if length != body.len() => Err(partial()),
            _ => Ok(answer),
        }
    }

    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// What happened to a request that was sent, whatever the system calls it.
fn cut_short(error: &io::Error) -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, error.to_string())
}
