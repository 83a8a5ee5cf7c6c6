//! The widget's modules as one file, and its style sheets as another.
//!
//! A page of another site fetches them over HTTP/1.1, six at a time, each a round trip away: two dozen small files would
//! keep a visitor waiting for longer than all the rest. They are written as modules that each do one thing, served as such
//! too, and joined when the program starts: one after the other, each after what it needs, without their imports of each
//! other. What that asks of their style, and that no two of them give one name to two things, tests look after
//! (`ui-tests/lint.test.mjs`).

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};

use super::assets::{imported, resolve};

/// A library that is one file already, and stays one.
const VENDOR: &str = "vendor/";

/// A file that is made of modules.
pub(super) struct Joined {
    pub(super) script: String,
    modules: Vec<String>,
}

/// Joins a module and all it needs. `read` finds a module by its path. What is in another joined file already, whose address
/// is given with it, is imported from there.
pub(super) fn join<'a>(
    entry: &str,
    earlier: Option<(&str, &Joined)>,
    read: &impl Fn(&str) -> &'a str,
) -> Joined {
    let (imports, modules, body) = (BTreeMap::new(), Vec::new(), String::new());
    let mut joining = Joining { read, earlier, imports, modules, body };
    joining.add(entry);
    let Joining { imports, modules, body, .. } = joining;
    let head = imports.into_iter().map(|(address, names)| {
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        format!("import {{ {names} }} from '{address}';\n")
    });
    Joined { script: head.chain([body]).collect(), modules }
}

struct Joining<'j, R> {
    read: &'j R,
    earlier: Option<(&'j str, &'j Joined)>,
    /// What other files are asked for, by their addresses.
    imports: BTreeMap<String, BTreeSet<String>>,
    modules: Vec<String>,
    body: String,
}

impl<'a, R: Fn(&str) -> &'a str> Joining<'_, R> {
    /// Adds a module, after those that it needs and that are not there yet.
    fn add(&mut self, path: &str) {
        self.modules.push(path.to_owned());
        let mut own = String::new();
        for line in compact((self.read)(path)).lines() {
            let Some(needed) = imported(line).map(|address| resolve(path, address)) else {
                own.extend([line, "\n"]);
                continue;
            };
            if let Some(file) = self.file_of(&needed) {
                let names = between(line, "{ ", " }").unwrap_or_default().split(", ");
                self.imports.entry(file).or_default().extend(names.map(str::to_owned));
            } else if !self.modules.contains(&needed) {
                self.add(&needed);
            }
        }
        self.body.push_str(&own);
    }

    /// The address of a module that is in a file of its own, or in one that is there already.
    fn file_of(&self, path: &str) -> Option<String> {
        if path.starts_with(VENDOR) {
            return Some(format!("../{path}"));
        }
        let (address, earlier) = self.earlier?;
        earlier.modules.iter().any(|known| known == path).then(|| address.to_owned())
    }
}

/// A script as it is sent: without what is there for those who read it.
pub(super) fn compact(script: &str) -> String {
    let code = without(script, "/**", "*/");
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Style sheets in their order, without comments and without the spaces that are there for those who read them.
pub(super) fn join_sheets<'a>(sheets: impl IntoIterator<Item = &'a str>) -> String {
    /// None of these stands in a string of the sheets.
    const LOOSE: [&str; 6] = [": ", "; ", ", ", " {", "{ ", " }"];
    let code: String = sheets.into_iter().map(|sheet| without(sheet, "/*", "*/") + "\n").collect();
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| LOOSE.iter().fold(format!("{line}\n"), |line, loose| line.replace(loose, loose.trim())))
        .collect()
}

/// A text without its comments.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut rest = Some(text);
    iter::from_fn(|| {
        let (code, comment) = rest?.split_once(open).map_or((rest?, None), |(code, more)| (code, Some(more)));
        rest = comment
            .and_then(|comment| comment.split_once(close))
            .map(|(_, rest)| rest.trim_start_matches(' '));
        Some(code)
    })
    .collect()
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close).map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_follow_each_other_without_comments() {
        let joined = join_sheets([
            "/* A\n   b */\n.a:hover, .a :is(b) { color: red; top: 0; } /* why */\n\n  .b { top: 0; }\n",
            ".c {}",
        ]);
        assert_eq!(joined, ".a:hover,.a :is(b){color:red;top:0;}\n.b{top:0;}\n.c{}\n");
    }

    fn read(path: &str) -> &'static str {
        match path {
            "widget/a.js" => {
                "// A.\nimport { html } from '../vendor/lit.js';\nimport { b } from './b.js';\n\
                 import { one } from '../lib/one.js';\n\n/** Says it.\n * @returns {string} */\n\
                 export async function create() {\n  // Why.\n  return html`${/** @type {string} */ (b)}${one}`;\n}\n"
            }
            "widget/b.js" => "import { one, Two } from '../lib/one.js';\nexport const b = one;\n",
            "lib/one.js" => {
                "const hidden = 1;\nexport const one = hidden;\nexport class Two {\n  /** @type {string} */ three = '';\n}\n"
            }
            "widget/later.js" => {
                "import { html, nothing } from '../vendor/lit.js';\nimport { Two } from '../lib/one.js';\n\
                 import { b } from './b.js';\nimport { four } from './four.js';\nexport const later = [html, nothing, b, four, Two];\n"
            }
            "widget/four.js" => "import { one } from '../lib/one.js';\nexport const four = one;\n",
            other => panic!("{other}"),
        }
    }

    #[test]
    fn each_module_comes_once_after_what_it_needs() {
        assert_eq!(
            join("widget/a.js", None, &read).script,
            "import { html } from '../vendor/lit.js';\n\
             const hidden = 1;\nexport const one = hidden;\nexport class Two {\nthree = '';\n}\n\
             export const b = one;\n\
             export async function create() {\nreturn html`${(b)}${one}`;\n}\n"
        );
    }

    #[test]
    fn what_is_there_already_is_imported_from_where_it_is() {
        let first = join("widget/a.js", None, &read);
        assert_eq!(
            join("widget/later.js", Some(("./first.js", &first)), &read).script,
            "import { html, nothing } from '../vendor/lit.js';\n\
             import { Two, b, one } from './first.js';\n\
             export const four = one;\n\
             export const later = [html, nothing, b, four, Two];\n"
        );
    }
}
