//! The built server, as tests call it: what goes wrong on the way is a failure.

#![expect(clippy::unwrap_used, reason = "a test whose server does not answer has failed")]

use std::{
    net::TcpStream,
    path::Path,
    process::{Command, ExitStatus, Output},
};

use support_server_trial::{client::Client, process::Server};
pub(crate) use support_server_trial::{
    client::{Answer, request},
    process::SECRET,
};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_support-server");

/// The program with nothing of the environment's own settings.
pub(crate) fn program() -> Command {
    let mut command = Command::new(PROGRAM);
    command.env_clear();
    command
}

/// Runs the program to its end, which it reaches without serving.
pub(crate) fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// What `support-server token` prints, with the secret of [`Running::start`].
pub(crate) fn token(arguments: &[&str]) -> String {
    support_server_trial::process::token(Path::new(PROGRAM), arguments).unwrap()
}

/// A server that is ready.
pub(crate) struct Running {
    server: Server,
    _directory: Option<TempDir>,
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
        command.args([
            "--metrics-listen",
            "127.0.0.1:0",
            "--agent",
            "a1=Ann Lee",
            "--database-url",
            &database,
        ]);
        Self { server: Server::start(command).unwrap(), _directory: None }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        self.server.client().connect().unwrap()
    }

    pub(crate) fn refuses_connections(&self) -> bool {
        self.server.client().connect().is_err()
    }

    /// Sends a request with a JSON body, if any, and reads the answer.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let headers = headers.lines().map(|line| line.split_once(": ").unwrap());
        let client: Client =
            headers.fold(self.server.client(), |client, (name, value)| client.with_header(name, value));
        client.send(method, path, body).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", "")
    }

    pub(crate) fn metrics(&self) -> String {
        self.server.metrics().unwrap().get("/metrics").unwrap().body
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        self.server.log()
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        self.server.terminate().unwrap();
    }

    /// Waits for the end, and returns how it ended and what was logged.
    pub(crate) fn end(self) -> (ExitStatus, String) {
        self.server.end().unwrap()
    }
}
