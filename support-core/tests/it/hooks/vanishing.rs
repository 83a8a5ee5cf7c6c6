//! whichever call of the store fails while hooks are told, they are told of everything in the end, in order, and
//! what they do not take is kept once.

use chrono::TimeDelta;
use support_core::{
    ErrorKind, Result,
    access::Principal,
    conformance::failing::FailingStore,
    desk::PageQuery,
    event::{DeadLetter, DeliveryState, Position},
    id::{DeadLetterId, TenantId},
    memory::MemoryStore,
    store::Store as _,
};

use super::{Hook, Mood, config};
use crate::world::{World, ann, run};

/// Longer than any turn lasts, and than the first wait after a failure.
const UNTIL_OTHERS_MAY: TimeDelta = TimeDelta::seconds(21);

/// A desk with three events, whose store can be told to fail.
struct Scene {
    world: World,
    store: FailingStore,
    hook: Hook,
    /// What the hook did not take, where a test is about that.
    letter: Option<DeadLetterId>,
}

impl Scene {
    fn new(hook: Hook) -> Self {
        let inner = MemoryStore::new();
        let store = FailingStore::new(inner.clone());
        let world = World::on(store.clone(), inner, |desk| desk.config(config()).events(hook.clone()));
        for _ in 0..3 {
            world.ticket(&ann());
        }
        Self { world, store, hook, letter: None }
    }

    fn with_letter(mut self) -> Self {
        self.letter = self.letters().first().map(|letter| letter.id);
        self
    }

    /// Delivers once.
    fn deliver(&self) -> Result<()> {
        run(self.world.desk.deliver_events()).map(drop)
    }

    /// Delivers as somebody does whose process goes on, or is started again, until there is nothing to tell.
    fn deliver_the_rest(&self) {
        for _ in 0..20 {
            self.world.advance(UNTIL_OTHERS_MAY);
            self.deliver().unwrap();
        }
    }

    fn letters(&self) -> Vec<DeadLetter> {
        run(self.world.desk.list_dead_letters(&Principal::system(), &PageQuery::default())).unwrap().items
    }

    /// Holds after everything was told: each event was taken or is a dead letter, the first time in order, and the hook's
    /// place is behind all of them with nothing left to be done.
    fn is_settled(&self, at: &str) {
        let mut first_times = Vec::new();
        for position in self.hook.taken() {
            if !first_times.contains(&position) {
                first_times.push(position);
            }
        }
        let letters: Vec<_> = self.letters().iter().map(|letter| letter.event.position.0).collect();
        let expected: Vec<_> = (1..=3).filter(|position| !letters.contains(position)).collect();
        assert_eq!(first_times, expected, "{at}; given up: {letters:?}");
        let (state, place) = run(async {
            let mut tx = self.world.store.begin_read(&TenantId::default()).await?;
            let state = tx.deliveries().find("host").await?;
            Ok::<_, support_core::store::StoreError>((state, tx.events().sink_position("host").await?))
        })
        .unwrap();
        let DeliveryState { lease, failures, retry_at, .. } = state;
        assert_eq!((place, lease, failures, retry_at), (Position(3), None, 0, None), "{at}");
        let calls = self.hook.calls().len();
        self.deliver().unwrap();
        assert_eq!(self.hook.calls().len(), calls, "{at}: nothing is told any more");
    }
}

/// Fails each store call of a piece of work in turn. The work is then done again, and the world has to be in order.
fn fail_each_call(
    scene: impl Fn() -> Scene,
    work: impl Fn(&Scene) -> Result<()>,
    again: impl Fn(&Scene),
    is_in_order: impl Fn(&Scene, &str),
) {
    for n in 1..200 {
        let scene = scene();
        scene.store.fail_call(n);
        let result = work(&scene);
        let at = format!("call {n}");
        if !scene.store.fail_call(None) {
            result.unwrap();
            assert!(n > 2, "there are calls that can fail");
            is_in_order(&scene, "no call failed");
            return;
        }
        let error = result.expect_err(&at);
        assert_eq!(error.into_kind(), ErrorKind::Unavailable, "{at}");
        again(&scene);
        is_in_order(&scene, &at);
    }
    panic!("it never came to its end");
}

#[test]
fn r_16_a_hook_that_takes_everything_is_told_of_everything_whichever_store_call_fails() {
    let scene = || Scene::new(Hook::named("host"));
    fail_each_call(scene, Scene::deliver, Scene::deliver_the_rest, |scene, at| {
        scene.is_settled(at);
        assert_eq!(scene.letters(), [], "{at}");
        assert!(scene.hook.calls().len() <= 2, "{at}: told again once at most, {:?}", scene.hook.calls());
    });
}

#[test]
fn r_16_what_a_hook_refuses_is_kept_once_whichever_store_call_fails() {
    let scene = || Scene::new(Hook::named("host").poisoned_by(&[2]).for_good());
    fail_each_call(scene, Scene::deliver, Scene::deliver_the_rest, |scene, at| {
        scene.is_settled(at);
        let letters = scene.letters();
        let [letter] = &letters[..] else { panic!("{at}: {letters:?}") };
        assert_eq!((letter.event.position, letter.failures), (Position(2), 1), "{at}");
    });
}

#[test]
fn r_16_a_hooks_failures_are_counted_once_whichever_store_call_fails() {
    let scene = || {
        // The batch, then its first event.
        let scene = Scene::new(Hook::named("host").once(Mood::Fails).once(Mood::Fails));
        scene.deliver().unwrap();
        scene.world.advance(UNTIL_OTHERS_MAY);
        scene
    };
    fail_each_call(scene, Scene::deliver, Scene::deliver_the_rest, |scene, at| {
        scene.is_settled(at);
        assert_eq!(scene.letters(), [], "{at}");
    });
}

/// A hook that did not take its second event, and would take it now.
fn after_a_refusal() -> Scene {
    let scene = Scene::new(Hook::named("host").poisoned_by(&[2]).for_good());
    scene.deliver().unwrap();
    scene.hook.recover();
    scene
}

#[test]
fn r_16_a_dead_letter_is_kept_until_it_is_told_whichever_store_call_fails() {
    let redeliver = |scene: &Scene| {
        let letter = scene.letter;
        run(scene.world.desk.redeliver_dead_letter(&Principal::system(), letter.unwrap())).map(drop)
    };
    let again = |scene: &Scene| {
        assert_eq!(scene.letters().len(), 1, "what nobody was told of is not forgotten");
        redeliver(scene).unwrap();
    };
    fail_each_call(
        || after_a_refusal().with_letter(),
        redeliver,
        again,
        |scene, at| {
            assert_eq!(scene.letters(), [], "{at}");
            assert!(scene.hook.taken().contains(&2), "{at}");
        },
    );
}

#[test]
fn r_16_a_dead_letter_is_discarded_or_kept_whichever_store_call_fails() {
    let discard = |scene: &Scene| {
        run(scene.world.desk.discard_dead_letter(&Principal::system(), scene.letter.unwrap()))
    };
    let again = |scene: &Scene| {
        assert_eq!(scene.letters().len(), 1);
        discard(scene).unwrap();
    };
    fail_each_call(
        || after_a_refusal().with_letter(),
        discard,
        again,
        |scene, at| {
            assert_eq!((scene.letters(), scene.hook.taken()), (vec![], vec![1, 3]), "{at}");
        },
    );
}
