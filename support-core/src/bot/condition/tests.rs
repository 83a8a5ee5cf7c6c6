use super::*;

fn holds(condition: &str, signed_in: bool, named: bool, said: &str) -> bool {
    let heard = Normalized::plain(said);
    let facts = Facts { signed_in, named, repeated: false, heard: &heard };
    Condition::parse(condition, &Synonyms::default()).unwrap().holds(&facts)
}

fn error(condition: &str) -> String {
    Condition::parse(condition, &Synonyms::default()).unwrap_err()
}

#[test]
fn and_binds_tighter_than_or_and_not_tightest() {
    assert!(holds("named or signed_in and not named", false, true, ""));
    assert!(!holds("(named or signed_in) and not named", false, true, ""));
    assert!(holds("not named and not (signed_in and named)", true, false, ""));
}

#[test]
fn mentions_compares_normalized_words() {
    assert!(holds("mentions 'Yearly plans'", false, false, "the YEARLY, plans!"));
    assert!(!holds("mentions \"year\" or repeated", false, false, "yearly"));
}

#[test]
fn words_that_only_begin_like_an_operator_are_facts() {
    assert!(error("notnamed").contains("unknown fact `notnamed`"));
    assert!(error("named orsigned_in").contains("unexpected `orsigned_in`"));
}

#[test]
fn what_is_wrong_is_said() {
    assert!(error("").contains("a fact is missing"));
    assert!(error("signed_out").contains("unknown fact `signed_out`"));
    assert!(error("(named").contains("is not closed"));
    assert!(error("named)").contains("unexpected `)`"));
    assert!(error("mentions yearly").contains("needs words in quotes"));
    assert!(error("mentions 'yearly").contains("needs words in quotes"));
    assert!(error("mentions '?'").contains("needs words in quotes"));
    assert!(error("é").contains("unknown fact `é`"));
    assert!(error("named &&").contains("unexpected"));
}

#[test]
fn nesting_and_length_are_limited() {
    assert!(error(&"(".repeat(100)).contains("nested deeper"));
    assert!(error(&"not ".repeat(100)).contains("nested deeper"));
    assert!(error(&"named or ".repeat(200)).contains("longer than"));
}

#[test]
fn the_name_is_only_implied_where_every_way_needs_it() {
    let implies = |condition| Condition::parse(condition, &Synonyms::default()).unwrap().implies_named();
    assert!(implies("named"));
    assert!(implies("signed_in and (named or named and repeated)"));
    assert!(!implies("named or signed_in"));
    assert!(!implies("not named"));
    assert!(!implies("not not named"), "too clever is refused rather than believed");
}
