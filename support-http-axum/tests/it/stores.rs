//! Runs a test on each store that comes with the desk.

/// Makes a test of each function on each store. Their desk has a bot that says what it heard, or
/// is `with the bot that ships`, or `without a bot`.
macro_rules! on_each_store {
    (@a_desk $desk:ident: $($name:ident)+) => {
        on_each_store!(@in memory $desk: $($name)+);
        on_each_store!(@in sqlite $desk: $($name)+);
        on_each_store!(@in postgres $desk: $($name)+);
        on_each_store!(@in mysql $desk: $($name)+);
    };
    (@in $store:ident $desk:ident: $($name:ident)+) => {
        mod $store {$(
            #[tokio::test]
            async fn $name() {
                let test = async |store| super::$name(&crate::harness::TestDesk::$desk(store)).await;
                crate::harness::stores::$store(test).await;
            }
        )+}
    };
    (without a bot: $($name:ident),+ $(,)?) => {
        mod without_a_bot {
            $(use super::$name;)+
            on_each_store!(@a_desk without_bot_on: $($name)+);
        }
    };
    (with the bot that ships: $($name:ident),+ $(,)?) => {
        on_each_store!(@a_desk with_rule_bot_on: $($name)+);
    };
    ($($name:ident),+ $(,)?) => {
        on_each_store!(@a_desk with_bot_on: $($name)+);
    };
}
