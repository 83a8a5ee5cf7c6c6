//! What holds for every route below `/support`.

use axum::http::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Caller, TestDesk, path};

/// Every route about one ticket, with a body that is good where one is taken.
const ABOUT_A_TICKET: &[(Method, &str, &str)] = &[
    (Method::GET, "", ""),
    (Method::PATCH, "", r#"{"priority": "low"}"#),
    (Method::GET, "/replies", ""),
    (Method::POST, "/replies", r#"{"message": "Hello"}"#),
    (Method::POST, "/close", ""),
    (Method::POST, "/reopen", ""),
    (Method::POST, "/assign", r#"{"assigned_to": "me"}"#),
    (Method::GET, "/history", ""),
    (Method::GET, "/transcript", ""),
];

const ABOUT_NONE: &[(Method, &str, &str)] = &[
    (Method::GET, "/support/tickets", ""),
    (Method::POST, "/support/tickets", r#"{"subject": "a", "description": "b"}"#),
    (Method::GET, "/support/stats", ""),
    (Method::GET, "/support/agents", ""),
];

async fn send(caller: &Caller<'_>, method: &Method, path: &str, body: &str) -> Answer {
    let request = caller.request(method.clone(), path);
    match body {
        "" => request.send().await,
        body => request.raw("application/json", body.to_owned()).send().await,
    }
}

/// Every route, for a ticket with this id.
fn routes(id: &str) -> Vec<(Method, String, &'static str)> {
    let about = ABOUT_A_TICKET
        .iter()
        .map(|(method, rest, body)| (method.clone(), format!("/support/tickets/{id}{rest}"), *body));
    let others = ABOUT_NONE.iter().map(|(method, path, body)| (method.clone(), (*path).to_owned(), *body));
    about.chain(others).collect()
}

/// A problem without what differs between two requests for the same thing.
fn anonymized(mut problem: Value) -> Value {
    problem["request_id"] = Value::Null;
    problem
}

async fn guests_are_refused_everywhere(desk: &TestDesk) {
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    let guest = desk.new_guest().await;
    for id in
        [ticket["id"].as_str().unwrap(), "TKT-20260114-0001", "0199f000-0000-7000-8000-000000000000", "x"]
    {
        for (method, path, body) in routes(id) {
            send(&guest, &method, &path, body).await.problem(403, "forbidden");
            if method != Method::GET {
                send(&guest, &method, &path, r#"{"color": 1}"#).await.problem(403, "forbidden");
            }
            send(&guest, &method, &format!("{path}?color=red"), body).await.problem(403, "forbidden");
        }
    }
}

async fn strangers_are_asked_to_sign_in_s13(desk: &TestDesk) {
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    for (method, path, body) in routes(ticket["id"].as_str().unwrap()) {
        let answer = send(&desk.anonymous(), &method, &path, body).await;
        answer.problem(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"support\"");
        let bad = desk.anonymous().request(method.clone(), &path).header("Authorization", "Bearer nonsense");
        let answer = bad.send().await;
        answer.problem(401, "invalid_credentials");
        assert!(answer.header("www-authenticate").contains("invalid_token"));
    }
}

async fn two_credentials_are_one_too_many(desk: &TestDesk) {
    let request = desk.user("ann").request(Method::GET, "/support/tickets");
    let answer = request.header("X-Support-Session-Token", "sst_x").send().await;
    answer.problem(400, "ambiguous_credentials");
}

async fn unknown_and_foreign_tickets_look_alike_s15(desk: &TestDesk) {
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    let (id, number) = (ticket["id"].as_str().unwrap(), ticket["number"].as_str().unwrap());
    let bob = desk.user("bob");
    let unknown = ["0199f000-0000-7000-8000-000000000000", "TKT-20260114-0099", "x", "%00", "{id}"];
    for (method, rest, body) in ABOUT_A_TICKET {
        let ask = async |id: &str, body: &str| {
            let answer = send(&bob, method, &format!("/support/tickets/{id}{rest}"), body).await;
            anonymized(answer.problem(404, "not_found"))
        };
        let foreign = ask(id, body).await;
        assert_eq!(ask(number, body).await, foreign, "{method} {rest}");
        for id in unknown {
            assert_eq!(ask(id, body).await, foreign, "{method} {rest} {id}");
        }
        // Nor does a broken request tell them apart.
        if !body.is_empty() {
            assert_eq!(ask(id, r#"{"color": 1}"#).await, foreign, "{method} {rest}");
        }
    }
}

async fn another_tenant_has_none_of_it(desk: &TestDesk) {
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    let elsewhere = |method, path: &str| {
        desk.anonymous().request(method, path).header("Authorization", "Test admin ada elsewhere").send()
    };
    elsewhere(Method::GET, &path(&ticket)).await.problem(404, "not_found");
    let list = elsewhere(Method::GET, "/support/tickets").await.json(200);
    assert_eq!(list, json!({ "items": [], "next_cursor": null }));
    assert_eq!(elsewhere(Method::GET, "/support/stats").await.json(200)["total"], 0);
}

async fn a_ticket_goes_by_its_id_and_its_number(desk: &TestDesk) {
    let ticket = desk.user("ann").open_ticket(json!({})).await;
    let (id, number) = (ticket["id"].as_str().unwrap(), ticket["number"].as_str().unwrap());
    for name in [id, number, &id.to_uppercase(), &number.to_lowercase()] {
        for caller in [desk.user("ann"), desk.admin("ada")] {
            let answer = caller.get(&format!("/support/tickets/{name}")).await;
            assert_eq!(answer.json(200), ticket, "{name}");
            assert_eq!(answer.header("etag"), "\"1\"");
        }
    }
    // One object has one id: what else a UUID parser takes is none.
    for name in [id.replace('-', ""), format!("urn:uuid:{id}"), format!("%7B{id}%7D")] {
        desk.admin("ada").get(&format!("/support/tickets/{name}")).await.problem(404, "not_found");
    }
}

async fn unknown_parameters_are_refused_on_every_route(desk: &TestDesk) {
    let ticket = desk.admin("ada").open_ticket(json!({})).await;
    let before = desk.admin("ada").read_ticket(&ticket).await;
    for (method, path, body) in routes(ticket["id"].as_str().unwrap()) {
        let answer = send(&desk.admin("ada"), &method, &format!("{path}?color=red&p/q"), body).await;
        let refused = answer.refused();
        assert!(refused.iter().any(|(pointer, code)| pointer == "/color" && code == "unknown_parameter"));
        assert!(!answer.text.contains("red\""), "{}", answer.text);
    }
    assert_eq!(desk.admin("ada").read_ticket(&ticket).await, before);
    assert_eq!(desk.admin("ada").subjects("").await.len(), 1);
}

async fn wrong_methods_are_named_and_unknown_routes_not_found(desk: &TestDesk) {
    let ada = desk.admin("ada");
    let answer = ada.request(Method::DELETE, "/support/tickets").send().await;
    answer.problem(405, "method_not_allowed");
    assert!(answer.header("allow").contains("POST"));
    ada.get("/support").await.problem(404, "not_found");
    ada.get("/support/tickets/").await.problem(404, "not_found");
    ada.get("/support/nothing").await.problem(404, "not_found");
}

on_each_store!(
    without a bot:
    guests_are_refused_everywhere,
    strangers_are_asked_to_sign_in_s13,
    two_credentials_are_one_too_many,
    unknown_and_foreign_tickets_look_alike_s15,
    another_tenant_has_none_of_it,
    a_ticket_goes_by_its_id_and_its_number,
    unknown_parameters_are_refused_on_every_route,
    wrong_methods_are_named_and_unknown_routes_not_found,
);
