//! A disk that is full, and has room again.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Write as _, stderr},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;
use support_server_trial::{
    client::{Answer, Client},
    crash::{Journal, verify},
    process::{SECRET, Server},
};

use crate::databases::{PROGRAM, as_agent, as_user, until};

/// More than an empty desk takes.
const SIZE: &str = "size=6m";

/// Mounts a small file system in memory at a directory, for itself and its children alone, and becomes what follows. It
/// goes when they end.
fn on_a_small_disk(at: &Path, program: &OsStr) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c"]);
    command.arg(format!("mount -t tmpfs -o {SIZE} tmpfs \"$0\" && exec \"$@\"")).arg(at).arg(program);
    command
}

/// Whether this process may mount at all. Where it may not, tests say so, or fail if they are told to.
fn may_mount(at: &Path) -> bool {
    let tried = on_a_small_disk(at, OsStr::new("true")).output();
    if matches!(&tried, Ok(output) if output.status.success()) {
        return true;
    }
    let required = env::var("SUPPORT_TEST_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|name| name.trim() == "tmpfs"),
        "SUPPORT_TEST_REQUIRE names tmpfs, and none can be mounted: {tried:?}"
    );
    // Past the output that is shown of failed tests alone: nobody is to take what was skipped for what has passed.
    _ = writeln!(stderr(), "\n!! the test of a full disk is SKIPPED: no tmpfs can be mounted: {tried:?}\n");
    false
}

/// A file that takes what room is left.
struct Ballast(PathBuf);

impl Ballast {
    /// On the disk that a server sees at a path.
    fn on_disk_of(server: &Server, at: &Path) -> Self {
        let root = PathBuf::from(format!("/proc/{}/root", server.id()));
        Self(root.join(at.strip_prefix("/").unwrap()).join("ballast"))
    }

    /// Writes until nothing more fits.
    fn fill(&self) {
        let mut file = File::create(&self.0).unwrap();
        let full = loop {
            if let Err(error) = file.write_all(&[b'x'; 4_096]) {
                break error;
            }
        };
        assert_eq!(full.kind(), io::ErrorKind::StorageFull, "{full:?}");
    }

    fn remove(&self) {
        fs::remove_file(&self.0).unwrap();
    }
}

/// Opens a ticket, and notes what was told of it.
fn open(user: &Client, journal: &Journal) -> Answer {
    let (acknowledged, refused) = journal.counts();
    let mark = format!("ticket{}", acknowledged + refused);
    let body = json!({"subject": mark, "description": "x".repeat(2_000)});
    let answer = user.post("/api/v1/support/tickets", &body).unwrap();
    journal.note_ticket(mark, answer.json()["number"].as_str().map(str::to_owned));
    assert!(matches!(answer.status, 201 | 507), "{answer:?}");
    answer
}

#[test]
fn r_14_a_full_disk_is_told_reads_go_on_and_writes_resume() {
    let directory = tempfile::tempdir().unwrap();
    if !may_mount(directory.path()) {
        return;
    }
    let mut command = on_a_small_disk(directory.path(), OsStr::new(PROGRAM));
    let url = format!("sqlite:{}", directory.path().join("support.db").display());
    command
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("SUPPORT_JWT_SECRET", SECRET);
    command.args(["--rate-limit", "off", "--database-url", &url]);
    let server = Server::start(&mut command).unwrap();
    let (user, agent, journal) = (as_user(&server, "u0"), as_agent(&server), Journal::default());
    let first = open(&user, &journal).json()["number"].as_str().unwrap().to_owned();
    for round in 0..3 {
        assert_eq!(open(&user, &journal).status, 201, "round {round}");
        let ballast = Ballast::on_disk_of(&server, directory.path());
        ballast.fill();

        // The log may have room for some more.
        until("the disk is full", || open(&user, &journal).status == 507);
        for (path, body) in [
            ("support/tickets".to_owned(), json!({"subject": "More", "description": "x".repeat(2_000)})),
            (format!("support/tickets/{first}/replies"), json!({"message": "x".repeat(2_000)})),
            ("chat/sessions".to_owned(), json!({"subject": "x".repeat(200)})),
        ] {
            let refused = user.post(&format!("/api/v1/{path}"), &body).unwrap();
            assert_eq!(
                (refused.status, &refused.json()["code"]),
                (507, &json!("storage_full")),
                "{refused:?}"
            );
        }
        let list = agent.get("/api/v1/support/tickets?limit=100").unwrap();
        assert_eq!(list.status, 200, "{list:?}");
        assert_eq!(agent.get(&format!("/api/v1/support/tickets/{first}")).unwrap().status, 200);
        assert_eq!(server.client().get("/healthz").unwrap().status, 200);
        // Whoever reads sees what was acknowledged, and nothing of what was refused.
        let found = verify(&agent, &journal).unwrap();
        assert_eq!(
            (found.tickets, found.replies, found.sessions),
            (journal.acknowledged(), 0, 0),
            "{found:?}"
        );

        ballast.remove();
        until("it writes again", || open(&user, &journal).status == 201);
    }
    let found = verify(&agent, &journal).unwrap();
    assert_eq!(found.tickets, journal.acknowledged(), "{found:?}");
}
