//! What the bot says when no category speaks: welcome, misses, questions back and handoffs.

use std::collections::BTreeMap;

use super::responses::Responses;

/// A situation the engine itself has words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reply {
    /// The first words of a conversation.
    Welcome,
    /// A first miss: the customer is asked to say it in other words.
    Rephrase,
    /// A few categories are likely.
    DidYouMean,
    /// Put before an answer of which only one wording exists, when it would come twice running.
    Again,
    /// The label of the suggestion that declines every choice.
    SomethingElse,
    /// A second miss in a row.
    HandoffNotUnderstood,
    /// The same message again, or the same answer did not help.
    HandoffRepeated,
}

impl Reply {
    pub(super) const ALL: [Self; 7] = [
        Self::Welcome,
        Self::Rephrase,
        Self::DidYouMean,
        Self::Again,
        Self::SomethingElse,
        Self::HandoffNotUnderstood,
        Self::HandoffRepeated,
    ];

    /// Its key in the memory and in the trace: the colon keeps it apart from the ids of categories.
    pub(super) fn memory_key(self) -> &'static str {
        match self {
            Self::Welcome => ":welcome",
            Self::Rephrase => ":rephrase",
            Self::DidYouMean => ":did_you_mean",
            Self::Again => ":again",
            Self::SomethingElse => ":something_else",
            Self::HandoffNotUnderstood => ":handoff_not_understood",
            Self::HandoffRepeated => ":handoff_repeated",
        }
    }

    /// Its key in the file.
    pub(super) fn key(self) -> &'static str {
        self.memory_key().trim_start_matches(':')
    }

    /// What is said if the file has no words of its own.
    fn standard(self) -> Responses {
        Responses::plain(match self {
            Self::Welcome => &[
                "Hi, I'm {bot}, an automated assistant. What can I do for you?",
                "Welcome! I'm {bot}, a bot. Ask me anything, or ask for a human at any time.",
            ],
            Self::Rephrase => &[
                "Sorry, I'm not sure what you mean. Could you put it in other words?",
                "I didn't quite get that. Can you say it differently, or pick one of these?",
            ],
            Self::DidYouMean => {
                &["Is it one of these?", "I'm not sure I understood. Did you mean one of these?"]
            }
            Self::Again => &["As I said:", "Once more:"],
            Self::SomethingElse => &["Something else"],
            Self::HandoffNotUnderstood => &[
                "I'm not able to answer this one, so I'm passing you to a colleague. They can see what you wrote \
                 and will reply here.",
                "This is beyond me. A human colleague takes over now, reads what you wrote and replies here.",
            ],
            Self::HandoffRepeated => &[
                "I'm going round in circles, sorry. A human colleague takes over now and will reply here.",
                "I don't seem to be helping, so I'm passing you to a colleague, who will reply here.",
            ],
        })
    }
}

/// The words for every situation.
#[derive(Debug)]
pub(super) struct Replies(BTreeMap<Reply, Responses>);

impl Replies {
    /// Fills up with standard words what the file leaves out.
    pub(super) fn new(mut written: BTreeMap<Reply, Responses>) -> Self {
        Self(
            Reply::ALL
                .into_iter()
                .map(|reply| (reply, written.remove(&reply).unwrap_or_else(|| reply.standard())))
                .collect(),
        )
    }

    /// The words for a situation.
    pub(super) fn of(&self, reply: Reply) -> &Responses {
        self.0.get(&reply).expect("every situation has words, written or standard")
    }
}
