use super::*;

/// The first lines of every file here; what a test adds begins on line 8.
const HEAD: &str = r#"[bot]
name = "Sam"
[[category]]
id = "pricing"
title = "Prices"
patterns = [{ re = "prices?" }]
response = [{ text = ["They are low.", "They are fair."] }]
"#;

fn load(tail: &str) -> Result<KnowledgeBase, LoadError> {
    KnowledgeBase::parse(&format!("{HEAD}{tail}"), "kb.toml")
}

/// Every problem as `line: message`.
fn problems(tail: &str) -> Vec<String> {
    let error = load(tail).unwrap_err();
    error.problems().iter().map(|problem| format!("{}: {}", problem.line, problem.message)).collect()
}

/// The only problem of a file.
fn problem(tail: &str) -> String {
    let mut all = problems(tail);
    assert_eq!(all.len(), 1, "{all:#?}");
    all.remove(0)
}

fn warnings(tail: &str) -> Vec<String> {
    let knowledge = load(tail).unwrap();
    knowledge.warnings().iter().map(|warning| format!("{}: {}", warning.line, warning.message)).collect()
}

fn warned(tail: &str, line: usize, part: &str) {
    let all = warnings(tail);
    assert!(all.iter().any(|one| one.starts_with(&format!("{line}: ")) && one.contains(part)), "{all:#?}");
}

/// A second category with one more line in it, which is line 12.
fn category(line: &str) -> String {
    format!("[[category]]\nid = \"two\"\ntitle = \"Two\"\nresponse = [{{ text = [\"A\", \"B\"] }}]\n{line}\n")
}

#[test]
fn a_small_file_loads() {
    let knowledge = load("").unwrap();
    assert_eq!(knowledge.categories().collect::<Vec<_>>(), ["pricing"]);
    assert_eq!(knowledge.name(), "Sam");
    assert_eq!(knowledge.languages(), ["en"]);
}

#[test]
fn the_error_names_file_line_and_column() {
    let error = load("[settings]\nanswer = 0.5\n  colour = 1\n").unwrap_err();
    assert_eq!(error.to_string(), "kb.toml:10:3: unknown key `colour` in [settings]");
}

#[test]
fn unknown_keys_are_refused_everywhere_and_all_at_once() {
    let found = problems(
        "wat = 1\n[category.ask]\nslot = \"s\"\ntype = \"text\"\nprompt = \"?\"\nb = 1\n[settings]\nc = 1\n[entities.x]\npattern = \"a\"\nexample = \"a\"\nd = 1\n[replies]\ne = \"E\"\n[words]\nf = []\n[[test]]\nsay = \"prices\"\nexpect = \"pricing\"\ng = 1\n[h]\n",
    );
    assert_eq!(
        found,
        [
            "8: unknown key `wat` in [[category]]",
            "13: unknown key `b` in [category.ask]",
            "15: unknown key `c` in [settings]",
            "19: unknown key `d` in [entities.…]",
            "21: unknown key `e` in [replies]",
            "23: unknown key `f` in [words]",
            "27: unknown key `g` in [[test]]",
            "28: unknown key `h` in the file",
        ]
    );
    assert_eq!(problem("suggestions = [{ label = \"x\", i = 1 }]\n"), "8: unknown key `i` in a suggestion");
    assert_eq!(
        problem(&category("patterns = [\n{ re = \"a\", weight = 1 }]")),
        "13: unknown key `weight` in a pattern"
    );
    assert_eq!(
        problem("[[replies.welcome]]\ntext = \"Hi\"\nj = 1\n"),
        "10: unknown key `j` in [[replies.…]]"
    );
}

#[test]
fn text_that_is_no_toml_is_refused_with_its_line() {
    assert!(problem("[settings\nanswer = 1\n").starts_with("8: not TOML"));
    assert!(problem("id = \"again\"\n").starts_with("8: not TOML"));
}

