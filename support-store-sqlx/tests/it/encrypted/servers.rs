//! Servers of a test's own, on a free port, with data of their own, which end with the test.

use std::{
    ffi::OsStr,
    fs::{self, File, Permissions},
    io,
    net::TcpListener,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::certificates::{Certificates, run};

/// Ended when it is dropped.
pub(super) struct Server {
    child: Child,
    pub(super) port: u16,
    log: PathBuf,
}

/// Who runs a server of PostgreSQL, which does not run as root.
const POSTGRES: &str = "postgres";

pub(super) fn open_to_all(directory: &Path) {
    fs::set_permissions(directory, Permissions::from_mode(0o755)).unwrap();
}

impl Server {
    /// PostgreSQL, which lets nobody in without encryption. `NotFound` where it is not installed.
    pub(super) fn postgres(directory: &Path, certificates: &Certificates) -> io::Result<Self> {
        let is_root = fs::metadata(directory)?.uid() == 0;
        let as_itself = |program: &OsStr| {
            let mut command = Command::new(if is_root { OsStr::new("setpriv") } else { program });
            if is_root {
                command
                    .args([format!("--reuid={POSTGRES}"), format!("--regid={POSTGRES}")])
                    .arg("--init-groups")
                    .arg(program);
            }
            command
        };
        let programs = programs_of_postgres()?;
        let data = directory.join("postgres");
        fs::create_dir(&data)?;
        let key = directory.join("postgres.key");
        fs::copy(&certificates.key, &key)?;
        fs::set_permissions(&key, Permissions::from_mode(0o600))?;
        if is_root {
            run(Command::new("chown").arg(POSTGRES).arg(&data).arg(&key))?;
        }
        let mut make = as_itself(programs.join("initdb").as_os_str());
        make.args(["--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"])
            .arg(&data);
        run(make.current_dir(directory))?;
        let encrypted_only = "hostssl all all 127.0.0.1/32 trust\nhostssl all all ::1/128 trust\n";
        fs::write(data.join("pg_hba.conf"), encrypted_only)?;
        let port = free_port()?;
        let mut serve = as_itself(programs.join("postgres").as_os_str());
        serve.arg("-D").arg(&data).args(["-p", &port.to_string()]);
        for (setting, value) in [
            ("listen_addresses", OsStr::new("localhost")),
            ("unix_socket_directories", OsStr::new("")),
            ("fsync", OsStr::new("off")),
            ("ssl", OsStr::new("on")),
            ("ssl_cert_file", certificates.certificate.as_os_str()),
            ("ssl_key_file", key.as_os_str()),
        ] {
            serve.arg("-c").arg(format!("{setting}={}", value.display()));
        }
        Self::start(serve.current_dir(directory), port, directory.join("postgres.log"))
    }

    /// MariaDB, which lets nobody in without encryption. `NotFound` where it is not installed.
    pub(super) fn mariadb(directory: &Path, certificates: &Certificates) -> io::Result<Self> {
        let data = directory.join("mariadb");
        fs::create_dir(&data)?;
        // Who made the directory runs the server, be it root.
        let user = format!("--user={}", user_of(&data)?);
        let mut make = Command::new("mariadb-install-db");
        make.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", &user]);
        run(make.arg(option("--datadir", &data)))?;
        let port = free_port()?;
        let mut serve = Command::new("mariadbd");
        serve.args(["--no-defaults", "--bind-address=127.0.0.1", "--require-secure-transport=on", &user]);
        serve.arg(format!("--port={port}")).arg(option("--datadir", &data));
        serve.arg(option("--socket", &data.join("socket"))).arg(option("--ssl-ca", &certificates.authority));
        serve
            .arg(option("--ssl-cert", &certificates.certificate))
            .arg(option("--ssl-key", &certificates.key));
        Self::start(&mut serve, port, directory.join("mariadb.log"))
    }

    fn start(command: &mut Command, port: u16, log: PathBuf) -> io::Result<Self> {
        let file = File::create(&log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        Ok(Self { child: command.spawn()?, port, log })
    }

    pub(super) fn lives(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// What it said.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked first, so that it ends its own processes too.
        _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let asked = Instant::now();
        while self.lives() && asked.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(50));
        }
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn option(name: &str, path: &Path) -> String {
    format!("{name}={}", path.display())
}

/// A port that nobody has, for the moment.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The name of who owns a file.
fn user_of(path: &Path) -> io::Result<String> {
    let output = Command::new("stat").args(["-c", "%U"]).arg(path).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where PostgreSQL's own programs are: beside others of the system, or in a directory for their version.
fn programs_of_postgres() -> io::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let directories = std::env::split_paths(&path).chain(versions.map(|version| version.path().join("bin")));
    directories
        .into_iter()
        .find(|directory| directory.join("initdb").exists() && directory.join("postgres").exists())
        .ok_or_else(|| {
            io::Error::new(io::ErrorKind::NotFound, "PostgreSQL's initdb and postgres are not installed")
        })
}
