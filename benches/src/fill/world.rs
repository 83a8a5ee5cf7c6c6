//! Who there is, and when things happen.

use chrono::TimeDelta;
use support_core::{
    chat::{Customer, GuestContact},
    id::UserId,
    person::{Actor, ActorKind, Person},
    text::{Body, Category, Subject, Tag},
    ticket::Assignee,
    time::Timestamp,
};
use uuid::Builder;

use super::{random::Random, text::Texts};
use crate::Failure;

/// How old a desk is.
const AGE: TimeDelta = TimeDelta::days(super::DAYS);
/// How much one agent can do in that time.
const PER_AGENT: u64 = 20_000;

const CATEGORIES: [&str; 10] = [
    "billing",
    "technical",
    "shipping",
    "account",
    "returns",
    "orders",
    "product",
    "warranty",
    "legal",
    "press",
];
const TAGS: u64 = 60;

/// The people of a desk, its words and its age. All of it follows from a seed, a size and a moment.
#[derive(Debug)]
pub(super) struct World {
    pub(super) texts: Texts,
    seed: u64,
    size: u64,
    until: Timestamp,
}

impl World {
    pub(super) fn new(seed: u64, size: u64, until: Timestamp) -> Self {
        Self { texts: Texts::new(), seed, size: size.max(1), until }
    }

    pub(super) const fn until(&self) -> Timestamp {
        self.until
    }

    pub(super) const fn random(&self, kind: u64, number: u64) -> Random {
        Random::of(self.seed, kind, number)
    }

    /// How many agents there are; a desk that is busier has more of them.
    pub(super) const fn agents(&self) -> u64 {
        self.size.div_ceil(PER_AGENT) + 1
    }

    /// When the `number`th of all began: evenly over the desk's age, give or take.
    pub(super) fn moment(&self, number: u64, of: u64, random: &mut Random) -> Timestamp {
        let step = AGE.num_microseconds().unwrap_or(i64::MAX) / i64::try_from(of.max(1)).unwrap_or(i64::MAX);
        let back = step * i64::try_from(of - number).unwrap_or(0);
        let jitter = (step as f64 * random.fraction()) as i64;
        self.until - TimeDelta::microseconds(back) + TimeDelta::microseconds(jitter)
    }

    /// An agent: some do more than others.
    pub(super) fn agent(&self, random: &mut Random) -> Result<Person, Failure> {
        let agents = self.agents();
        let number = random.below(agents).min(random.below(agents));
        self.agent_of(number)
    }

    pub(super) fn agent_of(&self, number: u64) -> Result<Person, Failure> {
        let name = Texts::name(&mut self.random(1, number));
        Ok(Person::new(UserId::parse(format!("agent-{number}"))?).named(name))
    }

    /// A customer: some come often, most once or twice, and new ones come all the time. Everybody comes for a while,
    /// so that no customer grows with the desk.
    pub(super) fn customer(&self, at: u64, random: &mut Random) -> Result<Person, Failure> {
        let recent = at.saturating_sub(random.rank(2_000) * 4) / 4;
        let number = recent - recent.min(random.rank(50));
        let name = Texts::name(&mut self.random(2, number));
        let mail = format!("customer{number}@example.{}", random.pick(&["com", "org", "net"]));
        Ok(Person::new(UserId::parse(format!("user-{number}"))?).named(name).with_email(mail))
    }

    /// A visitor who is not signed in.
    pub(super) fn guest(number: u64, random: &mut Random) -> Customer {
        let name = random.percent(70).then(|| Texts::name(random));
        let mail = format!("visitor{number}@example.com");
        let phone = format!("+49 30 {:07}", random.below(10_000_000));
        Customer::Guest(GuestContact::parse(name.as_deref(), Some(&mail), Some(&phone)).0)
    }

    pub(super) fn category(random: &mut Random) -> Result<Category, Failure> {
        Ok(Category::parse(CATEGORIES[random.rank(CATEGORIES.len() as u64) as usize])?)
    }

    pub(super) fn tag(random: &mut Random) -> Result<Tag, Failure> {
        Ok(Tag::parse(format!("tag-{}", random.rank(TAGS)))?)
    }

    pub(super) fn subject(&self, random: &mut Random) -> Result<Subject, Failure> {
        let text: String =
            self.texts.text(random, 6).chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
        Ok(Subject::parse(text)?)
    }

    pub(super) fn body(&self, random: &mut Random, words: u64) -> Result<Body, Failure> {
        Ok(Body::parse(self.texts.text(random, words))?)
    }
}

pub(super) fn assignee(agent: &Person) -> Assignee {
    Assignee { id: agent.id.clone(), name: agent.display_name().to_owned() }
}

pub(super) fn acting(person: &Person, kind: ActorKind) -> Actor {
    Actor::person(person, kind)
}

/// An id as the desk gives them, of a moment and a sequence of numbers.
pub(super) fn id(at: Timestamp, random: &mut Random) -> uuid::Uuid {
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&random.next().to_le_bytes());
    bytes[8..].copy_from_slice(&random.next().to_le_bytes()[..2]);
    Builder::from_unix_timestamp_millis(at.timestamp_millis().unsigned_abs(), &bytes).into_uuid()
}

/// Some time later: most things happen soon, and some take long.
pub(super) fn after(moment: Timestamp, typical: TimeDelta, random: &mut Random) -> Timestamp {
    let typical = typical.num_microseconds().unwrap_or(i64::MAX) as f64;
    let factor = -(1.0 - random.fraction()).ln();
    moment + TimeDelta::microseconds((typical * factor) as i64 + 1)
}
