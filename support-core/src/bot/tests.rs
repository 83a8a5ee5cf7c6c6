//! The bot as the desk sees it: turns in, answers out.

mod built_in;
mod decisions;
mod dialogue;
mod properties;
mod questions;
mod replay;
mod typing;

use chrono::DateTime;
use uuid::Uuid;

use super::*;

/// A conversation with one bot.
struct Chat {
    bot: RuleBot,
    visitor: Visitor,
    dialogue: Dialogue,
}

impl Chat {
    fn with_default() -> Self {
        Self::with(RuleBot::default())
    }

    fn with(bot: RuleBot) -> Self {
        Self { bot, visitor: Visitor::default(), dialogue: Dialogue::default() }
    }

    fn session(mut self, number: u128) -> Self {
        self.visitor.session_id = Uuid::from_u128(number);
        self
    }

    fn say(&mut self, text: &str) -> Answer {
        self.turn(text, None)
    }

    fn click(&mut self, suggestion: &Suggestion) -> Answer {
        self.turn(&suggestion.label, suggestion.intent_id.clone())
    }

    fn turn(&mut self, text: &str, intent_id: Option<String>) -> Answer {
        let turn = Turn::new(self.visitor.clone(), text, self.dialogue.clone(), DateTime::UNIX_EPOCH);
        let answer = self.bot.reply(&turn.with_intent(intent_id));
        self.dialogue = answer.dialogue.clone();
        answer
    }
}

fn labels(suggestions: &[Suggestion]) -> Vec<&str> {
    suggestions.iter().map(|suggestion| suggestion.label.as_str()).collect()
}
