//! One command measures everything. A file of its own: statements of the whole process are counted, and it is a process.

use std::process::Command;

#[test]
fn one_command_prints_the_table_of_every_promise_and_what_became_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let all = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_load"));
        command.args(["all", "--quick", "--rows=200", "--directory"]).arg(directory.path());
        command.env_remove("SUPPORT_BENCH_POSTGRES_URL").env_remove("SUPPORT_BENCH_MYSQL_URL");
        command
    };
    let output = all().output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    // A busy machine may miss a goal (1); a run that could not be made is another thing (2).
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    let summary: Vec<_> = said.lines().rev().take(7).map(|line| &line[..3]).collect();
    assert_eq!(summary, ["P10", "P8 ", "P7 ", "P5 ", "P6 ", "P4 ", "P1 "], "{said}");
    for title in ["P1  messages on SQLite", "P4  64 callers", "P6  lists", "P5, P7, P8  growth from 2 to 200"]
    {
        assert!(said.contains(title), "{title} is missing:\n{said}");
    }
    assert!(directory.path().join("growth-200.db").exists(), "it is kept to be used again");
}
