//! The server as its users meet it: a process, its command line, its sockets and its log.
#![cfg(unix)]

mod running;

use std::io::{Read as _, Write as _};

use running::{Answer, Running, SECRET, program, request, run, token};
use serde_json::Value;

const TICKET: &str = r#"{"subject": "Payment failed", "description": "It says no."}"#;

#[test]
fn a_server_that_says_so_is_ready() {
    let server = Running::start();
    for path in ["/healthz", "/readyz", "/api/v1/openapi.json"] {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
}

#[test]
fn what_is_not_there_is_a_problem() {
    let server = Running::start();
    for path in ["/nowhere", "/api/v1/nothing", "/metrics"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("not_found")), "{path}");
        assert!(answer.head.contains("content-type: application/problem+json"), "{path}");
    }
    let answer = server.send("POST", "/readyz", "", "");
    assert_eq!((answer.status, answer.json()["code"].as_str()), (405, Some("method_not_allowed")));
}

#[test]
fn a_printed_token_is_let_in_as_whom_it_names() {
    let server = Running::start();
    let user = token(&["--sub", "u1", "--name", "Uma", "--email", "uma@example.org"]);
    let opened = server.send("POST", "/api/v1/support/tickets", &bearer(&user), TICKET);
    assert_eq!(opened.status, 201, "{opened:?}");
    let requester = &opened.json()["requester"];
    assert_eq!(*requester, serde_json::json!({"id": "u1", "name": "Uma", "email": "uma@example.org"}));

    let agents = |token: &str| server.send("GET", "/api/v1/support/agents", &bearer(token), "");
    assert_eq!(agents(&user).status, 403);
    let listed = agents(&token(&["--sub", "a1", "--admin"])).json();
    assert_eq!(listed["items"][0]["name"], "Ann Lee");
    let elsewhere = agents(&token(&["--sub", "a2", "--admin", "--tenant", "acme"])).json();
    assert_eq!(elsewhere["items"][0]["id"], "a2");
}

#[test]
fn without_a_secret_the_log_says_that_no_token_can_be_made() {
    let server = Running::start_as(&mut program());
    let answer = server.send("GET", "/api/v1/chat/sessions", &bearer(&token(&["--sub", "u1"])), "");
    assert_eq!(answer.status, 401);
    server.terminate();
    let (_, log) = server.end();
    assert!(log.contains("random secret"), "{log}");

    let refused = run(&["token", "--sub", "u1"]);
    assert!(!refused.status.success() && refused.stdout.is_empty());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("SUPPORT_JWT_SECRET"));
}

#[test]
fn r_10_sigterm_lets_a_running_request_finish_and_exits_with_0() {
    let server = Running::start();
    let mut idle = server.connect();
    let keep_alive = request("GET", "/healthz", "", "").replace("Connection: close\r\n", "");
    idle.write_all(keep_alive.as_bytes()).unwrap();
    let mut buffer = [0; 4096];
    assert!(idle.read(&mut buffer).unwrap() > 0);

    // A request whose body is asked for has reached its handler.
    let mut running = server.connect();
    let headers = bearer(&token(&["--sub", "u1"])) + "Expect: 100-continue\r\n";
    let whole = request("POST", "/api/v1/support/tickets", &headers, TICKET);
    let (head, body) = whole.split_at(whole.len() - TICKET.len());
    running.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    running.read_exact(&mut go_on).unwrap();
    assert!(go_on.starts_with(b"HTTP/1.1 100 "));

    server.terminate();
    while idle.read(&mut buffer).unwrap() > 0 {}
    assert!(server.refuses_connections());
    running.write_all(body.as_bytes()).unwrap();
    let answer = Answer::read(running).unwrap();
    assert_eq!(answer.status, 201, "{answer:?}");
    let (status, log) = server.end();
    assert_eq!(status.code(), Some(0), "{log}");
}

#[test]
fn what_was_written_is_there_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let start = || Running::start_on(program().env("SUPPORT_JWT_SECRET", SECRET), directory.path());
    let user = token(&["--sub", "u1"]);
    let server = start();
    let opened = server.send("POST", "/api/v1/support/tickets", &bearer(&user), TICKET).json();
    server.terminate();
    assert!(server.end().0.success());

    let path = format!("/api/v1/support/tickets/{}", opened["number"].as_str().unwrap());
    let server = start();
    assert_eq!(server.send("GET", &path, &bearer(&user), "").json(), opened);
}

