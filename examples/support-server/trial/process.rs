//! Servers as processes.

use std::{
    io::{self, BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use crate::client::Client;

/// The secret of all servers here.
pub const SECRET: &str = "a secret of these trials, long enough";

/// The program, with nothing of the environment's own settings and with [`SECRET`].
pub fn program(path: &Path) -> Command {
    let mut command = Command::new(path);
    command.env_clear().env("SUPPORT_JWT_SECRET", SECRET);
    command
}

/// The server's program: the one that is named, or else the one beside the program that runs.
///
/// # Errors
/// Nobody knows where this program is.
pub fn named_or_beside(program: Option<PathBuf>) -> io::Result<PathBuf> {
    let beside = || std::env::current_exe().map(|this| this.with_file_name("support-server"));
    program.map_or_else(beside, Ok)
}

/// A bearer token, as `support-server token` prints it.
///
/// # Errors
/// The program cannot be run, or refuses.
pub fn token(path: &Path, arguments: &[&str]) -> io::Result<String> {
    let output = program(path).arg("token").args(arguments).output()?;
    if !output.status.success() {
        return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// A server that has said that it is ready. Killed when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Reads along, because a process whose log nobody reads comes to a halt.
    reader: Option<JoinHandle<()>>,
    /// What was logged so far.
    log: Arc<Mutex<Vec<u8>>>,
    address: String,
    metrics: Option<String>,
}

impl Server {
    /// Starts a server on a free port and waits until it is ready.
    ///
    /// # Errors
    /// It ended before it was ready: with what it said.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        Self::spawn(command)?.ready()
    }

    /// Starts a server on a free port, and does not wait.
    ///
    /// # Errors
    /// The program cannot be run.
    pub fn spawn(command: &mut Command) -> io::Result<Starting> {
        let mut child = command
            .args(["--listen", "127.0.0.1:0", "--log-format", "json"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = child.stderr.take();
        let log = Arc::<Mutex<Vec<u8>>>::default();
        let read = Arc::clone(&log);
        let reader = std::thread::spawn(move || {
            let Some(mut stderr) = stderr else { return };
            let mut some = [0; 4096];
            // Whatever was logged before the pipe broke is the log.
            while let Ok(length @ 1..) = stderr.read(&mut some) {
                read.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&some[..length]);
            }
        });
        Ok(Starting(Self { child, reader: Some(reader), log, address: String::new(), metrics: None }))
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&log).into_owned()
    }

    /// Calls it, in nobody's name.
    pub fn client(&self) -> Client {
        Client::at(&self.address)
    }

    /// Calls its listener for Prometheus, if it has one.
    pub fn metrics(&self) -> Option<Client> {
        self.metrics.as_deref().map(Client::at)
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM.
    ///
    /// # Errors
    /// The process is gone.
    pub fn terminate(&self) -> io::Result<()> {
        let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status()?;
        if sent.success() { Ok(()) } else { Err(io::Error::other("the process is gone")) }
    }

    /// Sends SIGKILL, and waits until the process is gone. Returns what it logged.
    ///
    /// # Errors
    /// The process could not be waited for.
    pub fn kill(mut self) -> io::Result<String> {
        self.child.kill()?;
        self.end().map(|(_, log)| log)
    }

    /// Waits for the end, and returns how it ended and what was logged.
    ///
    /// # Errors
    /// The process could not be waited for.
    pub fn end(mut self) -> io::Result<(ExitStatus, String)> {
        let status = self.child.wait()?;
        if let Some(reader) = self.reader.take() {
            reader.join().map_err(|_| io::Error::other("the log's reader has panicked"))?;
        }
        Ok((status, self.log()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// A server that was started.
#[derive(Debug)]
pub struct Starting(Server);

impl Starting {
    /// Waits until it is ready.
    ///
    /// # Errors
    /// It ended before it was ready: with what it said.
    pub fn ready(self) -> io::Result<Server> {
        let Self(mut server) = self;
        let Some(stdout) = server.child.stdout.take() else { return Ok(server) };
        let mut lines = BufReader::new(stdout).lines();
        while let Some(line) = lines.next().transpose()? {
            let host = |suffix| line.split_once("http://")?.1.strip_suffix(suffix).map(str::to_owned);
            if let Some(address) = host("/api/v1") {
                server.address = address;
            }
            if let Some(metrics) = host("/metrics") {
                server.metrics = Some(metrics);
            }
            // The last line.
            if !server.address.is_empty() && line.trim_start().starts_with("Health") {
                return Ok(server);
            }
        }
        let (status, log) = server.end()?;
        Err(io::Error::other(format!("the server ended with {status}: {log}")))
    }
}
