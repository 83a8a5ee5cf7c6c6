//! What the bot knows, changed while it runs.

use std::thread;

use support_core::{
    SupportDesk,
    access::Principal,
    bot::{KnowledgeBase, KnowledgeVersion, RuleBot, VersionInfo},
    chat::Session,
    desk::bot::NewKnowledge,
    id::TenantId,
    memory::MemoryStore,
    message::SenderKind,
    person::{Actor, ActorKind},
    store::Store as _,
    text::LanguageTag,
};

use crate::world::{World, amy, ann, noon, run};

/// A knowledge base that says something of prices.
fn about_prices(language: &str, words: &str) -> String {
    format!(
        "[bot]\nname = \"{words}\"\nlanguages = [\"{language}\"]\n[[category]]\nid = \"pricing\"\ntitle = \"Prices\"\n\
         patterns = [{{ re = \"price|preis\" }}]\nresponse = [{{ text = [\"{words}\"] }}]\n"
    )
}

fn learned(text: &str) -> KnowledgeBase {
    KnowledgeBase::parse(text, "test.toml").unwrap()
}

fn bot() -> RuleBot {
    RuleBot::new(learned(&about_prices("en", "given")))
}

fn process(store: &MemoryStore) -> World {
    World::on(store.clone(), store.clone(), |desk| desk.bot(bot()))
}

fn save(desk: &SupportDesk, language: &str, text: String) -> u64 {
    let language = LanguageTag::parse(language).unwrap();
    let new = NewKnowledge { text, note: None };
    run(desk.save_knowledge_base(&amy(), Some(&language), &new, None)).unwrap().version
}

/// What the bot says in a chat.
fn ask(world: &World, by: &Principal, chat: &Session, question: &str) -> String {
    world.say(by, chat.id, question).unwrap();
    world.messages(chat.id).pop().unwrap().body.into()
}

#[test]
fn what_one_process_saves_every_other_answers_from() {
    let store = MemoryStore::new();
    let (here, there) = (process(&store), process(&store));
    let before = there.chat(&ann());
    assert_eq!(ask(&there, &ann(), &before, "price?"), "given");
    assert_eq!(save(&here.desk, "en", about_prices("en", "saved")), 1);
    assert!(ask(&there, &ann(), &before, "What is the price?").contains("saved"));
    let (guest, chat, _) = process(&store).guest();
    let welcome = &there.messages(chat.id)[0];
    assert!(welcome.body.as_str().contains("saved"), "a process that has just begun welcomes in its words");
    assert_eq!(ask(&there, &guest, &chat, "price?"), "saved");
    assert_eq!(save(&there.desk, "en", about_prices("en", "saved again")), 2);
    assert!(ask(&here, &ann(), &before, "price").contains("saved again"));
}

#[test]
fn a_version_that_cannot_be_learned_leaves_the_bot_as_it_is() {
    let store = MemoryStore::new();
    let world = process(&store);
    let insert = |version: u64, text: &str| {
        let info = VersionInfo {
            language: LanguageTag::parse("en").unwrap(),
            version,
            author: Actor::nameless(ActorKind::System),
            note: None,
            restores: None,
            created_at: noon(),
        };
        run(async {
            let mut tx = store.begin(&TenantId::default()).await.unwrap();
            tx.knowledge().insert(&KnowledgeVersion { info, text: text.to_owned() }).await.unwrap();
            tx.commit().await.unwrap();
        });
    };
    // Perhaps another release has written it.
    insert(1, "[bot]\nsoul = true\n");
    let chat = world.chat(&ann());
    assert_eq!(ask(&world, &ann(), &chat, "price?"), "given");
    insert(2, &about_prices("en", "saved"));
    assert!(ask(&world, &ann(), &chat, "What is the price?").contains("saved"));
    insert(3, "[bot]\nsoul = true\n");
    assert!(ask(&world, &ann(), &chat, "the price, please").contains("saved"));
}

#[test]
fn what_the_host_changes_in_other_languages_is_answered_from() {
    let given = bot();
    let world = World::build(|desk| desk.bot(given.clone()));
    save(&world.desk, "en", about_prices("en", "saved"));
    let (guest, chat, _) = world.guest();
    assert_eq!(ask(&world, &guest, &chat, "price?"), "saved");
    given.replace(learned(&about_prices("de", "gegeben")));
    given.replace(learned(&about_prices("en", "given anew")));
    assert_eq!(ask(&world, &guest, &chat, "Was ist der Preis?"), "gegeben");
    // What was saved stays in force in its language.
    let (guest, chat, _) = world.guest();
    assert_eq!(ask(&world, &guest, &chat, "What is the price?"), "saved");
}

#[test]
fn no_message_is_dropped_while_the_bot_learns() {
    const MESSAGES: usize = 20;
    let store = MemoryStore::new();
    let world = process(&store);
    let (guest, chat, _) = world.guest();
    let desk = world.desk.clone();
    let author = thread::spawn(move || {
        for n in 0..8 {
            save(&desk, "en", about_prices("en", &format!("saved {n}")));
        }
    });
    for n in 0..MESSAGES {
        let answer = ask(&world, &guest, &chat, &format!("What is the price of {n}?"));
        assert!(answer.contains("given") || answer.contains("saved"), "{answer}");
    }
    author.join().unwrap();
    let answered =
        world.messages(chat.id).into_iter().filter(|message| message.sender.kind == SenderKind::Bot);
    assert_eq!(answered.count(), 1 + MESSAGES, "the welcome, and one answer to each");
    let (guest, chat, _) = world.guest();
    assert_eq!(ask(&world, &guest, &chat, "price?"), "saved 7");
}
