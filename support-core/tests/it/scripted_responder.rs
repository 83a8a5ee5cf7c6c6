//! A responder that does what the test tells it to.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use support_core::responder::{Draft, Finish, Question, Responder, ResponderError};

/// Plays its steps in order, and declines when it has none left. Its clones are the same responder.
#[derive(Clone, Default)]
pub(crate) struct ScriptedResponder(Arc<Script>);

#[derive(Default)]
struct Script {
    steps: Mutex<VecDeque<Step>>,
    asked: Mutex<Vec<Question>>,
}

enum Step {
    Say(Vec<String>),
    Fail,
    Panic,
    Never,
    /// Something happens while it writes.
    Meanwhile(Box<dyn FnOnce() + Send>, String),
}

impl ScriptedResponder {
    pub(crate) fn says(self, text: &str) -> Self {
        self.says_in_pieces(&[text])
    }

    pub(crate) fn says_in_pieces(self, pieces: &[&str]) -> Self {
        self.then(Step::Say(pieces.iter().map(|&piece| piece.to_owned()).collect()))
    }

    pub(crate) fn fails(self) -> Self {
        self.then(Step::Fail)
    }

    pub(crate) fn panics(self) -> Self {
        self.then(Step::Panic)
    }

    pub(crate) fn never_returns(self) -> Self {
        self.then(Step::Never)
    }

    /// Says something after something else has happened. May be called once the desk is built.
    pub(crate) fn says_late(&self, text: &str, meanwhile: impl FnOnce() + Send + 'static) {
        self.clone().then(Step::Meanwhile(Box::new(meanwhile), text.to_owned()));
    }

    fn then(self, step: Step) -> Self {
        self.0.steps.lock().unwrap().push_back(step);
        self
    }

    /// What it was asked, in order.
    pub(crate) fn asked(&self) -> Vec<Question> {
        self.0.asked.lock().unwrap().clone()
    }
}

impl fmt::Debug for ScriptedResponder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedResponder").finish_non_exhaustive()
    }
}

#[async_trait]
impl Responder for ScriptedResponder {
    fn name(&self) -> &str {
        "scripted"
    }

    async fn respond(&self, question: &Question, draft: &mut Draft) -> Result<Finish, ResponderError> {
        self.0.asked.lock().unwrap().push(question.clone());
        let step = self.0.steps.lock().unwrap().pop_front();
        match step {
            None => return Ok(Finish::Declined),
            Some(Step::Say(pieces)) => {
                for piece in pieces {
                    draft.push(&piece)?;
                }
            }
            Some(Step::Fail) => return Err(ResponderError::new("as\u{0}scripted")),
            Some(Step::Panic) => panic!("as scripted"),
            Some(Step::Never) => std::future::pending().await,
            Some(Step::Meanwhile(happens, text)) => {
                happens();
                draft.push(&text)?;
            }
        }
        Ok(Finish::Complete)
    }
}
