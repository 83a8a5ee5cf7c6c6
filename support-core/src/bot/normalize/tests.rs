use super::*;

fn plain(text: &str) -> String {
    Normalized::plain(text).text().to_owned()
}

#[test]
fn words_are_lower_case_and_joined_by_single_spaces() {
    assert_eq!(plain("  How MUCH,\n\tdo -- they (really) cost?! "), "how much do they really cost");
    assert_eq!(plain("e-mail: a@b.example"), "e mail a b example");
    assert_eq!(plain("?!… 👍"), "");
}

#[test]
fn accents_are_folded_however_they_are_typed() {
    assert_eq!(plain("Übermäßig café"), "ubermassig cafe");
    assert_eq!(plain("cafe\u{301} re\u{301}sume\u{301}"), "cafe resume");
    assert_eq!(plain("Łódź Ærø"), "lodz aero");
    assert_eq!(plain("İstanbul"), "istanbul");
}

#[test]
fn compatible_forms_are_one() {
    assert_eq!(plain("ｐｒｉｃｅ ﬁle ①"), "price file 1");
}

#[test]
fn letters_of_other_scripts_stay_whole() {
    assert_eq!(plain("ПРИВЕТ мир"), "привет мир");
    assert_eq!(plain("한국어"), "한국어");
    assert_eq!(plain("\u{1112}\u{1161}\u{11ab}"), "한", "typed as separate vowels and consonants");
    assert_eq!(plain("हिन्दी"), "हिन्दी");
}

#[test]
fn runs_of_a_letter_shrink_to_two_and_digits_stay() {
    assert_eq!(plain("heeeellooooo 1000"), "heelloo 1000");
    assert_eq!(plain("soo oo"), "soo oo", "a run ends with its word");
}

#[test]
fn apostrophe_joins_short_endings_only() {
    assert_eq!(plain("don't what’s they're"), "dont whats theyre");
    assert_eq!(plain("l'hébergement 'quoted'"), "l hebergement quoted");
}

#[test]
fn invisible_characters_do_not_split_words() {
    assert_eq!(plain("re\u{ad}fu\u{200b}nd"), "refund");
}

#[test]
fn a_long_message_is_cut_and_says_so() {
    let by_words = Normalized::plain(&"a b ".repeat(MAX_TOKENS));
    assert_eq!(by_words.tokens().len(), MAX_TOKENS);
    assert!(by_words.is_cut());
    let by_chars = Normalized::plain(&"ab".repeat(MAX_CHARS));
    assert_eq!(by_chars.text().len(), MAX_CHARS);
    assert!(by_chars.is_cut());
    assert!(!Normalized::plain(&"a ".repeat(MAX_TOKENS)).is_cut());
}

#[test]
fn every_word_knows_where_it_came_from() {
    let original = "Ein Café, don't!";
    let heard = Normalized::plain(original);
    let quotes: Vec<&str> = heard.tokens().iter().map(|token| heard.quote(original, &token.at)).collect();
    assert_eq!(quotes, ["Ein", "Café", "don't"]);
    assert_eq!(heard.quote(original, &(0..heard.text().len())), "Ein Café, don't");
}

#[test]
fn synonyms_replace_the_longest_phrase_and_keep_its_place() {
    let mut synonyms = Synonyms::default();
    assert!(synonyms.insert("e mail", "email"));
    assert!(synonyms.insert("e", "letter"));
    assert!(synonyms.insert("cant", "can not"));
    assert!(!synonyms.insert("e mail", "post"), "a phrase has one meaning");
    let original = "E-Mail? I can't e";
    let heard = Normalized::new(original, &synonyms);
    assert_eq!(heard.text(), "email i can not letter");
    assert_eq!(heard.quote(original, &(0..5)), "E-Mail");
    assert_eq!(heard.quote(original, &(8..15)), "can't");
}

#[test]
fn phrases_are_mentioned_between_word_bounds() {
    let heard = Normalized::plain("Please explain the yearly plan");
    assert!(heard.mentions("yearly plan") && heard.mentions("please"));
    assert!(!heard.mentions("year") && !heard.mentions("the year") && !heard.mentions(""));
}
