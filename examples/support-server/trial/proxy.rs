//! A proxy that comes between a server and its database, and fails as it is told.

use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use socket2::SockRef;

/// How often a thread that waits for bytes looks for a new fault.
const LOOK: Duration = Duration::from_millis(10);

/// What is wrong between the two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The database is down: connections are closed, and new ones refused.
    Down,
    /// Connections are reset, old and new.
    Reset,
    /// Bytes disappear, and nobody is told.
    BlackHole,
    /// Bytes take so much longer.
    Delay(Duration),
}

/// Passes bytes on, as long as it is not told otherwise. Ends when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    fault: Fault,
    is_over: bool,
}

impl Proxy {
    /// Listens on a free port of this machine, in front of an address.
    ///
    /// # Errors
    /// No port can be had.
    pub fn in_front_of(target: &str) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::<Shared>::default();
        let (of_thread, target) = (Arc::clone(&shared), target.to_owned());
        thread::spawn(move || of_thread.accept(listener, address, &target));
        Ok(Self { address, shared })
    }

    /// In front of the server that a database's URL names. Returns the URL that leads through the proxy as well.
    ///
    /// # Errors
    /// No port can be had, or the URL names no server.
    pub fn on_the_way_to(url: &str) -> io::Result<(Self, String)> {
        let bad = || io::Error::new(ErrorKind::InvalidInput, "the URL names no server");
        let (scheme, rest) = url.split_once("://").ok_or_else(bad)?;
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
        let port = if scheme.starts_with("postgres") { 5432 } else { 3306 };
        let target = if host.contains(':') { host.to_owned() } else { format!("{host}:{port}") };
        let proxy = Self::in_front_of(&target)?;
        let at = if user.is_empty() { "" } else { "@" };
        let through = format!("{scheme}://{user}{at}{}{path}", proxy.address);
        Ok((proxy, through))
    }

    /// Fails like this from now on.
    pub fn set(&self, fault: Fault) {
        self.shared.lock().fault = fault;
        self.shared.changed.notify_all();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    /// Nothing panics while it holds the lock, so that what a poisoned one guards is whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits a little, or until something has changed. `None` when it is over.
    fn fault_after(&self, wait: Duration) -> Option<Fault> {
        let state = self.changed.wait_timeout(self.lock(), wait).unwrap_or_else(PoisonError::into_inner).0;
        (!state.is_over).then_some(state.fault)
    }

    fn fault(&self) -> Option<Fault> {
        let state = self.lock();
        (!state.is_over).then_some(state.fault)
    }

    fn accept(self: &Arc<Self>, listener: TcpListener, address: SocketAddr, target: &str) {
        let mut listener = Some(listener);
        while let Some(fault) = self.fault() {
            if fault == Fault::Down {
                listener = None;
            } else if listener.is_none() {
                listener = TcpListener::bind(address).ok();
            }
            let accepted = listener.as_ref().and_then(|listener| {
                listener.set_nonblocking(true).ok()?;
                listener.accept().ok()
            });
            match accepted {
                None => _ = self.fault_after(LOOK),
                Some((client, _)) if fault == Fault::Reset => reset(&client),
                Some((client, _)) => self.connect(&client, target),
            }
        }
    }

    /// Connects a client with the target, and passes bytes on in both directions.
    fn connect(self: &Arc<Self>, client: &TcpStream, target: &str) {
        let both = || {
            client.set_nonblocking(false)?;
            let server = TcpStream::connect(target)?;
            for stream in [client, &server] {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(LOOK))?;
            }
            let directions = [(client.try_clone()?, server.try_clone()?), (server, client.try_clone()?)];
            for (from, to) in directions {
                let shared = Arc::clone(self);
                thread::spawn(move || shared.pass_on(from, to));
            }
            io::Result::Ok(())
        };
        // A client whose server is not there finds its connection closed.
        _ = both();
    }

    fn pass_on(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = [0; 16 * 1024];
        while let Some(fault) = self.fault() {
            match fault {
                Fault::Down => break,
                Fault::Reset => {
                    reset(&from);
                    reset(&to);
                    break;
                }
                Fault::BlackHole => {
                    self.fault_after(LOOK);
                    continue;
                }
                Fault::None | Fault::Delay(_) => {}
            }
            match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => {
                    if let Fault::Delay(time) = fault {
                        thread::sleep(time);
                    }
                    // What was on the way when the fault began does not arrive.
                    while self.fault() == Some(Fault::BlackHole) {
                        self.fault_after(LOOK);
                    }
                    if to.write_all(&buffer[..count]).is_err() {
                        break;
                    }
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => break,
            }
        }
        for stream in [&from, &to] {
            // It may be closed already.
            _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// Has a connection end with a reset instead of an end.
fn reset(stream: &TcpStream) {
    // A connection that is gone needs none.
    _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}