#[test]
fn the_bot_knows_what_the_knowledge_base_says() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("bot.toml");
    let knowledge = |id: &str| {
        format!(
            "[bot]\nname = \"Sam\"\nlanguages = [\"en\"]\n[[category]]\nid = \"{id}\"\ntitle = \"Opening hours\"\n\
             patterns = [{{ re = \"open\", w = 0.9 }}]\n[[category.response]]\ntext = [\"From nine to five.\"]\n"
        )
    };
    std::fs::write(&file, knowledge("hours")).unwrap();
    let mut program = program();
    let server = Running::start_as(program.env("SUPPORT_KNOWLEDGE_BASE", &file));
    let asked =
        r#"{"message": "When do you open?", "guest_email": "g@example.org", "guest_phone": "030 901820000"}"#;
    let answer = server.send("POST", "/api/v1/chat/bot", "", asked);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        (&answer.json()["message"], &answer.json()["category"]),
        (&"From nine to five.".into(), &"hours".into())
    );

    std::fs::write(&file, knowledge("Opening Hours!")).unwrap();
    let database = format!("sqlite:{}", directory.path().join("support.db").display());
    let refused = run(&["--database-url", &database, "--knowledge-base", file.to_str().unwrap()]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("bot.toml:5:"), "{said}");
}

#[test]
fn a_changed_knowledge_base_is_taken_over_and_a_broken_one_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("bot.toml");
    // In place at once, as editors save: the server must not read half of it.
    let write = |words: &str| {
        let text = format!(
            "[bot]\nname = \"Sam\"\n[[category]]\nid = \"hours\"\ntitle = \"Opening hours\"\n\
             patterns = [{{ re = \"open\" }}]\nresponse = [{{ text = [{words}] }}]\n"
        );
        let new = directory.path().join("new.toml");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(new, &file).unwrap();
    };
    write("\"From nine to five.\"");
    let mut program = program();
    let program = program.env("SUPPORT_KNOWLEDGE_BASE", &file).args(["--rate-limit", "off"]);
    let server = Running::start_as(program);
    let answer = || {
        let asked = r#"{"message": "When do you open?", "guest_email": "g@example.org", "guest_phone": "030 901820000"}"#;
        server.send("POST", "/api/v1/chat/bot", "", asked).json()["message"].clone()
    };
    assert_eq!(answer(), "From nine to five.");

    write("\"From ten to four.\"");
    logged(&server, "the bot has a new knowledge base");
    assert_eq!(answer(), "From ten to four.");

    write("");
    logged(&server, "bot.toml:7:");
    assert_eq!(answer(), "From ten to four.");
    write("\"Never.\"");
    eventually("the repaired file is taken over", || answer() == "Never.");
}

/// Waits until a server has logged something.
fn logged(server: &Running, text: &str) {
    eventually(text, || server.log().contains(text));
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed().as_secs() < 60, "in vain: {what}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn metrics_count_by_route_and_never_by_path() {
    let server = Running::start();
    server.get("/api/v1/support/tickets/TKT-20200101-0001");
    server.get("/api/v1/unheard/of");
    server.send("BREW", "/healthz", "", "");
    let metrics = server.metrics();
    for line in [
        r#"http_requests_total{method="GET",route="/api/v1/support/tickets/{id}",status="401"} 1"#,
        r#"http_requests_total{method="GET",route="unmatched",status="404"} 1"#,
        r#"http_requests_total{method="other",route="/healthz",status="405"} 1"#,
        r#"http_request_duration_seconds_count{method="GET",route="unmatched",status="404"} 1"#,
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} in {metrics}");
    }
    assert!(!metrics.contains("TKT-2020") && !metrics.contains("unheard") && !metrics.contains("BREW"));
}

