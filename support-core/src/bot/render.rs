//! From a verdict to what the customer reads, and to what the bot remembers of it.

use chrono::{DateTime, FixedOffset};

use super::{
    Answer, Decision, HandoffReason, Suggestion, Trace, Turn, Visitor, Welcome,
    condition::Facts,
    decide::{Ruling, Verdict},
    fingerprint::{self, fingerprint},
    knowledge::{KnowledgeBase, SOMETHING_ELSE},
    memory::Memory,
    normalize::Normalized,
    replies::Reply,
    responses::{Responses, Scene},
    slots::{Asking, Prompt},
};

/// The first words of a conversation.
pub(super) fn welcome(knowledge: &KnowledgeBase, visitor: &Visitor) -> Welcome {
    let mut stage = Stage {
        knowledge,
        visitor,
        // Nobody has written yet; the first words do not depend on the hour.
        now: DateTime::UNIX_EPOCH.with_timezone(&knowledge.offset),
        heard: &Normalized::default(),
        memory: Memory::default(),
        trace: Trace::default(),
    };
    let text = stage.say(Words::Reply(Reply::Welcome), "welcome");
    let suggestions = knowledge.menu.clone();
    stage.memory.offered.clone_from(&suggestions);
    let dialogue = stage.memory.store();
    Welcome { text, suggestions, dialogue }
}

/// Puts a ruling into words.
pub(super) fn answer(
    knowledge: &KnowledgeBase,
    turn: &Turn,
    heard: &Normalized,
    memory: Memory,
    ruling: &Ruling,
    trace: Trace,
) -> Answer {
    let now = turn.now.with_timezone(&knowledge.offset);
    let mut stage = Stage { knowledge, visitor: &turn.visitor, now, heard, memory, trace };
    stage.memory.heard = Some(fingerprint::of_text(heard.text()));
    stage.memory.choosing = false;
    stage.take_in(&ruling.asking);
    let mut answer = match &ruling.verdict {
        Verdict::Answer(index) => stage.answered(*index, ruling.asking.prompt),
        Verdict::DidYouMean(choices) => stage.did_you_mean(choices),
        Verdict::Fallback => stage.fallback(),
        Verdict::Handoff { reason, task, speaker } => stage.handoff(*reason, *task, *speaker),
    };
    answer.score = ruling.score;
    answer.unanswered = ruling.unanswered;
    stage.memory.offered.clone_from(&answer.suggestions);
    answer.dialogue = stage.memory.store();
    answer.trace = stage.trace;
    answer
}

/// Puts another's words in place of a miss, and remembers the turn as one that was answered.
///
/// The menu and "talk to a human" stand below it, as below a miss: who wrote the words cannot know what to offer.
pub(super) fn pass_on(knowledge: &KnowledgeBase, turn: &Turn, missed: Answer, text: String) -> Answer {
    let before = Memory::recall(&missed.dialogue);
    let heard = knowledge.hear(&turn.text).0;
    let mut memory = Memory::recall(&turn.dialogue);
    memory.language = before.language;
    memory.frustration = memory.frustration.max(before.frustration);
    memory.misses = 0;
    memory.answered = None;
    memory.choosing = false;
    memory.asking = None;
    memory.asked = 0;
    memory.heard = Some(fingerprint::of_text(heard.text()));
    memory.said = Some(fingerprint::of_text(&text));
    let mut answer = Answer { decision: Decision::Answer, handoff: None, text, ..missed };
    (answer.category, answer.is_task) = (None, false);
    answer.suggestions.clone_from(&knowledge.menu);
    offer_human(knowledge, &mut answer.suggestions);
    memory.offered.clone_from(&answer.suggestions);
    answer.dialogue = memory.store();
    answer
}

/// A category as something to click.
fn offer(knowledge: &KnowledgeBase, index: usize) -> Suggestion {
    let category = &knowledge.categories[index];
    Suggestion { label: category.title.clone(), intent_id: Some(category.id.clone()) }
}

