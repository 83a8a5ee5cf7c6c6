//! `GET /support/tickets`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{TestDesk, fields, path};

/// Five tickets a minute apart, of two customers, in different states.
async fn five(desk: &TestDesk) {
    let (ann, bob, ada) = (desk.user("ann"), desk.user("bob"), desk.admin("ada"));
    desk.admin("bea").get("/support/tickets").await.json(200);
    let tickets = [
        (&ann, json!({ "subject": "A", "priority": "low", "category": "billing", "tags": ["x"] }), json!({})),
        (
            &bob,
            json!({ "subject": "B", "priority": "urgent", "category": "sales" }),
            json!({ "status": "on_hold" }),
        ),
        (&ann, json!({ "subject": "C", "tags": ["x", "y"] }), json!({ "assigned_to": "ada" })),
        (
            &bob,
            json!({ "subject": "D", "priority": "high", "category": "billing" }),
            json!({ "status": "resolved" }),
        ),
        (&ann, json!({ "subject": "E", "tags": ["y"] }), json!({ "assigned_to": "bea", "status": "closed" })),
    ];
    for (caller, fields, change) in tickets {
        let ticket = caller.open_ticket(fields).await;
        ada.patch(&path(&ticket), change).await.json(200);
        desk.clock.advance(TimeDelta::minutes(1));
    }
}

async fn sorted(caller: &crate::harness::Caller<'_>, query: &str) -> String {
    let mut subjects = caller.subjects(query).await;
    subjects.sort();
    subjects.concat()
}

async fn customers_list_their_own_and_staff_all(desk: &TestDesk) {
    five(desk).await;
    assert_eq!(sorted(&desk.user("ann"), "").await, "ACE");
    assert_eq!(sorted(&desk.user("bob"), "").await, "BD");
    assert_eq!(sorted(&desk.user("eve"), "").await, "");
    assert_eq!(sorted(&desk.admin("ada"), "").await, "ABCDE");
    // No filter leads out of one's own.
    assert_eq!(sorted(&desk.user("bob"), "?requester=ann").await, "");
    assert_eq!(sorted(&desk.user("bob"), "?search=A").await, "");
}

async fn items_are_whole_tickets(desk: &TestDesk) {
    let ticket = desk.user("ann").open_ticket(json!({ "custom_fields": { "a": 1 } })).await;
    let list = desk.user("ann").get("/support/tickets").await.json(200);
    assert_eq!(list, json!({ "items": [ticket], "next_cursor": null }));
}

async fn filters_narrow_and_repeated_ones_widen(desk: &TestDesk) {
    five(desk).await;
    let cases = [
        ("?status=open", "A"),
        ("?status=open&status=on_hold", "AB"),
        ("?status=in_progress", "C"),
        ("?status=resolved&status=closed", "DE"),
        ("?status=waiting_for_customer", ""),
        ("?status=", "ABCDE"),
        ("?priority=medium", "CE"),
        ("?priority=low&priority=urgent", "AB"),
        ("?category=billing", "AD"),
        ("?category=billing&category=sales", "ABD"),
        ("?category=other", ""),
        ("?tag=x", "AC"),
        ("?tag=x&tag=y", "ACE"),
        ("?assigned_to=me", "C"),
        ("?assigned_to=bea", "E"),
        ("?assigned_to=none", "ABD"),
        ("?assigned_to=me&assigned_to=none", "ABCD"),
        ("?assigned_to=nobody-knows", ""),
        ("?requester=ann", "ACE"),
        ("?requester=ann&requester=bob", "ABCDE"),
        ("?requester=ann&tag=y&status=closed", "E"),
        ("?requester=ann&priority=urgent", ""),
        ("?created_after=2026-01-14T10:02:00Z", "CDE"),
        ("?created_before=2026-01-14T10:02:00Z", "AB"),
        ("?created_after=2026-01-14T10:01:00Z&created_before=2026-01-14T10:03:00Z", "BC"),
        ("?created_after=2026-01-14T11:02:00.000001%2B01:00", "DE"),
    ];
    for (query, expected) in cases {
        assert_eq!(sorted(&desk.admin("ada"), query).await, expected, "{query}");
    }
}

