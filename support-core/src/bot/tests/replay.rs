//! The same file and the same log give the same bytes, on every run.

use std::{env, process::Command};

use super::*;

/// Set in the process that replays.
const REPLAYING: &str = "SUPPORT_CORE_TEST_REPLAY";
const LOG: [&str; 18] = [
    "Hello",
    "how much is it",
    "and yearly?",
    "red?",
    "invoice or domain",
    "no",
    "Ich möchte meine Rechnung sehen",
    "teh invocie is wrnog!!!",
    "my invoice is INV-1234, write to ann@example.org",
    "Talk to a human",
    "thanks",
    "thanks",
    "👍",
    "",
    "\u{202e}a\u{0}b",
    "is the domain example.org free, or 5 € a year",
    "xyzzy",
    "xyzzy",
];

/// Everything the bot says, keeps and notes.
fn replayed() -> String {
    let mut chat = Chat::with_default().session(7);
    let answers: Vec<Answer> = LOG.iter().map(|text| chat.say(text)).collect();
    serde_json::to_string(&answers).unwrap()
}

#[test]
fn same_log_gives_the_same_bytes_in_another_process() {
    const BEGIN: &str = "replayed: ";
    if env::var_os(REPLAYING).is_some() {
        println!("{BEGIN}{}", replayed());
        return;
    }
    // Another process has other seeds for its hash maps, and other addresses.
    let other = Command::new(env::current_exe().unwrap())
        .args([
            "bot::tests::replay::same_log_gives_the_same_bytes_in_another_process",
            "--exact",
            "--nocapture",
        ])
        .env(REPLAYING, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8(other.stdout).unwrap();
    let found = printed.lines().find_map(|line| line.split_once(BEGIN)).map(|(_, answers)| answers);
    assert_eq!(found, Some(replayed().as_str()), "{printed}");
}