#[test]
fn wrong_types_and_missing_keys_are_refused() {
    assert_eq!(problem("priority = \"high\"\n"), "8: `priority` must be a whole number, not string");
    assert_eq!(problem("answer = 1.5\n"), "8: `answer` must be a number from 0 to 1, not 1.5");
    assert_eq!(problem("answer = nan\n"), "8: `answer` must be a number from 0 to 1, not nan");
    assert_eq!(problem("social = 1\n"), "8: `social` must be true or false, not 1");
    assert_eq!(problem("examples = [\"a\",\n1]\n"), "9: `examples` must be a list of strings, not 1");
    assert_eq!(
        problems("[[category]]\nid = \"two\"\n"),
        [
            "8: [[category]] lacks `title`",
            "8: category `two` has a blank title",
            "8: category `two` has no response"
        ]
    );
    assert_eq!(KnowledgeBase::parse("", "x").unwrap_err().to_string(), "x:1:1: the file lacks `[bot]`");
    assert_eq!(
        KnowledgeBase::parse("[bot]\nname = 'S'", "x").unwrap_err().to_string(),
        "x:1:1: the file has no [[category]]"
    );
}

#[test]
fn ids_are_valid_and_unique() {
    let other = |id: &str| category("").replace("\"two\"", &format!("\"{id}\""));
    assert_eq!(problem(&other("pricing")), "9: duplicate category id `pricing`");
    assert!(problem(&other("Two words")).starts_with("9: category id `Two words` must be 1 to 50"));
    assert!(problem(&other(&"x".repeat(51))).contains("must be 1 to 50"));
    assert_eq!(problem(&other("fallback")), "9: category id `fallback` is reserved");
}

#[test]
fn patterns_that_could_surprise_are_refused() {
    let pattern = |re: &str| problem(&category(&format!("patterns = [{{ re = '{re}' }}]")));
    assert_eq!(pattern("(?:price)?"), "12: pattern `(?:price)?` matches the empty string");
    assert_eq!(pattern("^$"), "12: pattern `^$` matches the empty string");
    assert!(pattern("plan(?!et)").starts_with("12: look-around is not supported"));
    assert!(pattern("(?<=a)b").starts_with("12: look-around is not supported"));
    assert!(pattern(r"(a)\1").starts_with("12: back-references are not supported"));
    assert!(pattern("(plan").starts_with("12: invalid pattern: "));
    assert!(pattern(r"[^\s\S]").contains("can never match"));
    assert!(pattern(r"(?:\w{50}){50}").starts_with("12: pattern is over the size limit"));
    assert!(pattern(r"(?:(?:\w{100}){100}){100}").starts_with("12: pattern is over the size limit"));
    assert!(pattern(&"x".repeat(1_001)).starts_with("12: pattern is over the size limit"));
    assert!(pattern("(?x) price # all").starts_with("12: invalid pattern"));
}

#[test]
fn a_veto_is_checked_like_a_pattern() {
    assert!(
        problem(&category("patterns = [{ re = 'a',\nnot = 'b*' }]")).starts_with("13: pattern `b*` matches")
    );
}

#[test]
fn three_hundred_patterns_with_word_classes_fit() {
    let patterns: Vec<String> =
        (0..300).map(|n| format!(r"{{ re = 'word{n} (?:\w+ ){{0,5}}\w+ing' }}")).collect();
    load(&category(&format!("patterns = [{}]", patterns.join(",")))).unwrap();
}

#[test]
fn something_can_always_be_said() {
    assert_eq!(
        problem(&category("").replace("{ text", "{ when = \"named\", text")),
        "11: category `two` has no unconditional response: the last one must have no `when`"
    );
    assert_eq!(
        problem(&category("").replace("response = [", "response = [{ text = \"C\" },\n")),
        "12: category `two`: a response after the one without `when` is never said"
    );
    assert_eq!(problem("[[category]]\nid = \"two\"\ntitle = \"Two\"\n"), "8: category `two` has no response");
    assert_eq!(problem(&category("").replace("\"A\"", "\" \"")), "11: category `two` has a blank text");
}

