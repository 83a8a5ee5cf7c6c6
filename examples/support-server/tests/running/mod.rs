//! The built server as a process of its own, and a client that fits on a page.

#![expect(clippy::unwrap_used, reason = "a test whose server does not answer has failed")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    thread::JoinHandle,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

/// Longer than anything here takes, so that a failure is one and no hang.
const FOREVER: Duration = Duration::from_secs(20);

pub(crate) const SECRET: &str = "a secret of these tests, long enough";

/// The program with nothing of the environment's own settings.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_support-server"));
    command.env_clear();
    command
}

/// Runs the program to its end, which it reaches without serving.
pub(crate) fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// What `support-server token` prints, with the secret of [`Running::start`].
pub(crate) fn token(arguments: &[&str]) -> String {
    let output = program().env("SUPPORT_JWT_SECRET", SECRET).arg("token").args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// A server that is ready.
pub(crate) struct Running {
    child: Child,
    /// Reads along, because a process whose log nobody reads comes to a halt.
    log: Option<JoinHandle<String>>,
    _directory: Option<TempDir>,
    address: String,
    metrics: String,
}

impl Running {
    /// With the secret that [`token`] knows, on a database of its own.
    pub(crate) fn start() -> Self {
        Self::start_as(program().env("SUPPORT_JWT_SECRET", SECRET))
    }

    pub(crate) fn start_as(command: &mut Command) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut server = Self::start_on(command, directory.path());
        server._directory = Some(directory);
        server
    }

    /// On the database in a directory that outlives it.
    pub(crate) fn start_on(command: &mut Command, directory: &Path) -> Self {
        let database = format!("sqlite:{}", directory.join("support.db").display());
        let mut child = command
            .args(["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--log-format", "json"])
            .args(["--agent", "a1=Ann Lee", "--database-url", &database])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).unwrap();
            log
        });
        let (mut address, mut metrics) = (None, None);
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap) {
            let host = |suffix| line.split_once("http://")?.1.strip_suffix(suffix).map(str::to_owned);
            address = address.or_else(|| host("/api/v1"));
            metrics = metrics.or_else(|| host("/metrics"));
            if metrics.is_some() {
                break;
            }
        }
        Self { child, log: Some(log), _directory: None, address: address.unwrap(), metrics: metrics.unwrap() }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(&self.address).unwrap()
    }

    pub(crate) fn refuses_connections(&self) -> bool {
        connect(&self.address).is_err()
    }

    /// Sends a request with a JSON body, if any, and reads the answer.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request(method, path, headers, body).as_bytes()).unwrap();
        Answer::read(stream)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", "")
    }

    pub(crate) fn metrics(&self) -> String {
        let mut stream = connect(&self.metrics).unwrap();
        stream.write_all(request("GET", "/metrics", "", "").as_bytes()).unwrap();
        Answer::read(stream).body
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        let kill = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status();
        assert!(kill.unwrap().success());
    }

    /// Waits for the end, and returns how it ended and what was logged.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        (status, self.log.take().unwrap().join().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// An answer that was read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn read(mut stream: TcpStream) -> Self {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A request that asks for the connection to be closed after it.
pub(crate) fn request(method: &str, path: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n{headers}\r\n{body}"
    )
}

fn connect(address: &str) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(FOREVER))?;
    Ok(stream)
}
