use super::*;

fn holds(condition: &str, signed_in: bool, named: bool, said: &str) -> bool {
    let heard = Normalized::plain(said);
    let slots = BTreeMap::from([("invoice".to_owned(), "INV-1".to_owned())]);
    // A Sunday.
    let now = DateTime::parse_from_rfc3339("2026-03-01T08:30:00+01:00").unwrap();
    let facts = Facts { signed_in, named, repeated: false, heard: &heard, slots: &slots, now };
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
    let implies = |condition| Condition::parse(condition, &Synonyms::default()).unwrap().implies("name");
    assert!(implies("named"));
    assert!(implies("signed_in and (named or named and repeated)"));
    assert!(!implies("named or signed_in"));
    assert!(!implies("not named"));
    assert!(!implies("not not named"), "too clever is refused rather than believed");
}

#[test]
fn slots_are_there_or_have_a_value() {
    assert!(holds("slot invoice and not slot other", false, false, ""));
    assert!(holds("slot invoice 'inv-1' or named", false, false, ""));
    assert!(!holds("slot invoice \"INV-2\"", false, false, ""));
    assert!(error("slot ").contains("needs the name"));
}

#[test]
fn hours_are_those_of_the_desk_and_may_pass_midnight() {
    assert!(holds("hours '08:00-08:31'", false, false, ""));
    assert!(!holds("hours '08:31-24:00'", false, false, ""));
    assert!(holds("hours \"22:00-09:00\" and not weekday", false, false, ""));
    for wrong in ["hours", "hours '9-17'", "hours '09:00-25:00'", "hours '09:60-10:00'"] {
        assert!(error(wrong).contains("needs a time of the day"), "{wrong}");
    }
}
