//! Chats as a desk would have left them: the bot answers, and hands some over to an agent; most end after a few words.

use chrono::{NaiveDate, TimeDelta};
use support_core::{
    chat::{Customer, LastMessage, Owner, Participant, Session, SessionStatus},
    id::{MessageId, SessionId, UserId},
    message::{Message, Sender, SenderKind},
    person::Person,
    store::{StoreError, Transaction},
    text::{JsonObject, Rating, Subject},
    time::Timestamp,
};

use super::{
    DILIGENT,
    random::Random,
    world::{World, after, assignee, id},
    write::Thing,
};
use crate::{Failure, seed::empty};

const KIND: u64 = 4;

/// A session with what belongs to it.
pub(super) struct Filled {
    session: Session,
    messages: Vec<Message>,
    cursors: Vec<(Participant, u64)>,
}

struct Story<'w> {
    world: &'w World,
    random: Random,
    session: Session,
    messages: Vec<Message>,
    now: Timestamp,
}

/// The `number`th of so many chats.
fn session(world: &World, number: u64, of: u64) -> Result<Filled, Failure> {
    let mut random = world.random(KIND, number);
    let now = world.moment(number, of, &mut random);
    let customer = if random.percent(30) {
        Customer::User(world.customer(number, &mut random)?)
    } else {
        World::guest(number, &mut random)
    };
    let id = SessionId::from_uuid(id(now, &mut random));
    let session =
        Session { owner: Owner::Bot, subject: subject(world, &mut random)?, ..empty(id, customer, now)? };
    let agent = world.agent(&mut random)?;
    let diligent = Participant::Agent(UserId::parse(DILIGENT)?);
    let mut story = Story { world, random, session, messages: Vec::new(), now };
    let mut cursors = story.happen(&agent)?;
    cursors.push((diligent, story.session.last_seq));
    Ok(Filled { session: story.session, messages: story.messages, cursors })
}

fn subject(world: &World, random: &mut Random) -> Result<Option<Subject>, Failure> {
    if random.percent(25) { world.subject(random).map(Some) } else { Ok(None) }
}

impl Story<'_> {
    /// Lets the chat take its course. Returns who has read how far.
    fn happen(&mut self, agent: &Person) -> Result<Vec<(Participant, u64)>, Failure> {
        let mut cursors = Vec::new();
        self.say(SenderKind::Bot, None, 8)?;
        // Some look in and leave.
        if self.random.percent(12) || !self.wait(TimeDelta::seconds(30)) {
            self.leave();
            return Ok(cursors);
        }
        self.customer(12)?;
        let goes_on = self.wait(TimeDelta::seconds(2));
        if !goes_on {
            return Ok(self.read_by_customer());
        }
        self.session.category =
            if self.random.percent(80) { Some(World::category(&mut self.random)?) } else { None };
        self.session.bot_seq = self.session.last_customer_seq;
        self.session.waiting_since = None;
        self.say(SenderKind::Bot, None, 20)?;
        if self.random.percent(45) && self.wait(TimeDelta::seconds(40)) {
            self.session.owner = Owner::Queue;
            self.customer(10)?;
            if self.random.percent(4) || !self.wait(TimeDelta::minutes(3)) {
                self.leave();
                return Ok(self.read_by_customer());
            }
            self.session.owner = Owner::Agent;
            self.session.assignee = Some(assignee(agent));
            self.session.waiting_since = None;
            self.say(SenderKind::Admin, Some(agent), 15)?;
            cursors.push((Participant::Agent(agent.id.clone()), self.session.last_seq));
            // Some thank, and nobody looks at that.
            if self.random.percent(30) && self.wait(TimeDelta::minutes(1)) {
                self.customer(5)?;
            }
        }
        cursors.extend(self.read_by_customer());
        self.leave();
        Ok(cursors)
    }

    fn read_by_customer(&self) -> Vec<(Participant, u64)> {
        vec![(Participant::Customer, self.session.last_seq)]
    }

    fn wait(&mut self, typical: TimeDelta) -> bool {
        let then = after(self.now, typical, &mut self.random);
        let has_come = then <= self.world.until();
        if has_come {
            self.now = then;
        }
        has_come
    }

    fn customer(&mut self, words: u64) -> Result<(), Failure> {
        self.say(SenderKind::User, None, words)?;
        self.session.last_customer_seq = self.session.last_seq;
        self.session.customer_active_at = self.now;
        self.session.waiting_since.get_or_insert(self.now);
        Ok(())
    }

    fn say(&mut self, kind: SenderKind, agent: Option<&Person>, words: u64) -> Result<(), Failure> {
        let sender = match (kind, agent, &self.session.customer) {
            (_, Some(agent), _) => {
                Sender { kind, id: Some(agent.id.clone()), name: Some(agent.display_name().to_owned()) }
            }
            (SenderKind::User, None, customer) => {
                let id: Option<&UserId> = customer.user_id();
                Sender { kind, id: id.cloned(), name: customer.name().map(str::to_owned) }
            }
            _ => Sender { kind, id: None, name: None },
        };
        let body = self.world.body(&mut self.random, words)?;
        let session = &mut self.session;
        session.last_seq += 1;
        session.version += 1;
        session.updated_at = self.now;
        let preview = body.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
        session.last_message = Some(LastMessage {
            sender_type: kind,
            preview: preview.chars().take(LastMessage::MAX_PREVIEW).collect(),
            created_at: self.now,
        });
        self.messages.push(Message {
            id: MessageId::from_uuid(id(self.now, &mut self.random)),
            session_id: session.id,
            seq: session.last_seq,
            sender,
            body,
            metadata: JsonObject::default(),
            suggestions: Vec::new(),
            client_message_id: None,
            created_at: self.now,
            read_at: None,
            feedback: None,
        });
        Ok(())
    }

    /// The chat ends some time after the last word, is rated by some, and archived months later.
    fn leave(&mut self) {
        if !self.wait(TimeDelta::minutes(40)) {
            return;
        }
        let session = &mut self.session;
        session.status = SessionStatus::Closed;
        session.closed_at = Some(self.now);
        session.waiting_since = None;
        session.updated_at = self.now;
        session.version += 1;
        if session.owner == Owner::Agent && self.random.percent(35) {
            self.session.rating =
                Rating::new(self.random.share(&[(8, 1), (7, 2), (15, 3), (30, 4), (40, 5)])).ok();
            self.session.rated_at = self.session.rating.map(|_| self.now);
        }
        if self.random.percent(30) && self.wait(TimeDelta::days(90)) {
            let session = &mut self.session;
            session.status = SessionStatus::Archived;
            session.updated_at = self.now;
            session.version += 1;
        }
    }
}

impl Thing for Filled {
    const NAME: &'static str = "chats";

    fn make(world: &World, number: u64, of: u64) -> Result<Self, Failure> {
        session(world, number, of)
    }

    fn day(world: &World, number: u64, of: u64) -> NaiveDate {
        world.moment(number, of, &mut world.random(KIND, number)).date_naive()
    }

    async fn write(&self, tx: &mut dyn Transaction) -> Result<(), StoreError> {
        tx.chats().insert(&self.session, None).await?;
        for message in &self.messages {
            tx.messages().insert(message).await?;
        }
        for (participant, up_to) in &self.cursors {
            tx.chats().move_read_cursor(self.session.id, participant, *up_to).await?;
        }
        Ok(())
    }
}