/// Adds "talk to a human" unless it is there.
fn offer_human(knowledge: &KnowledgeBase, suggestions: &mut Vec<Suggestion>) {
    if let Some(human) = knowledge.human.map(|index| offer(knowledge, index))
        && !suggestions.iter().any(|suggestion| suggestion.intent_id == human.intent_id)
    {
        suggestions.push(human);
    }
}

/// Whose words are said.
#[derive(Clone, Copy)]
enum Words {
    Category(usize),
    /// The question of a category.
    Prompt(usize),
    Reply(Reply),
}

/// Everything one text is made from.
struct Stage<'a> {
    knowledge: &'a KnowledgeBase,
    visitor: &'a Visitor,
    now: DateTime<FixedOffset>,
    heard: &'a Normalized,
    memory: Memory,
    trace: Trace,
}

impl<'a> Stage<'a> {
    /// Remembers what the message says about the bot's questions.
    fn take_in(&mut self, asking: &Asking) {
        if let Some((slot, value)) = &asking.filled {
            self.memory.given_up.remove(slot);
            self.memory.slots.insert(slot.clone(), value.clone());
        }
        self.memory.given_up.extend(asking.given_up.clone());
        let open = asking.prompt.map(|(Prompt::Instead(index) | Prompt::After(index))| index);
        let id = open.map(|index| self.knowledge.categories[index].id.clone());
        let again = id.is_some() && id == self.memory.asking;
        self.memory.asked = if again { self.memory.asked.saturating_add(1) } else { u32::from(id.is_some()) };
        self.memory.asking = id;
    }

    fn answered(&mut self, index: usize, prompt: Option<Prompt>) -> Answer {
        let category = &self.knowledge.categories[index];
        let text = match prompt {
            Some(Prompt::Instead(index)) => self.say(Words::Prompt(index), "answer"),
            Some(Prompt::After(open)) => {
                let answer = self.text(Words::Category(index));
                self.memory.count_shown(&category.id);
                let text = format!("{answer}\n\n{}", self.say(Words::Prompt(open), "answer"));
                self.memory.said = Some(fingerprint::of_text(&text));
                text
            }
            None => self.say(Words::Category(index), "answer"),
        };
        let mut answer = Answer::new(Decision::Answer, text);
        answer.suggestions = self.without_said(&category.suggestions);
        answer.category = Some(category.id.clone());
        answer.is_task = category.is_task();
        self.memory.misses = 0;
        self.memory.answered = Some(category.id.clone());
        if category.is_task() {
            let again = self.memory.topic.as_deref() == Some(&category.id);
            self.memory.streak = if again { self.memory.streak.saturating_add(1) } else { 1 };
            self.memory.topic = Some(category.id.clone());
        }
        answer
    }

    fn did_you_mean(&mut self, choices: &[usize]) -> Answer {
        let mut answer =
            Answer::new(Decision::DidYouMean, self.say(Words::Reply(Reply::DidYouMean), "did_you_mean"));
        answer.suggestions = choices.iter().map(|index| offer(self.knowledge, *index)).collect();
        answer.offered = choices.iter().map(|index| self.knowledge.categories[*index].id.clone()).collect();
        answer.suggestions.push(Suggestion {
            label: self.text(Words::Reply(Reply::SomethingElse)),
            intent_id: Some(SOMETHING_ELSE.to_owned()),
        });
        offer_human(self.knowledge, &mut answer.suggestions);
        self.memory.choosing = true;
        answer
    }

    fn fallback(&mut self) -> Answer {
        let mut answer = Answer::new(Decision::Fallback, self.say(Words::Reply(Reply::Rephrase), "fallback"));
        answer.suggestions.clone_from(&self.knowledge.menu);
        offer_human(self.knowledge, &mut answer.suggestions);
        self.memory.misses = self.memory.misses.saturating_add(1);
        answer
    }

