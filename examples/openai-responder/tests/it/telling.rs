//! What is asked, and what is shown of a good answer.

use serde_json::json;

use crate::{
    fake::{delta, end, piece, saying, stream_head},
    scene::{QUESTION, play, play_with},
};

#[tokio::test]
async fn a_grounded_answer_is_shown_whole_and_said_to_be_generated() {
    let scene = play(QUESTION, saying("Snapshots are kept for 14 days. They cost 2.50 € each.")).await;
    assert_eq!(scene.seen.last(), "Snapshots are kept for 14 days. They cost 2.50 € each.");
    let metadata = scene.seen.messages.last().unwrap().3.as_map();
    assert_eq!((&metadata["decision"], &metadata["generated"]), (&json!("answer"), &json!(true)));
    let noted = scene.noted.unwrap();
    assert_eq!((&noted["outcome"], &noted["responder"]), (&json!("answered"), &json!("openai:fake-1")));
}

#[tokio::test]
async fn the_request_streams_has_no_tools_and_names_nobody() {
    let scene = play(QUESTION, saying("14 days.")).await;
    let asked = scene.fake.asked();
    assert_eq!(asked.len(), 1);
    let (head, body) = (&asked[0].head, &asked[0].body);
    assert!(head.starts_with("post /v1/chat/completions "), "{head}");
    assert!(head.contains("authorization: bearer sk-test"), "{head}");
    let mut keys: Vec<_> = body.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["messages", "model", "stream"]);
    assert_eq!((&body["stream"], &body["model"]), (&json!(true), &json!("fake-1")));
    let data = body["messages"][1]["content"].as_str().unwrap();
    assert!(data.contains(QUESTION) && data.contains("kept for 14 days"), "{data}");
    assert!(!body.to_string().contains("ann"), "{body}");
}

#[tokio::test]
async fn an_endpoint_without_a_key_gets_none() {
    let scene = play_with(QUESTION, saying("14 days."), |settings| settings.api_key = None).await;
    assert!(!scene.fake.asked()[0].head.contains("authorization"));
    assert_eq!(scene.seen.last(), "14 days.");
}

#[tokio::test]
async fn what_the_bot_knows_is_not_asked() {
    let scene = play("How much do your plans cost?", saying("Nothing.")).await;
    assert_eq!((scene.fake.asked().len(), scene.noted), (0, None));
}

#[tokio::test]
async fn a_wish_for_a_human_is_not_asked() {
    let scene = play("I want to talk to a human", saying("No.")).await;
    assert_eq!((scene.fake.asked().len(), scene.noted), (0, None));
}

#[tokio::test]
async fn markdown_is_shown_as_plain_text() {
    let scene = play(QUESTION, saying("**14 days**, see [here](https://example.org/snapshots).")).await;
    assert_eq!(scene.seen.last(), "14 days, see here (https://example.org/snapshots).");
}

#[tokio::test]
async fn events_without_a_choice_and_empty_pieces_are_passed_over() {
    let mut steps = vec![stream_head(), delta(&json!({ "role": "assistant", "content": "" }), None)];
    steps.extend([piece("14 days."), crate::fake::event(r#"{"choices":[],"usage":{"total_tokens":9}}"#)]);
    steps.extend(end());
    assert_eq!(play(QUESTION, steps).await.seen.last(), "14 days.");
}