async fn every_order_is_served(desk: &TestDesk) {
    five(desk).await;
    let cases = [
        ("", "EDCBA"),
        ("?sort=updated_at", "ABCDE"),
        ("?sort=-updated_at", "EDCBA"),
        ("?sort=created_at", "ABCDE"),
        ("?sort=-created_at", "EDCBA"),
        ("?sort=priority", "AECDB"),
        ("?sort=-priority", "BDECA"),
        ("?sort=waiting", "ABCED"),
    ];
    for (query, expected) in cases {
        assert_eq!(desk.admin("ada").subjects(query).await.concat(), expected, "{query}");
    }
}

async fn search_covers_what_the_caller_may_read(desk: &TestDesk) {
    let (ann, ada) = (desk.user("ann"), desk.admin("ada"));
    let one = ann.open_ticket(json!({ "subject": "Invoice", "description": "Über 100%" })).await;
    ann.open_ticket(json!({ "subject": "Password", "description": "Lost it" })).await;
    let replies = format!("{}/replies", path(&one));
    ada.post(&replies, json!({ "message": "Refund is coming" })).await.json(201);
    ada.post(&replies, json!({ "message": "Fraudster", "internal": true })).await.json(201);
    let cases = [
        ("invoice", "Invoice", "Invoice"),
        ("INV", "Invoice", "Invoice"),
        ("uber", "Invoice", "Invoice"),
        ("lost", "Password", "Password"),
        ("refund+com", "Invoice", "Invoice"),
        ("fraudster", "Invoice", ""),
        ("tkt-20260114-0002", "Password", "Password"),
        ("invoice+lost", "", ""),
        ("%22*+OR+1%3D1+--", "", ""),
        ("%25", "", ""),
    ];
    for (words, for_staff, for_customer) in cases {
        let query = format!("?search={words}");
        assert_eq!(ada.subjects(&query).await.concat(), for_staff, "{words}");
        assert_eq!(ann.subjects(&query).await.concat(), for_customer, "{words}");
    }
    assert_eq!(ada.subjects("?search=+").await.len(), 2);
}

async fn page(desk: &TestDesk, query: &str) -> (String, Option<String>) {
    let page = desk.admin("ada").get(&format!("/support/tickets{query}")).await.json(200);
    let subjects: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|ticket| ticket["subject"].as_str().unwrap()).collect();
    (subjects.concat(), page["next_cursor"].as_str().map(str::to_owned))
}

async fn pages_follow_each_other_while_tickets_arrive(desk: &TestDesk) {
    five(desk).await;
    let sorts =
        [("-created_at", ["ED", "CB", "A"]), ("priority", ["AE", "CD", "B"]), ("waiting", ["AB", "CE", "D"])];
    for (sort, pages) in sorts {
        let mut cursor = String::new();
        for expected in pages {
            let (subjects, next) = page(desk, &format!("?sort={sort}&limit=2{cursor}")).await;
            assert_eq!(subjects, expected, "{sort}");
            cursor = next.map_or_else(|| "END".to_owned(), |next| format!("&cursor={next}"));
        }
        assert_eq!(cursor, "END");
    }
    let (_, next) = page(desk, "?sort=-created_at&limit=2").await;
    desk.user("ann").open_ticket(json!({ "subject": "F" })).await;
    let (subjects, _) = page(desk, &format!("?sort=-created_at&limit=2&cursor={}", next.unwrap())).await;
    assert_eq!(subjects, "CB");
}

async fn a_cursor_belongs_to_its_filter_and_its_caller(desk: &TestDesk) {
    five(desk).await;
    let (_, next) = page(desk, "?limit=2").await;
    let cursor = next.unwrap();
    let good = format!("/support/tickets?limit=3&cursor={cursor}");
    desk.admin("ada").get(&good).await.json(200);
    for caller in [desk.user("ann"), desk.admin("bea")] {
        caller.get(&good).await.problem(400, "bad_cursor");
    }
    for query in ["&status=open", "&sort=created_at", "&search=x"] {
        desk.admin("ada").get(&format!("{good}{query}")).await.problem(400, "bad_cursor");
    }
    for broken in ["x", "%00", &cursor[1..]] {
        let answer = desk.admin("ada").get(&format!("/support/tickets?cursor={broken}")).await;
        answer.problem(400, "bad_cursor");
    }
}

