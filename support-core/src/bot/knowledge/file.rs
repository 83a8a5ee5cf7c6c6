//! The knowledge-base file as written: its shape, not yet its sense.

use toml::de::{DeTable, DeValue};

use super::{
    diagnostic::{At, Findings},
    reader::Reader,
};

/// A whole file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) name: Option<At<String>>,
    pub(super) languages: Vec<At<String>>,
    pub(super) utc_offset: Option<At<String>>,
    pub(super) menu: Vec<SuggestionEntry>,
    pub(super) settings: ThresholdsEntry,
    pub(super) words: WordsEntry,
    pub(super) synonyms: Vec<(At<String>, Vec<At<String>>)>,
    pub(super) entities: Vec<EntityEntry>,
    pub(super) replies: Vec<(At<String>, Vec<ResponseEntry>)>,
    /// What is none of the bot's business.
    pub(super) out_of_scope: Vec<At<String>>,
    pub(super) categories: Vec<CategoryEntry>,
    pub(super) tests: Vec<TestEntry>,
}

/// Limits that decide between answering, asking back and giving up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ThresholdsEntry {
    pub(super) answer: Option<f64>,
    pub(super) margin: Option<f64>,
    pub(super) suggest: Option<f64>,
}

/// What counts as yes and no after "did you mean".
#[derive(Debug, Default)]
pub(super) struct WordsEntry {
    pub(super) yes: Vec<At<String>>,
    pub(super) no: Vec<At<String>>,
}

#[derive(Debug)]
pub(super) struct EntityEntry {
    pub(super) name: At<String>,
    pub(super) pattern: At<String>,
    pub(super) example: At<String>,
}

#[derive(Debug)]
pub(super) struct CategoryEntry {
    pub(super) at: usize,
    pub(super) id: At<String>,
    pub(super) title: At<String>,
    pub(super) priority: i64,
    pub(super) social: bool,
    pub(super) handoff: Option<At<String>>,
    pub(super) thresholds: ThresholdsEntry,
    pub(super) patterns: Vec<PatternEntry>,
    pub(super) examples: Vec<At<String>>,
    pub(super) not_examples: Vec<At<String>>,
    pub(super) suggestions: Vec<SuggestionEntry>,
    pub(super) follows: Vec<At<String>>,
    pub(super) requires_topic: Vec<At<String>>,
    pub(super) responses: Vec<ResponseEntry>,
    pub(super) ask: Option<AskEntry>,
}

#[derive(Debug)]
pub(super) struct PatternEntry {
    pub(super) re: At<String>,
    pub(super) weight: f64,
    pub(super) not: Option<At<String>>,
}

/// A suggestion: the id of a category, or a label with or without one.
#[derive(Debug)]
pub(super) struct SuggestionEntry {
    pub(super) label: Option<At<String>>,
    pub(super) category: Option<At<String>>,
}

#[derive(Debug)]
pub(super) struct ResponseEntry {
    pub(super) at: usize,
    pub(super) when: Option<At<String>>,
    pub(super) texts: Vec<At<String>>,
}

#[derive(Debug)]
pub(super) struct AskEntry {
    pub(super) slot: At<String>,
    pub(super) kind: At<String>,
    /// Several wordings of the question; never none.
    pub(super) prompts: Vec<At<String>>,
}

#[derive(Debug)]
pub(super) struct TestEntry {
    pub(super) at: usize,
    pub(super) say: Vec<At<String>>,
    pub(super) expect: Vec<At<String>>,
}

impl File {
    /// Reads the text of a file; whatever cannot be read becomes a finding.
    pub(super) fn read(text: &str, findings: &mut Findings) -> Self {
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            findings.add(error.span().map_or(0, |span| span.start), format!("not TOML: {}", error.message()));
        }
        if !errors.is_empty() {
            return Self::default();
        }
        let mut root = Reader::new("the file", document.into_inner(), 0, findings);
        let mut file = Self::default();
        if root.table("bot", "[bot]", |table| file.read_bot(table)).is_none() {
            root.missing("[bot]");
        }
        file.settings = root
            .table("settings", "[settings]", |mut table| {
                let thresholds = thresholds(&mut table);
                table.finish();
                thresholds
            })
            .unwrap_or_default();
        file.words = root.table("words", "[words]", words).unwrap_or_default();
        file.synonyms = root.table("synonyms", "[synonyms]", synonyms).unwrap_or_default();
        file.entities = root.table("entities", "[entities]", entities).unwrap_or_default();
        file.replies = root.table("replies", "[replies]", replies).unwrap_or_default();
        file.out_of_scope = root
            .table("out_of_scope", "[out_of_scope]", |mut table| {
                let examples = table.texts("examples");
                table.finish();
                examples
            })
            .unwrap_or_default();
        file.categories = root.tables("category", "[[category]]", category);
        file.tests = root.tables("test", "[[test]]", test);
        root.finish();
        file
    }

    fn read_bot(&mut self, mut table: Reader<'_, '_>) {
        self.name = Some(table.required_text("name"));
        self.languages = table.texts("languages");
        self.utc_offset = table.text("utc_offset");
        self.menu = suggestions(&mut table);
        table.finish();
    }
}

