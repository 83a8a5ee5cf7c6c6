//! Knowledge bases as staff saved them.

use super::{
    erasure::erase,
    fixtures::{Desk, HOSTILE, assert_refused, at, first_page, page, staff, user_id},
};
use crate::{
    bot::{KnowledgeVersion, VersionInfo},
    store::{PersonKey, Store, StoreError},
    text::{ChangeNote, LanguageTag},
};

pub(super) fn language(tag: &str) -> LanguageTag {
    LanguageTag::parse(tag).unwrap()
}

pub(super) fn saved(tag: &str, version: u64) -> KnowledgeVersion {
    let info = VersionInfo {
        language: language(tag),
        version,
        author: staff("eve"),
        note: None,
        restores: None,
        created_at: at(version.cast_signed()),
    };
    KnowledgeVersion { info, text: format!("# {tag} {version}") }
}

pub async fn a_version_is_read_back_exactly(store: &dyn Store) {
    let desk = Desk::new(store);
    let plain = saved("en", 1);
    // As long as the longest that is accepted, and in characters of several bytes.
    let mut rich = KnowledgeVersion { text: HOSTILE.to_owned() + &"ß".repeat(250_000), ..saved("en", 2) };
    rich.info.note = Some(ChangeNote::parse(HOSTILE).unwrap());
    rich.info.restores = Some(1);
    desk.write(async |t| {
        for version in [&plain, &rich] {
            t.knowledge().insert(version).await.unwrap();
        }
    })
    .await;
    desk.read(async |t| {
        for version in [&plain, &rich] {
            let found = t.knowledge().find(&version.info.language, version.info.version).await.unwrap();
            assert!(found.as_ref() == Some(version), "version {}", version.info.version);
        }
        for (tag, version) in [("en", 3), ("EN", 1), ("de", 1)] {
            assert_eq!(t.knowledge().find(&language(tag), version).await.unwrap(), None, "{tag} {version}");
        }
    })
    .await;
}

pub async fn the_last_version_of_each_language_is_known(store: &dyn Store) {
    let desk = Desk::new(store);
    assert!(desk.read(async |t| t.knowledge().last_versions().await.unwrap()).await.is_empty());
    desk.write(async |t| {
        for (tag, version) in [("en", 1), ("de", 1), ("en", 2), ("en", 10), ("en", 9)] {
            t.knowledge().insert(&saved(tag, version)).await.unwrap();
        }
    })
    .await;
    let last = desk.read(async |t| t.knowledge().last_versions().await.unwrap()).await;
    assert_eq!(last, [(language("de"), 1), (language("en"), 10)].into());
}

pub async fn versions_are_listed_newest_first_in_pages(store: &dyn Store) {
    let desk = Desk::new(store);
    desk.write(async |t| {
        for version in 1..=5 {
            t.knowledge().insert(&saved("en", version)).await.unwrap();
        }
        t.knowledge().insert(&saved("de", 6)).await.unwrap();
    })
    .await;
    let expected: Vec<_> = (1..=5).rev().map(|version| saved("en", version).info).collect();
    for size in [1, 2, 5, 100] {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let request = page(size, after);
            let page =
                desk.read(async |t| t.knowledge().list(&language("en"), &request).await.unwrap()).await;
            found.extend(page.items);
            after = page.next;
            if after.is_none() || found.len() > 5 {
                break;
            }
        }
        assert_eq!(found, expected, "by {size}");
    }
}

pub async fn a_version_that_is_there_is_not_written_again(store: &dyn Store) {
    let desk = Desk::new(store);
    let first = saved("en", 1);
    desk.write(async |t| t.knowledge().insert(&first).await.unwrap()).await;
    let other = KnowledgeVersion { text: "# other".to_owned(), ..saved("en", 1) };
    assert_refused!(
        desk.refused(async |t| t.knowledge().insert(&other).await).await,
        StoreError::AlreadyExists
    );
    let found = desk.read(async |t| t.knowledge().find(&language("en"), 1).await.unwrap()).await;
    assert_eq!(found, Some(first));
    // A neighbor has versions of its own.
    let neighbor = desk.neighbor();
    neighbor.write(async |t| t.knowledge().insert(&other).await.unwrap()).await;
    let found = neighbor.read(async |t| t.knowledge().find(&language("en"), 1).await.unwrap()).await;
    assert_eq!(found, Some(other));
    let listed =
        neighbor.read(async |t| t.knowledge().list(&language("en"), &first_page()).await.unwrap()).await;
    assert_eq!(listed.items.len(), 1);
}

pub async fn who_saved_a_version_is_exported_and_erased(store: &dyn Store) {
    let desk = Desk::new(store);
    let mut others = saved("en", 2);
    others.info.author = staff("Eve");
    desk.write(async |t| {
        t.knowledge().insert(&saved("en", 1)).await.unwrap();
        t.knowledge().insert(&others).await.unwrap();
    })
    .await;
    let eve = PersonKey::User(user_id("eve"));
    let export = desk.read(async |t| t.people().export(&eve).await.unwrap()).await;
    assert_eq!(export.written, [serde_json::to_value(saved("en", 1).info).unwrap()]);
    let counts = erase(&desk, &eve).await;
    assert_eq!(counts.anonymized, 1);
    let mut blotted = saved("en", 1);
    (blotted.info.author.id, blotted.info.author.name) = (None, None);
    desk.read(async |t| {
        assert_eq!(t.knowledge().find(&language("en"), 1).await.unwrap(), Some(blotted));
        assert_eq!(t.knowledge().find(&language("en"), 2).await.unwrap(), Some(others));
    })
    .await;
}