#[test]
fn s_45_the_log_is_structured_and_holds_nothing_of_what_people_write() {
    let mut program = program();
    program.env("SUPPORT_JWT_SECRET", SECRET).env("RUST_LOG", "trace");
    let server = Running::start_as(&mut program);
    let guest =
        r#"{"guest_name": "Gustav", "guest_email": "gustav@example.org", "guest_phone": "+49 30 901820000"}"#;
    let session = server.send("POST", "/api/v1/chat/sessions", "", guest);
    assert_eq!(session.status, 201, "{session:?}");
    let session = session.json();
    let guest_token = session["session_token"].as_str().unwrap();
    let path = format!("/api/v1/chat/sessions/{}/messages", session["id"].as_str().unwrap());
    let as_guest = format!("X-Support-Session-Token: {guest_token}\r\n");
    let said = server.send("POST", &path, &as_guest, r#"{"message": "the canary sings"}"#);
    assert_eq!(said.status, 201, "{said:?}");
    let user = token(&["--sub", "u1", "--name", "Uma Thule", "--email", "uma@example.org"]);
    assert_eq!(server.send("POST", "/api/v1/support/tickets", &bearer(&user), TICKET).status, 201);
    assert_eq!(server.send("GET", &path, &bearer("forged.token.here"), "").status, 401);

    server.terminate();
    let (_, log) = server.end();
    assert!(log.lines().any(|line| line.contains("answered")), "requests are logged: {log}");
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "not structured: {line}");
    }
    let written = [
        "canary",
        "Gustav",
        "gustav@",
        "901820000",
        "Uma",
        "uma@",
        "Payment",
        "It says no",
        "forged.token",
        SECRET,
        guest_token,
        &user,
    ];
    for written in written {
        assert!(!log.contains(written), "{written} in the log");
    }
}

#[test]
fn s_05_a_short_secret_is_refused_and_not_repeated() {
    for arguments in [&["--jwt-secret", "hunter2"][..], &["token", "--sub", "u1", "--jwt-secret", "hunter2"]]
    {
        let refused = run(arguments);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success());
        assert!(said.contains("at least 32 bytes") && !said.contains("hunter2"), "{said}");
    }
}

