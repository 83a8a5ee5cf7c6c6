//! `ETag` and `If-Match`: nobody overwrites what they have not seen.

use axum::http::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, TestDesk, at, path};

async fn post(by: &Caller<'_>, path: &str, if_match: &str, body: &Value) -> Answer {
    by.request(Method::POST, path).header("If-Match", if_match).json(body).send().await
}

async fn r_24_one_of_many_writers_wins(desk: &TestDesk) {
    let assigned = json!({ "assigned_to": "me" });
    for agent in 0..8 {
        desk.admin(&format!("agent-{agent}")).get("/support/agents").await.json(200);
    }
    for _ in 0..3 {
        let chat = desk.user("ann").start_chat(json!({})).await;
        let ticket = desk.user("ann").open_ticket(json!({})).await;
        for object in [at(&chat), path(&ticket)] {
            let mut sent = tokio::task::JoinSet::new();
            for agent in 0..8 {
                let agent = desk.admin(&format!("agent-{agent}"));
                let request = agent.request(Method::POST, &format!("{object}/assign"));
                sent.spawn(request.header("If-Match", "\"1\"").json(&assigned).send());
            }
            let answers = sent.join_all().await;
            let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
            assert_eq!(won.len(), 1, "{object}");
            for answer in lost {
                assert_eq!(answer.problem(412, "stale_version")["version"], 2);
            }
            let kept = desk.admin("ada").get(&object).await.json(200);
            assert_eq!(kept["assigned_to"], won[0].json(200)["assigned_to"]);
        }
    }
}

async fn every_change_of_a_chat_holds_to_if_match(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    let steps = [
        ("handoff", json!({})),
        ("assign", json!({ "assigned_to": "me" })),
        ("close", json!({})),
        ("rate", json!({ "rating": 5 })),
        ("archive", json!({})),
        ("reopen", json!({})),
    ];
    for (verb, body) in steps {
        let by = if verb == "rate" { &ann } else { &ada };
        let route = format!("{}/{verb}", at(&chat));
        let current = by.get(&at(&chat)).await;
        let version = current.json(200)["version"].as_u64().unwrap();
        assert_eq!(current.header("etag"), format!("\"{version}\""));
        for stale in [
            format!("\"{}\"", version + 1),
            "\"0\"".to_owned(),
            "\"x\"".to_owned(),
            format!("W/\"{version}\""),
        ] {
            let answer = post(by, &route, &stale, &body).await;
            assert_eq!(answer.problem(412, "stale_version")["version"], version, "{verb} {stale}");
        }
        for malformed in [format!("{version}"), "\"".to_owned(), String::new()] {
            post(by, &route, &malformed, &body).await.problem(400, "bad_request");
        }
        assert_eq!(by.get(&at(&chat)).await.text, current.text, "{verb}");
        let list = format!("\"99\", W/\"{version}\", \"{version}\"");
        let answer = post(by, &route, &list, &body).await;
        let changed = answer.json(200);
        assert_eq!(changed["version"], version + 1, "{verb}");
        assert_eq!(answer.header("etag"), format!("\"{}\"", version + 1));
        // Done already, and it still holds.
        assert_eq!(post(by, &route, "*", &body).await.json(200)["version"], version + 1);
    }
}

async fn a_stale_version_comes_before_the_state(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let chat = ann.start_chat(json!({})).await;
    let archive = format!("{}/archive", at(&chat));
    post(&ada, &archive, "\"7\"", &json!({})).await.problem(412, "stale_version");
    post(&ada, &archive, "\"1\"", &json!({})).await.problem(409, "session_active");
    // And after who may do this at all.
    post(&ann, &archive, "\"7\"", &json!({})).await.problem(403, "forbidden");
    post(&desk.user("bob"), &archive, "\"7\"", &json!({})).await.problem(404, "not_found");
    post(&ada, &archive, "\"7\"", &json!({ "color": 1 })).await.problem(422, "validation");
}

on_each_store!(r_24_one_of_many_writers_wins, every_change_of_a_chat_holds_to_if_match,);

on_each_store!(
    without a bot:
    a_stale_version_comes_before_the_state,
);
