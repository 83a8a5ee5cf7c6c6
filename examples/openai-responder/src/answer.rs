//! The model's answer, piece by piece.

use serde::Deserialize;
use support_core::responder::{Draft, Finish, ResponderError};

use crate::prompt::NO_ANSWER;

/// What has been heard of an answer.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    end: Option<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The model has said what it wanted to say.
    Complete,
    /// It, or a filter before it, will not answer.
    Declined,
}

/// One event of the stream; what is not named here is not needed.
#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    error: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Delta {
    content: Option<String>,
    refusal: Option<String>,
    tool_calls: Option<serde::de::IgnoredAny>,
}

impl Heard {
    /// Takes in the data of one event. `true` says that it was the last.
    pub(crate) fn take(&mut self, data: &str, draft: &mut Draft) -> Result<bool, ResponderError> {
        if data == "[DONE]" {
            return Ok(true);
        }
        let chunk: Chunk = serde_json::from_str(data)
            .map_err(|error| ResponderError::new("the stream holds what is not JSON").caused_by(error))?;
        if chunk.error.is_some() {
            return Err(ResponderError::new("the endpoint failed within its answer"));
        }
        // One answer was asked for. The last event may hold figures alone.
        let Some(choice) = chunk.choices.into_iter().next() else { return Ok(false) };
        if choice.delta.tool_calls.is_some() {
            return Err(ResponderError::new("the model called a tool, and has none"));
        }
        if choice.delta.refusal.is_some_and(|refusal| !refusal.is_empty()) {
            self.end = Some(End::Declined);
        }
        if let Some(piece) = choice.delta.content {
            draft.push(&piece)?;
        }
        match choice.finish_reason.as_deref() {
            None => {}
            Some("stop") => self.end = self.end.or(Some(End::Complete)),
            Some("content_filter") => self.end = Some(End::Declined),
            Some("length") => return Err(ResponderError::new("the model was cut off")),
            Some(_) => return Err(ResponderError::new("the model ended in a way that is not known")),
        }
        Ok(false)
    }

    /// How it ended, when no more comes.
    pub(crate) fn finish(self, draft: &Draft) -> Result<Finish, ResponderError> {
        match self.end {
            None => Err(ResponderError::new("the stream broke off")),
            Some(End::Declined) => Ok(Finish::Declined),
            Some(End::Complete) if draft.text().contains(NO_ANSWER) => Ok(Finish::Declined),
            Some(End::Complete) => Ok(Finish::Complete),
        }
    }
}