#[test]
fn a_database_that_cannot_be_opened_is_named_without_its_password() {
    // Nobody listens at port 1.
    for (url, said) in [
        ("postgres://desk:hunter2@127.0.0.1:1/desk", "the store is unavailable"),
        ("mysql://desk:hunter2@127.0.0.1:1/desk", "the store is unavailable"),
        ("postgres://desk:hunter2@127.0.0.1:port/desk", "the store failed"),
        ("postgres://desk:hunter2@127.0.0.1:1/desk?sslmode=nonsense", "the store failed"),
        ("oracle://desk:hunter2@db/desk", "expected sqlite:FILE, postgres://… or mysql://…"),
        ("hunter2", "expected sqlite:FILE, postgres://… or mysql://…"),
    ] {
        for arguments in [
            &["--database-url", url][..],
            &["migrations", "check", "--database-url", url],
            &["copy", "--from", url, "--to", "sqlite::memory:"],
        ] {
            let refused = program().args(arguments).env("RUST_LOG", "trace").output().unwrap();
            let error = String::from_utf8(refused.stderr).unwrap();
            assert!(!refused.status.success());
            assert!(error.contains(said), "{arguments:?}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}

#[test]
fn a_line_that_is_none_is_refused_and_one_whose_server_is_away_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", directory.path().join("support.db").display());
    for (url, said) in [
        ("mysql://desk:hunter2@127.0.0.1:1/desk", "over PostgreSQL alone"),
        ("postgres://desk:hunter2@127.0.0.1:port/desk", "the store failed"),
        ("hunter2", "expected sqlite:FILE, postgres://… or mysql://…"),
    ] {
        let refused = run(&["--database-url", &database, "--wake-url", url]);
        let error = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && error.contains(said), "{url}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let away = "postgres://desk:hunter2@127.0.0.1:1/desk";
    let server = Running::start_as(program().env("SUPPORT_JWT_SECRET", SECRET).args(["--wake-url", away]));
    let user = bearer(&token(&["--sub", "u1"]));
    assert_eq!(server.send("POST", "/api/v1/support/tickets", &user, TICKET).status, 201);
    logged(&server, "PostgreSQL cannot be listened to");
    server.terminate();
    let (status, log) = server.end();
    assert!(status.success() && !log.contains("hunter2"), "{log}");
}

#[test]
fn printed_migrations_are_sql_and_nothing_else() {
    for (database, own) in [("sqlite", "strict"), ("postgres", "timestamptz"), ("mysql", "datetime(6)")] {
        let printed = run(&["migrations", "print", "--database", database, "--prefix", "desk_"]);
        let sql = String::from_utf8(printed.stdout).unwrap();
        assert!(printed.status.success() && printed.stderr.is_empty(), "{database}");
        assert!(
            sql.contains("desk_tickets") && sql.contains("desk_migrations") && sql.contains(own),
            "{sql}"
        );
        assert!(!sql.contains('@') && !sql.contains("support_"), "{database}");
    }
    let printed = run(&["migrations", "print", "--database", "postgres", "--schema", "desk"]);
    assert!(String::from_utf8(printed.stdout).unwrap().contains("set search_path to \"desk\""));
    for arguments in [
        &["--database", "sqlite", "--schema", "desk"][..],
        &["--database", "mysql", "--schema", "desk"],
        &["--database", "postgres", "--schema", "a; drop table x"],
        &["--database", "postgres", "--prefix", "a; drop table x"],
        &["--database", "oracle"],
    ] {
        let refused = run(&[&["migrations", "print"], arguments].concat());
        assert!(!refused.status.success() && refused.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn tables_are_made_by_hand_and_checked() {
    let directory = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", directory.path().join("support.db").display());
    let migrations = |what| run(&["migrations", what, "--database-url", &database]);
    let serve = ["--database-url", &database, "--migrations", "check", "--listen", "no address"];
    let said = |output: &std::process::Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let refused = migrations("check");
    assert!(!refused.status.success() && said(&refused).contains("run the migrations"), "{refused:?}");
    let refused = run(&serve);
    assert!(said(&refused).contains("run the migrations"), "{refused:?}");
    assert!(migrations("apply").status.success());
    assert!(migrations("check").status.success());
    assert!(migrations("apply").status.success());
    let listens = run(&serve);
    assert!(said(&listens).contains("cannot listen on no address"), "{listens:?}");
}

#[test]
fn an_address_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let directory = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", directory.path().join("support.db").display());
    let refused = run(&["--listen", &address, "--database-url", &database]);
    assert!(!refused.status.success());
    assert!(String::from_utf8(refused.stderr).unwrap().contains(&format!("cannot listen on {address}")));
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

#[test]
fn the_bot_tools_check_explain_and_evaluate_a_knowledge_base() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let (good, bad, lines) = (path("good.toml"), path("bad.toml"), path("lines.jsonl"));
    let category = "[[category]]\nid = 'bill'\ntitle = 'Bills'\npatterns = [{ re = 'bills?' }]\nresponse = [{ text = 'Paid.' }]\n";
    std::fs::write(
        &good,
        format!("[bot]\nname = 'Sam'\n{category}[[test]]\nsay = 'my bill'\nexpect = 'bill'\n"),
    )
    .unwrap();
    std::fs::write(&bad, "[bot]\nname = 'Sam'\n  colour = 1\n").unwrap();
    std::fs::write(&lines, "{\"text\": \"my bill\"}\n{\"text\": \"xyzzy\"}\n").unwrap();
    let out = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(out(&["bot", "check", &good]).contains("1 tests passed"));
    assert!(out(&["bot", "test", &good]).starts_with("ok  my bill → bill\n"));
    assert!(out(&["bot", "explain", &good, "my bill"]).contains("a rule of `bill` on \"bill\""));
    let evaluated = out(&["bot", "eval", &good, "--input", &lines]);
    let rows: Vec<Value> = evaluated.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&rows[0]["decision"], &rows[0]["category"]), (&"answer".into(), &"bill".into()));
    assert_eq!((&rows[1]["decision"], &rows[1]["category"]), (&"fallback".into(), &Value::Null));
    let refused = run(&["bot", "check", &bad]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        !refused.status.success() && said.contains("bad.toml:3:3: unknown key `colour` in [bot]"),
        "{said}"
    );
}

#[test]
fn pages_are_served_unless_they_are_switched_off() {
    let server = Running::start();
    let page = server.get("/support/tickets");
    assert_eq!(page.status, 200);
    assert!(page.head.contains("content-security-policy: default-src 'none'"), "{}", page.head);
    assert_eq!(server.get("/my-tickets/tickets").status, 200);
    assert!(server.get("/").body.contains("/widget.js"));
    assert_eq!(server.get("/widget.js").status, 200);
    assert_eq!(server.get("/demo/login").status, 404, "nobody signs in without a password");
    let server = Running::start_as(program().env("SUPPORT_JWT_SECRET", SECRET).arg("--no-ui"));
    for path in ["/", "/widget.js", "/support/tickets"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn demo_is_for_this_machine_alone() {
    let refused = run(&["--demo", "--listen", "0.0.0.0:0", "--database-url", "sqlite::memory:"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && said.contains("--demo lets anybody be anybody"), "{said}");
}