async fn every_bad_parameter_is_named_at_once(desk: &TestDesk) {
    let long = "x".repeat(201);
    let query = format!(
        "?status=open&status=canary&priority=canary&category=Can+ary&tag={long}&assigned_to={long}&requester={long}\
         &search={long}&created_after=canary&created_before=2026-13-01T00:00:00Z&sort=canary&limit=0&canary=1"
    );
    let answer = desk.admin("ada").get(&format!("/support/tickets{query}")).await;
    let expected = fields(&[
        ("/status", "invalid_format"),
        ("/priority", "invalid_format"),
        ("/category", "invalid_format"),
        ("/tag", "too_long"),
        ("/assigned_to", "too_long"),
        ("/requester", "too_long"),
        ("/search", "too_long"),
        ("/created_after", "invalid_format"),
        ("/created_before", "invalid_format"),
        ("/sort", "invalid_format"),
        ("/limit", "out_of_range"),
        ("/canary", "unknown_parameter"),
    ]);
    assert_eq!(answer.refused(), expected);
    // The name of the unknown parameter is in its pointer, and nothing else of what was sent.
    assert_eq!(answer.text.matches("canary").count(), 1);
    assert!(!answer.text.contains(&long));
}

async fn parameters_are_read_strictly(desk: &TestDesk) {
    let cases = [
        ("limit=101", "/limit", "out_of_range"),
        ("limit=-1", "/limit", "out_of_range"),
        ("limit=99999999999999999999", "/limit", "out_of_range"),
        ("limit=5.0", "/limit", "invalid_format"),
        ("limit=%2B5", "/limit", "invalid_format"),
        ("limit=1&limit=2", "/limit", "duplicate_parameter"),
        ("sort=created_at&sort=priority", "/sort", "duplicate_parameter"),
        ("sort=-waiting", "/sort", "invalid_format"),
        ("status=open,on_hold", "/status", "invalid_format"),
        ("status=OPEN", "/status", "invalid_format"),
        ("created_after=2026-01-14", "/created_after", "invalid_format"),
        ("search=a%00b", "/search", "control_character"),
        ("tag=a%0Ab", "/tag", "control_character"),
        ("requester=a%00b", "/requester", "control_character"),
    ];
    for (query, pointer, code) in cases {
        let answer = desk.admin("ada").get(&format!("/support/tickets?{query}")).await;
        assert_eq!(answer.refused(), fields(&[(pointer, code)]), "{query}");
        desk.anonymous().get(&format!("/support/tickets?{query}")).await.problem(401, "unauthenticated");
    }
    for query in ["limit=1", "limit=100", "limit=", "sort=", "search=&cursor="] {
        desk.admin("ada").get(&format!("/support/tickets?{query}")).await.json(200);
    }
}

/// S-12: what a caller finds in a list is what they can read one by one, and as many as the figures say.
async fn list_read_and_count_agree_s12(desk: &TestDesk) {
    five(desk).await;
    let all = desk.admin("ada").get("/support/tickets").await.json(200);
    for caller in [desk.user("ann"), desk.user("bob"), desk.user("eve"), desk.admin("ada")] {
        let mut readable = Vec::new();
        for ticket in all["items"].as_array().unwrap() {
            let answer = caller.get(&path(ticket)).await;
            if answer.status.is_success() {
                readable.push(answer.json(200));
            } else {
                answer.problem(404, "not_found");
            }
        }
        let listed = caller.get("/support/tickets").await.json(200);
        assert_eq!(listed["items"], Value::Array(readable.clone()));
        assert_eq!(caller.get("/support/stats").await.json(200)["total"], readable.len());
    }
}

on_each_store!(
    without a bot:
    customers_list_their_own_and_staff_all,
    items_are_whole_tickets,
    filters_narrow_and_repeated_ones_widen,
    every_order_is_served,
    search_covers_what_the_caller_may_read,
    pages_follow_each_other_while_tickets_arrive,
    a_cursor_belongs_to_its_filter_and_its_caller,
    every_bad_parameter_is_named_at_once,
    parameters_are_read_strictly,
    list_read_and_count_agree_s12,
);
