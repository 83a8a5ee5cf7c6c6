//! Being told to stop.

use crate::error::Error;

/// Begins to listen for SIGTERM and SIGINT; what it returns is ready when one has come.
#[cfg(unix)]
pub(crate) fn stop() -> Result<impl Future<Output = ()>, Error> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate()).map_err(Error::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::Signals)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Listens for Ctrl-C; what it returns is ready when it was pressed.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the signature is that of systems with signals")]
pub(crate) fn stop() -> Result<impl Future<Output = ()>, Error> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