    fn handoff(&mut self, reason: HandoffReason, task: Option<usize>, speaker: Option<usize>) -> Answer {
        let words = match (speaker, reason) {
            (Some(index), _) => Words::Category(index),
            (None, HandoffReason::Repeated | HandoffReason::Frustrated) => {
                Words::Reply(Reply::HandoffRepeated)
            }
            (None, _) => Words::Reply(Reply::HandoffNotUnderstood),
        };
        let mut answer = Answer::new(Decision::Handoff, self.say(words, "handoff"));
        let task = task.map(|index| self.knowledge.categories[index].id.clone());
        answer.handoff = Some(reason);
        answer.is_task = task.is_some();
        answer.category.clone_from(&task);
        // If the session comes back to the bot, it starts afresh, knowing what it was about.
        self.memory = Memory {
            topic: task.or(self.memory.topic.take()),
            shown: std::mem::take(&mut self.memory.shown),
            said: self.memory.said.take(),
            slots: std::mem::take(&mut self.memory.slots),
            ..Memory::default()
        };
        answer
    }

    /// Suggestions without the one that was just used.
    fn without_said(&self, suggestions: &[Suggestion]) -> Vec<Suggestion> {
        let is_said = |label: &str| {
            !self.heard.is_empty()
                && Normalized::new(label, &self.knowledge.synonyms).text() == self.heard.text()
        };
        suggestions.iter().filter(|suggestion| !is_said(&suggestion.label)).cloned().collect()
    }

    /// The text for these words, remembered as said.
    fn say(&mut self, words: Words, decision: &str) -> String {
        let text = self.text(words);
        let key = self.key(words);
        self.trace.render(decision, key, self.memory.times_shown(key));
        self.memory.count_shown(key);
        self.memory.said = Some(fingerprint::of_text(&text));
        text
    }

    /// The text for these words; never the one that was said last.
    fn text(&self, words: Words) -> String {
        let (facts, scene) = (self.facts(words), self.scene(words));
        let responses = self.responses(words);
        responses.text(&facts, &scene).unwrap_or_else(|| {
            let again = self.responses(Words::Reply(Reply::Again));
            format!("{} {}", again.text_again(&facts, &scene), responses.text_again(&facts, &scene))
        })
    }

    fn facts(&self, words: Words) -> Facts<'_> {
        Facts {
            signed_in: self.visitor.signed_in,
            named: self.name().is_some(),
            repeated: self.memory.times_shown(self.key(words)) > 0,
            heard: self.heard,
            slots: &self.memory.slots,
            now: self.now,
        }
    }

    fn scene(&self, words: Words) -> Scene<'_> {
        let key = self.key(words);
        Scene {
            bot: &self.knowledge.name,
            name: self.name(),
            slots: &self.memory.slots,
            seed: fingerprint(&[self.visitor.session_id.as_bytes(), key.as_bytes()]),
            times: self.memory.times_shown(key),
            said: self.memory.said.as_deref(),
        }
    }

    fn name(&self) -> Option<&str> {
        self.visitor.name.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    fn responses(&self, words: Words) -> &'a Responses {
        match words {
            Words::Category(index) => &self.knowledge.categories[index].responses,
            // Only categories with a question are asked for; without one the category speaks.
            Words::Prompt(index) => {
                let category = &self.knowledge.categories[index];
                category.ask.as_ref().map_or(&category.responses, |ask| &ask.prompt)
            }
            Words::Reply(reply) => self.knowledge.replies.of(reply),
        }
    }

    /// Under which key the memory counts these words.
    fn key(&self, words: Words) -> &'a str {
        match words {
            Words::Category(index) => &self.knowledge.categories[index].id,
            Words::Prompt(index) => {
                let category = &self.knowledge.categories[index];
                category.ask.as_ref().map_or(&category.id, |ask| &ask.key)
            }
            Words::Reply(reply) => reply.memory_key(),
        }
    }
}