#[test]
fn conditions_and_placeholders_are_checked() {
    let response = |first: &str| category("").replace("response = [", &format!("response = [{first},\n"));
    assert!(problem(&response("{ when = \"rich\", text = \"C\" }")).starts_with(
        "11: category `two`: condition `rich`: unknown fact `rich`; known are `signed_in`, `named`"
    ));
    assert_eq!(
        problem(&response("{ when = \"slot order\", text = \"C\" }")),
        "11: category `two`: no category asks for the slot `order`"
    );
    let asking = "[category.ask]\nslot = \"order\"\ntype = \"text\"\nprompt = \"Which?\"\n";
    load(&format!("{}{asking}", response("{ when = \"slot order\", text = \"{order}\" }"))).unwrap();
    assert!(
        problem(&format!("{}{asking}", response("{ when = \"named\", text = \"{order}\" }")))
            .contains("uses {order} where it may be unknown: the response needs `when = \"slot order\"`")
    );
    assert!(
        problem(&response("{ when = \"signed_in\", text = \"Hi {name}\" }"))
            .starts_with("11: category `two` uses {name} where it may be unknown")
    );
    assert!(
        problem(&response("{ when = \"named\", text = \"{nmae}\" }"))
            .starts_with("11: category `two` has an unknown placeholder `{nmae}`")
    );
    load(&response("{ when = \"named\", text = \"Hi {name}, I'm {bot}\" }")).unwrap();
}

#[test]
fn references_lead_somewhere() {
    assert_eq!(
        problem(&category("suggestions = [\"three\"]")),
        "12: dangling suggestion: no category has the id `three`"
    );
    assert_eq!(
        problem(&category("suggestions = [{ label = \"x\",\ncategory = \"three\" }]")),
        "13: dangling suggestion: no category has the id `three`"
    );
    assert_eq!(
        problem(&category("follows = \"three\"")),
        "12: `follows` names the category `three`, which does not exist"
    );
    assert_eq!(
        problem(&category("requires_topic = [\"three\"]")),
        "12: `requires_topic` names the category `three`, which does not exist"
    );
    assert_eq!(
        problem(&category("handoff = \"never\"")),
        "12: `handoff` must be `asked`, `always` or `repeated`, not `never`"
    );
}

#[test]
fn thresholds_fit_together() {
    assert_eq!(problem(&category("suggest = 0.9")), "8: `suggest` (0.9) must not be above `answer` (0.4)");
}

#[test]
fn synonyms_have_one_meaning_and_no_chain() {
    assert_eq!(
        problem("[synonyms]\na = [\"b\"]\nc = [\"d\", \"B!\"]\n"),
        "10: synonyms: `B!` has two meanings"
    );
    assert_eq!(problem("[synonyms]\na = [\"?\"]\n"), "9: synonyms: `?` has no word");
    assert_eq!(
        problem("[synonyms]\na = [\"b\"]\nb = [\"c\"]\n"),
        "10: synonyms: `b` is itself replaced by another key"
    );
}

#[test]
fn slots_and_entities_are_declared() {
    let ask =
        |kind: &str| format!("[category.ask]\nslot = \"invoice\"\ntype = \"{kind}\"\nprompt = \"Which?\"\n");
    assert!(problem(&ask("invoice")).starts_with("10: slot type `invoice` is not declared"));
    load(&ask("email")).unwrap();
    let entity = "[entities.invoice]\npattern = 'INV-\\d{6}'\nexample = \"INV-123456\"\n";
    load(&format!("{}{entity}", ask("invoice"))).unwrap();
    assert_eq!(
        problem(&entity.replace("INV-123456", "INV-1")),
        "10: entity `invoice`: the pattern does not find its own example"
    );
    assert_eq!(
        problem(&entity.replace("INV-\\d{6}", "x*")),
        "9: entity `invoice`: the pattern matches the empty string"
    );
}

#[test]
fn names_and_texts_are_not_left_blank() {
    let ask = |slot: &str, prompt: &str| {
        problem(&format!("[category.ask]\nslot = \"{slot}\"\ntype = \"text\"\nprompt = \"{prompt}\"\n"))
    };
    assert_eq!(ask("My slot", "?"), "9: slot `My slot` must be made of a-z, 0-9 and `_`");
    assert_eq!(ask("slot", " "), "11: a prompt is blank");
    assert!(
        problem("[entities.email]\npattern = \"a\"\nexample = \"a\"\n")
            .starts_with("8: entity `email` must be made of a-z, 0-9 and `_`, and not be a built-in one")
    );
    assert!(
        problem("[entities.x]\npattern = \"(\"\nexample = \"a\"\n")
            .starts_with("9: entity `x`: invalid pattern")
    );
    assert_eq!(problem("suggestions = [{ label = \"\" }]\n"), "8: a suggestion has a blank label");
    assert!(
        problem("suggestions = [\n1]\n").starts_with("9: a suggestion must be a category's id or a table")
    );
    assert_eq!(
        problems("[replies]\nwelcome = [1]\n"),
        ["9: reply `welcome` has no response", "9: `welcome` must be texts or responses, not integer"]
    );
    let long = "x".repeat(10_001);
    assert!(
        problem(&category("").replace("\"A\"", &format!("\"{long}\"")))
            .starts_with("11: category `two` has a text of more")
    );
}