fn thresholds(table: &mut Reader<'_, '_>) -> ThresholdsEntry {
    ThresholdsEntry {
        answer: table.fraction("answer"),
        margin: table.fraction("margin"),
        suggest: table.fraction("suggest"),
    }
}

fn words(mut table: Reader<'_, '_>) -> WordsEntry {
    let words = WordsEntry { yes: table.texts("yes"), no: table.texts("no") };
    table.finish();
    words
}

fn synonyms(mut table: Reader<'_, '_>) -> Vec<(At<String>, Vec<At<String>>)> {
    let meanings = table.keys();
    meanings
        .into_iter()
        .map(|meaning| {
            let phrases = table.texts(&meaning.value);
            (meaning, phrases)
        })
        .collect()
}

fn entities(mut table: Reader<'_, '_>) -> Vec<EntityEntry> {
    let names = table.keys();
    names
        .into_iter()
        .filter_map(|name| {
            let key = name.value.clone();
            table.table(&key, "[entities.…]", |mut entity| {
                let (pattern, example) = (entity.required_text("pattern"), entity.required_text("example"));
                entity.finish();
                EntityEntry { name, pattern, example }
            })
        })
        .collect()
}

fn replies(mut table: Reader<'_, '_>) -> Vec<(At<String>, Vec<ResponseEntry>)> {
    let names = table.keys();
    names
        .into_iter()
        .map(|name| {
            let responses = reply(&mut table, &name);
            (name, responses)
        })
        .collect()
}

/// A reply is a string, a list of strings, or a list of responses as a category has them.
fn reply(table: &mut Reader<'_, '_>, name: &At<String>) -> Vec<ResponseEntry> {
    let mut plain = Vec::new();
    let mut responses = Vec::new();
    for value in table.values(&name.value).unwrap_or_default() {
        let at = value.span().start;
        match value.into_inner() {
            DeValue::String(text) => plain.push(At::new(text.into_owned(), at)),
            DeValue::Table(inner) => {
                responses.push(response(Reader::new("[[replies.…]]", inner, at, table.findings())));
            }
            other => table
                .findings()
                .add(at, format!("`{}` must be texts or responses, not {}", name.value, other.type_str())),
        }
    }
    if !plain.is_empty() {
        responses.push(ResponseEntry { at: name.at, when: None, texts: plain });
    }
    responses
}

fn category(mut table: Reader<'_, '_>) -> CategoryEntry {
    let entry = CategoryEntry {
        at: table.at(),
        id: table.required_text("id"),
        title: table.required_text("title"),
        priority: table.integer("priority").unwrap_or_default(),
        social: table.flag("social").unwrap_or_default(),
        handoff: table.text("handoff"),
        thresholds: thresholds(&mut table),
        patterns: table.tables("patterns", "a pattern", pattern),
        examples: table.texts("examples"),
        not_examples: table.texts("not_examples"),
        suggestions: suggestions(&mut table),
        follows: table.texts("follows"),
        requires_topic: table.texts("requires_topic"),
        responses: table.tables("response", "[[category.response]]", response),
        ask: table.table("ask", "[category.ask]", ask),
    };
    table.finish();
    entry
}

fn pattern(mut table: Reader<'_, '_>) -> PatternEntry {
    let entry = PatternEntry {
        re: table.required_text("re"),
        weight: table.fraction("w").unwrap_or(1.0),
        not: table.text("not"),
    };
    table.finish();
    entry
}

fn suggestions(table: &mut Reader<'_, '_>) -> Vec<SuggestionEntry> {
    let mut found = Vec::new();
    for value in table.values("suggestions").unwrap_or_default() {
        let at = value.span().start;
        match value.into_inner() {
            DeValue::String(id) => {
                found.push(SuggestionEntry { label: None, category: Some(At::new(id.into_owned(), at)) });
            }
            DeValue::Table(inner) => {
                let mut inner = Reader::new("a suggestion", inner, at, table.findings());
                let (label, category) = (inner.required_text("label"), inner.text("category"));
                inner.finish();
                found.push(SuggestionEntry { label: Some(label), category });
            }
            other => table.findings().add(
                at,
                format!(
                    "a suggestion must be a category's id or a table with `label`, not {}",
                    other.type_str()
                ),
            ),
        }
    }
    found
}

fn response(mut table: Reader<'_, '_>) -> ResponseEntry {
    let entry = ResponseEntry { at: table.at(), when: table.text("when"), texts: table.texts("text") };
    if entry.texts.is_empty() {
        table.missing("text");
    }
    table.finish();
    entry
}

fn ask(mut table: Reader<'_, '_>) -> AskEntry {
    let entry = AskEntry {
        slot: table.required_text("slot"),
        kind: table.required_text("type"),
        prompts: table.texts("prompt"),
    };
    if entry.prompts.is_empty() {
        table.missing("prompt");
    }
    table.finish();
    entry
}

fn test(mut table: Reader<'_, '_>) -> TestEntry {
    let at = table.at();
    let (say, dialog) = (table.text("say"), table.texts("dialog"));
    if say.is_some() != dialog.is_empty() {
        table.findings().add(at, "[[test]] needs either `say` or `dialog`");
    }
    let expect = table.texts("expect");
    if expect.is_empty() {
        table.missing("expect");
    }
    table.finish();
    TestEntry { at, say: say.into_iter().chain(dialog).collect(), expect }
}
