//! A few days at a hosting company, told to an empty desk.

use std::{collections::HashMap, sync::Arc, time::Duration};

use super::people;
use serde::Deserialize;
use support_core::{
    SupportDesk,
    access::Principal,
    bot::RuleBot,
    chat::GuestContact,
    desk::{
        Assign,
        chat::{NewMessage, NewRating, NewSession},
        ticket::{NewReply, NewTicket, TicketChange},
    },
    id::{SessionId, UserId},
    store::Store,
    text::{Body, Category, Rating, Subject, Tag},
    ticket::{Tags, TicketFilter, TicketKey},
    time::{Clock, ManualClock, SystemClock, Timestamp},
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A ticket and what happened to it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TicketTold {
    by: String,
    minutes_ago: u64,
    subject: String,
    description: String,
    #[serde(default)]
    priority: Option<String>,
    category: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    then: Vec<Step>,
}

/// A chat and what was said in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChatTold {
    #[serde(flatten)]
    customer: Customer,
    minutes_ago: u64,
    then: Vec<Step>,
}

/// Whose chat it is.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Customer {
    Guest(Guest),
    /// Somebody who is signed in.
    User(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Guest {
    name: String,
    email: String,
    phone: String,
}

impl Guest {
    fn contact(&self) -> Result<GuestContact, Failure> {
        let Self { name, email, phone } = self;
        let (contact, wrong) = GuestContact::parse(Some(name), Some(email), Some(phone));
        wrong.first().map_or(Ok(contact), |wrong| Err(format!("{name}: {}", wrong.field).into()))
    }
}

/// One thing that somebody did. `guest` is the guest of a chat.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    by: String,
    minutes_ago: u64,
    #[serde(flatten)]
    deed: Deed,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Deed {
    Says(String),
    Notes(String),
    SetsStatus(String),
    SetsPriority(String),
    Assigns(String),
    Rates(u8),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    tickets: Vec<TicketTold>,
    chats: Vec<ChatTold>,
}

/// Something to do at its time: the beginning of a ticket or a chat, or a step in one.
#[derive(Clone, Copy)]
enum Moment<'a> {
    Ticket(usize, &'a TicketTold),
    TicketStep(usize, &'a Step),
    Chat(usize, &'a ChatTold),
    ChatStep(usize, &'a Step),
}

/// A clock that the story sets and the desk reads.
#[derive(Debug)]
struct StoryClock(Arc<ManualClock>);

impl Clock for StoryClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// Tells the story if the desk is empty. Everything happens in the order of time, on a clock that is turned back.
pub(super) async fn tell(store: impl Store + 'static) -> Result<(), Failure> {
    let now = SystemClock.now();
    let clock = Arc::new(ManualClock::at(now));
    let desk = SupportDesk::builder(store).bot(RuleBot::default()).clock(StoryClock(clock.clone())).build();
    let anyone = people::principal(people::CAST[0].id)?;
    if desk.count_tickets(&anyone, &TicketFilter::default()).await? > 0 {
        return Ok(());
    }
    for agent in people::CAST.into_iter().filter(|someone| someone.is_agent) {
        desk.register_agent(&anyone.tenant, &agent.agent()?).await?;
    }
    let story: Story = serde_json::from_str(include_str!("../../demo/story.json"))?;
    let mut moments = moments(&story);
    moments.sort_by_key(|(ago, _)| std::cmp::Reverse(*ago));
    let mut told = Told { desk, tickets: HashMap::new(), chats: HashMap::new() };
    for (ago, moment) in moments {
        clock.set(now - Duration::from_secs(60 * ago));
        told.tell(moment).await?;
    }
    Ok(())
}

fn moments(story: &Story) -> Vec<(u64, Moment<'_>)> {
    let tickets = story.tickets.iter().enumerate().flat_map(|(at, ticket)| {
        let steps = ticket.then.iter().map(move |step| (step.minutes_ago, Moment::TicketStep(at, step)));
        std::iter::once((ticket.minutes_ago, Moment::Ticket(at, ticket))).chain(steps)
    });
    let chats = story.chats.iter().enumerate().flat_map(|(at, chat)| {
        let steps = chat.then.iter().map(move |step| (step.minutes_ago, Moment::ChatStep(at, step)));
        std::iter::once((chat.minutes_ago, Moment::Chat(at, chat))).chain(steps)
    });
    tickets.chain(chats).collect()
}

/// What has been told so far.
struct Told {
    desk: SupportDesk,
    tickets: HashMap<usize, TicketKey>,
    chats: HashMap<usize, SessionId>,
}

impl Told {
    async fn tell(&mut self, moment: Moment<'_>) -> Result<(), Failure> {
        match moment {
            Moment::Ticket(at, ticket) => {
                let mut new =
                    NewTicket::new(Subject::parse(&ticket.subject)?, Body::parse(&ticket.description)?);
                if let Some(priority) = &ticket.priority {
                    new.priority = priority.parse()?;
                }
                new.category = Some(Category::parse(&ticket.category)?);
                new.tags = Tags::new(ticket.tags.iter().map(Tag::parse).collect::<Result<_, _>>()?)?;
                let opened = self.desk.create_ticket(&people::principal(&ticket.by)?, &new, None).await?;
                self.tickets.insert(at, opened.id.into());
            }
            Moment::TicketStep(at, step) => self.step_in_ticket(&self.tickets[&at], step).await?,
            Moment::Chat(at, chat) => {
                let (by, contact) = match &chat.customer {
                    Customer::Guest(guest) => (Principal::anonymous(), guest.contact()?),
                    Customer::User(id) => (people::principal(id)?, GuestContact::default()),
                };
                let new = NewSession { contact, ..NewSession::default() };
                let started = self.desk.start_session(&by, &new, None).await?;
                self.chats.insert(at, started.view.session.id);
            }
            Moment::ChatStep(at, step) => self.step_in_chat(self.chats[&at], step).await?,
        }
        Ok(())
    }

    async fn step_in_ticket(&self, ticket: &TicketKey, step: &Step) -> Result<(), Failure> {
        let by = people::principal(&step.by)?;
        let mut change = TicketChange::default();
        match &step.deed {
            Deed::Says(text) => {
                self.desk.reply_to_ticket(&by, ticket, &NewReply::new(Body::parse(text)?), None).await?;
                return Ok(());
            }
            Deed::Notes(text) => {
                self.desk.reply_to_ticket(&by, ticket, &NewReply::note(Body::parse(text)?), None).await?;
                return Ok(());
            }
            Deed::SetsStatus(status) => change.status = Some(status.parse()?),
            Deed::SetsPriority(priority) => change.priority = Some(priority.parse()?),
            Deed::Assigns(agent) => change.assigned_to = Some(Assign::Agent(UserId::parse(agent)?)),
            Deed::Rates(_) => return Err("a ticket has no stars".into()),
        }
        self.desk.update_ticket(&by, ticket, &change, None).await?;
        Ok(())
    }

    async fn step_in_chat(&self, chat: SessionId, step: &Step) -> Result<(), Failure> {
        let by = match step.by.as_str() {
            "guest" => Principal::guest(chat),
            agent => people::principal(agent)?,
        };
        match &step.deed {
            Deed::Says(text) => {
                self.desk.send_message(&by, chat, &NewMessage::new(Body::parse(text)?), None).await?;
            }
            Deed::SetsStatus(status) if status == "closed" => {
                self.desk.close_session(&by, chat, None).await?;
            }
            Deed::Rates(stars) => {
                let rating = NewRating { rating: Rating::new(i64::from(*stars))?, feedback: None };
                self.desk.rate_session(&by, chat, &rating, None).await?;
            }
            Deed::Assigns(agent) => {
                let agent = Assign::Agent(UserId::parse(agent)?);
                self.desk.assign_session(&by, chat, &agent, None).await?;
            }
            Deed::Notes(_) | Deed::SetsStatus(_) | Deed::SetsPriority(_) => {
                return Err("a chat has no notes, status or priority".into());
            }
        }
        Ok(())
    }
}