#[test]
fn failing_tests_refuse_the_file() {
    let test = |body: &str| problem(&format!("[[test]]\n{body}\n"));
    assert_eq!(
        test("say = \"prices\"\nexpect = \"fallback\""),
        "8: failing [[test]]: `prices` gives `pricing` (1.00), not `fallback`"
    );
    assert_eq!(
        test("dialog = [\"prices\", \"xyzzy\"]\nexpect = [\"pricing\", \"pricing\"]"),
        "8: failing [[test]]: `xyzzy` gives `fallback`, not `pricing`"
    );
    assert_eq!(
        test("dialog = [\"prices\", \"xyzzy\"]\nexpect = \"handoff\""),
        "8: failing [[test]]: `xyzzy` gives `fallback`, not `handoff`"
    );
    assert_eq!(
        test("say = \"prices\"\nexpect = \"prizes\""),
        "8: [[test]]: `expect` names what is neither a category nor a decision"
    );
    assert_eq!(
        test("say = \"prices\"\nexpect = [\"pricing\", \"pricing\"]"),
        "8: [[test]]: `expect` needs one entry, or one for each line of `dialog`"
    );
    assert_eq!(test("expect = \"pricing\""), "8: [[test]] needs either `say` or `dialog`");
}

#[test]
fn problems_of_many_kinds_come_in_one_report() {
    let tail = category("patterns = [{ re = 'a(?=b)' }, { re = 'c*' }]\nfollows = [\"three\"]");
    let found = problems(&format!("{tail}[settings]\nx = 1\n"));
    let lines: Vec<&str> = found.iter().filter_map(|problem| problem.split(':').next()).collect();
    assert_eq!(lines, ["12", "12", "13", "15"], "{found:#?}");
}

#[test]
fn doubtful_files_load_with_warnings() {
    warned("", 1, "customers cannot ask for a human");
    warned("", 3, "category `pricing` has 0 examples");
    warned(&category(""), 8, "category `two` has no patterns");
    warned(&category("").replace("\"A\", ", ""), 11, "one wording only");
    warned(
        &category(
            "examples = [\"Two!\"]\n[[category]]\nid = \"three\"\ntitle = \"Three\"\nexamples = [\"two\"]\nresponse = [{ text = \"C\" }]",
        ),
        16,
        "the example `two` is one of `two` too",
    );
    warned(
        &category("examples = [\"no prices\"]"),
        12,
        "a rule of `pricing` fires on `no prices`, an example of `two`",
    );
    warned("not_examples = [\"prices of gold\"]\n", 8, "is answered with `pricing`");
    warned(
        "suggestions = [{ label = \"What is love?\" }]\n",
        8,
        "cannot answer its own suggestion `What is love?`",
    );
    warned(
        &category("suggestions = [{ label = \"Prices\", category = \"two\" }]"),
        12,
        "stands for `pricing` already",
    );
    warned(&category("patterns = [{ re = \"what's\" }]"), 12, "wants `'`, which no message has");
    warned(&category("patterns = [{ re = \"SSL\" }]"), 12, "wants `S`");
}

#[test]
fn files_are_read_from_disk_and_named_in_errors() {
    let missing = KnowledgeBase::from_file("does/not/exist.toml").unwrap_err();
    assert!(matches!(missing, LoadError::Read { .. }));
    assert!(missing.problems().is_empty());
    assert!(missing.to_string().contains("does/not/exist.toml"));
    let built_in = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bot/default.toml");
    assert!(KnowledgeBase::from_file(built_in).is_ok());
}
