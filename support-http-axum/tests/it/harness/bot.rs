//! A bot that says what it heard.

use async_trait::async_trait;
use support_core::bot::{
    Answer, Bot, BotError, Decision, KnowledgeBase, RuleBot, Suggestion, Turn, Visitor, Welcome,
};

/// A knowledge base that knows of prices and of people.
pub(crate) const KNOWLEDGE: &str = r#"[bot]
name = "Sam"
languages = ["en"]
[[category]]
id = "pricing"
title = "Prices"
patterns = [{ re = "prices?|costs?" }]
response = [{ text = ["They are low."] }]
[[category]]
id = "hours"
title = "Opening hours"
patterns = [{ re = "open" }]
response = [{ text = ["From nine to five."] }]
[[category]]
id = "human"
title = "A human"
handoff = "asked"
patterns = [{ re = "human" }]
response = [{ text = ["One moment."] }]
"#;

/// The bot that ships, with [`KNOWLEDGE`].
pub(crate) fn small_bot() -> RuleBot {
    RuleBot::new(KnowledgeBase::parse(KNOWLEDGE, "small.toml").unwrap())
}

/// Says what it heard. Some words make it do something else: `human` hands over, `billing` is a category, `panic`,
/// `forever` and what begins with `fail` are what they say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EchoBot;

#[async_trait]
impl Bot for EchoBot {
    fn welcome(&self, _: &Visitor) -> Option<Welcome> {
        Some(Welcome::new("Welcome!"))
    }

    async fn answer(&self, turn: &Turn) -> Result<Answer, BotError> {
        match turn.text.as_str() {
            "panic" => panic!("as scripted"),
            text if text.starts_with("fail") => Err(BotError::new("as scripted")),
            "forever" => std::future::pending().await,
            "human" => Ok(Answer::new(Decision::Handoff, "One moment.")),
            text => {
                let mut answer = Answer::new(Decision::Answer, format!("You said: {text}"));
                let billing = text.contains("billing").then(|| "billing".to_owned());
                answer.is_task = billing.is_some();
                answer.category = turn.intent_id.clone().or(billing);
                answer.suggestions = vec![
                    Suggestion { label: "Prices".to_owned(), intent_id: Some("pricing".to_owned()) },
                    Suggestion { label: "Something else".to_owned(), intent_id: None },
                ];
                Ok(answer)
            }
        }
    }
}
