//! An authority, and the certificate it gives to `localhost`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

pub(super) struct Certificates {
    /// Whom clients are to trust.
    pub(super) authority: PathBuf,
    /// Another one, which has given nothing to anybody.
    pub(super) other_authority: PathBuf,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// What a server's certificate says of itself. One that is an authority as well would be refused.
const LEAF: &str = "basicConstraints = CA:FALSE\nsubjectAltName = DNS:localhost, IP:127.0.0.1\n";

impl Certificates {
    /// Makes them in a directory. `NotFound` without `openssl`.
    pub(super) fn make(directory: &Path) -> io::Result<Self> {
        let file = |name: &str| directory.join(name);
        let (authority, authority_key) = (file("authority.pem"), file("authority.key"));
        let (other_authority, other_key) = (file("other.pem"), file("other.key"));
        for (certificate, key) in [(&authority, &authority_key), (&other_authority, &other_key)] {
            let mut make = Command::new("openssl");
            make.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Tests"]);
            run(make.arg("-keyout").arg(key).arg("-out").arg(certificate))?;
        }
        let (certificate, key, request) = (file("server.pem"), file("server.key"), file("server.csr"));
        let mut ask = Command::new("openssl");
        ask.args(["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]);
        run(ask.arg("-keyout").arg(&key).arg("-out").arg(&request))?;
        let extensions = file("extensions");
        fs::write(&extensions, LEAF)?;
        let mut sign = Command::new("openssl");
        sign.args(["x509", "-req", "-days", "2", "-set_serial", "7"]).arg("-in").arg(&request);
        sign.arg("-CA").arg(&authority).arg("-CAkey").arg(&authority_key).arg("-extfile").arg(&extensions);
        run(sign.arg("-out").arg(&certificate))?;
        Ok(Self { authority, other_authority, certificate, key })
    }
}

/// Runs a program to its end.
pub(super) fn run(command: &mut Command) -> io::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.output().map_err(|error| io::Error::new(error.kind(), format!("{program}: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr))))
}
