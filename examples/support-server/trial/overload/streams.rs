//! Streams of events that stay open while others write.

use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use crate::process::{Server, token};

/// How many streams one agent has: fewer than one may have.
const EACH: usize = 5;
/// How long a stream may take to tell of something, on a machine that has much to do.
const PATIENCE: Duration = Duration::from_secs(30);

/// Streams of agents, who hear of every ticket. Each is read by a thread of its own, or it would be cut for not reading.
pub(super) struct Streams(Vec<Receiver<()>>);

impl Streams {
    /// Opens so many, which listen for a text.
    pub(super) fn open(
        server: &Server,
        program: &Path,
        count: usize,
        text: &'static str,
    ) -> io::Result<Self> {
        let mut streams = Vec::with_capacity(count);
        let mut bearer = String::new();
        for n in 0..count {
            if n % EACH == 0 {
                let agent = format!("a{n}");
                bearer = token(program, &["--sub", &agent, "--admin", "--expires-in", "1d"])?;
            }
            let mut stream = server.client().connect()?;
            let request = format!(
                "GET /api/v1/support/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {bearer}\r\n\r\n"
            );
            stream.write_all(request.as_bytes())?;
            until_it_says(&mut stream, b": open")?;
            let (tell, told) = channel();
            thread::spawn(move || {
                if until_it_says(&mut stream, text.as_bytes()).is_ok() {
                    // Nobody asks any more once the trial has failed.
                    _ = tell.send(());
                }
            });
            streams.push(told);
        }
        Ok(Self(streams))
    }

    /// How many have heard of it, or hear of it soon.
    pub(super) fn heard(&self) -> usize {
        self.0.iter().filter(|told| told.recv_timeout(PATIENCE).is_ok()).count()
    }
}

/// Reads until a stream says something, which it may do in several pieces.
fn until_it_says(stream: &mut TcpStream, what: &[u8]) -> io::Result<()> {
    let (mut said, mut buffer) = (Vec::new(), vec![0; 16 * 1024]);
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err(io::Error::new(
                ErrorKind::UnexpectedEof,
                String::from_utf8_lossy(&said).into_owned(),
            ));
        }
        said.extend_from_slice(&buffer[..count]);
        if said.windows(what.len()).any(|window| window == what) {
            return Ok(());
        }
        // What may be the beginning of it is kept.
        said.drain(..said.len().saturating_sub(what.len()));
    }
}
