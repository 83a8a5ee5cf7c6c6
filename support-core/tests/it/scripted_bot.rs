//! A bot that does what the test tells it to.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use support_core::bot::{Answer, Bot, BotError, Decision, HandoffReason, Turn, Visitor, Welcome};

/// Plays its steps in order, and says "noted" when it has none left. Its clones are the same bot.
#[derive(Clone, Default)]
pub(crate) struct ScriptedBot(Arc<Script>);

#[derive(Default)]
struct Script {
    welcome: Mutex<Option<WelcomeStep>>,
    steps: Mutex<VecDeque<Step>>,
    heard: Mutex<Vec<Turn>>,
}

enum WelcomeStep {
    Say(Welcome),
    Panic,
}

enum Step {
    Say(Box<Answer>),
    Fail,
    Panic,
    Never,
    /// Something happens while it thinks.
    Meanwhile(Box<dyn FnOnce() + Send>, Box<Answer>),
}

impl ScriptedBot {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn welcoming(self, text: &str) -> Self {
        self.welcoming_with(Welcome::new(text))
    }

    pub(crate) fn welcoming_with(self, welcome: Welcome) -> Self {
        *self.0.welcome.lock().unwrap() = Some(WelcomeStep::Say(welcome));
        self
    }

    pub(crate) fn panicking_at_welcome(self) -> Self {
        *self.0.welcome.lock().unwrap() = Some(WelcomeStep::Panic);
        self
    }

    pub(crate) fn says(self, text: &str) -> Self {
        self.answers(Answer::new(Decision::Answer, text))
    }

    pub(crate) fn answers(self, answer: Answer) -> Self {
        self.then(Step::Say(Box::new(answer)))
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
        self.answers_late(Answer::new(Decision::Answer, text), meanwhile);
    }

    /// Answers after something else has happened. May be called once the desk is built.
    pub(crate) fn answers_late(&self, answer: Answer, meanwhile: impl FnOnce() + Send + 'static) {
        self.clone().then(Step::Meanwhile(Box::new(meanwhile), Box::new(answer)));
    }

    fn then(self, step: Step) -> Self {
        self.0.steps.lock().unwrap().push_back(step);
        self
    }

    /// The messages it was asked about, in order.
    pub(crate) fn heard(&self) -> Vec<Turn> {
        self.0.heard.lock().unwrap().clone()
    }
}

/// Hands a session over.
pub(crate) fn handoff(text: &str) -> Answer {
    let mut answer = Answer::new(Decision::Handoff, text);
    answer.handoff = Some(HandoffReason::Asked);
    answer
}

/// Answers about a category.
pub(crate) fn about(category: &str, is_task: bool, text: &str) -> Answer {
    let mut answer = Answer::new(Decision::Answer, text);
    answer.category = Some(category.to_owned());
    answer.is_task = is_task;
    answer
}

impl fmt::Debug for ScriptedBot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedBot").finish_non_exhaustive()
    }
}

#[async_trait]
impl Bot for ScriptedBot {
    fn welcome(&self, _visitor: &Visitor) -> Option<Welcome> {
        // Let go of before it panics, so that the next caller finds it whole.
        let welcome = self.0.welcome.lock().unwrap().as_ref().map(|step| match step {
            WelcomeStep::Say(welcome) => Some(welcome.clone()),
            WelcomeStep::Panic => None,
        });
        welcome.map(|welcome| welcome.unwrap_or_else(|| panic!("as scripted")))
    }

    async fn answer(&self, turn: &Turn) -> Result<Answer, BotError> {
        self.0.heard.lock().unwrap().push(turn.clone());
        let step = self.0.steps.lock().unwrap().pop_front();
        match step {
            None => Ok(Answer::new(Decision::Answer, "noted")),
            Some(Step::Say(answer)) => Ok(*answer),
            Some(Step::Fail) => Err(BotError::new("as scripted")),
            Some(Step::Panic) => panic!("as scripted"),
            Some(Step::Never) => std::future::pending().await,
            Some(Step::Meanwhile(happens, answer)) => {
                happens();
                Ok(*answer)
            }
        }
    }
}
