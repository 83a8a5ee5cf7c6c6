//! The widget's modules as one file, and its style sheets as another.
//!
//! A page of another site fetches them over HTTP/1.1, six at a time, each a round trip away: two dozen small files would
//! keep a visitor waiting for longer than all the rest. They are written as modules that each do one thing, served as such
//! too, and joined when the program starts: a module becomes a function that is called once and returns what it exports,
//! and its imports become constants. What that asks of their style, a test looks after (`ui-tests/lint.test.mjs`).

use std::{fmt::Write as _, iter};

use super::assets::{imported, resolve};

/// A library that is one file already, and stays one.
const VENDOR: &str = "vendor/";

/// Joins a module and all it needs, each after what it needs itself. `read` finds a module by its path.
pub(super) fn join<'a>(entry: &str, read: &impl Fn(&str) -> &'a str) -> String {
    let mut joined = Joined { read, order: Vec::new(), head: String::new(), body: String::new() };
    let exports = joined.add(entry);
    let Joined { order, head, body, .. } = joined;
    let last = order.len() - 1;
    format!("{head}{body}export const {{ {} }} = m{last};\n", exports.join(", "))
}

struct Joined<'r, R> {
    read: &'r R,
    /// The modules so far; the place of one is its name.
    order: Vec<String>,
    head: String,
    body: String,
}

impl<'a, R: Fn(&str) -> &'a str> Joined<'_, R> {
    /// Adds a module that is not there yet, and tells what it exports.
    fn add(&mut self, path: &str) -> Vec<String> {
        let mut exports = Vec::new();
        let mut lines = String::new();
        for line in without_comments((self.read)(path)) {
            if let Some(needed) = imported(line) {
                let from = self.name_of(&resolve(path, needed));
                if let Some(names) = between(line, '{', '}') {
                    // Writing to a string cannot fail.
                    _ = writeln!(lines, "const {{{}}} = {from};", names.replace(" as ", ": "));
                }
            } else {
                let declared = line.strip_prefix("export ");
                exports.extend(declared.and_then(declared_name));
                lines.push_str(declared.unwrap_or(line).trim());
                lines.push('\n');
            }
        }
        let name = self.order.len();
        self.order.push(path.to_owned());
        let returned = exports.join(", ");
        _ = writeln!(
            self.body,
            "// {path}\nconst m{name} = (() => {{\n{lines}return {{ {returned} }};\n}})();"
        );
        exports
    }

    /// What a module is called here, after it has been added.
    fn name_of(&mut self, path: &str) -> String {
        if let Some(file) = path.strip_prefix(VENDOR) {
            let name = file.trim_end_matches(".js");
            if !self.head.contains(path) {
                _ = writeln!(self.head, "import * as {name} from '../{path}';");
            }
            return name.to_owned();
        }
        let known = self.order.iter().position(|known| known == path);
        let place = known.unwrap_or_else(|| {
            self.add(path);
            self.order.len() - 1
        });
        format!("m{place}")
    }
}

/// A script as it is sent: without what is there for those who read it.
pub(super) fn compact(script: &str) -> String {
    without_comments(script).flat_map(|line| [line.trim(), "\n"]).collect()
}

/// Style sheets in their order, without comments.
pub(super) fn join_sheets<'a>(sheets: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for sheet in sheets {
        let mut rest = Some(sheet);
        let code = iter::from_fn(|| {
            let (code, comment) =
                rest?.split_once("/*").map_or((rest?, None), |(code, more)| (code, Some(more)));
            rest = comment.and_then(|comment| comment.split_once("*/")).map(|(_, rest)| rest);
            Some(code)
        });
        let code: String = code.collect();
        let lines = code.lines().map(str::trim).filter(|line| !line.is_empty());
        joined.extend(lines.flat_map(|line| [line, "\n"]));
    }
    joined
}

/// The lines that do something. A comment begins at the beginning of a line.
fn without_comments(text: &str) -> impl Iterator<Item = &str> {
    let mut is_comment = false;
    text.lines().filter_map(move |line| {
        is_comment |= line.trim_start().starts_with("/**");
        let code = match line.split_once("*/") {
            Some((_, code)) if is_comment => {
                is_comment = false;
                code
            }
            _ => line,
        };
        let is_said = is_comment || code.trim().is_empty() || code.trim_start().starts_with("//");
        (!is_said).then_some(code)
    })
}

/// The name that a declaration declares.
fn declared_name(declaration: &str) -> Option<String> {
    let rest = declaration.strip_prefix("async ").unwrap_or(declaration);
    let rest = ["const ", "function ", "class "].iter().find_map(|keyword| rest.strip_prefix(keyword))?;
    Some(rest.chars().take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$')).collect())
}

fn between(text: &str, open: char, close: char) -> Option<&str> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close).map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_follow_each_other_without_comments() {
        let joined =
            join_sheets(["/* A\n   b */\n.a { color: red; } /* why */\n\n  .b { top: 0; }\n", ".c {}"]);
        assert_eq!(joined, ".a { color: red; }\n.b { top: 0; }\n.c {}\n");
    }

    #[test]
    fn each_module_comes_once_after_what_it_needs() {
        let read = |path: &str| match path {
            "widget/a.js" => {
                "// A.\nimport { html } from '../vendor/lit.js';\nimport { b as c } from './b.js';\n\
                 import { one } from '../lib/one.js';\n\n/** Says it.\n * @returns {string} */\n\
                 export async function create() {\n  // Why.\n  return html`${c}${one}`;\n}\n"
            }
            "widget/b.js" => "import { one, Two } from '../lib/one.js';\nexport const b = one;\n",
            "lib/one.js" => {
                "const hidden = 1;\nexport const one = hidden;\nexport class Two {\n  /** @type {string} */ three = '';\n}\n"
            }
            other => panic!("{other}"),
        };
        assert_eq!(
            join("widget/a.js", &read),
            "import * as lit from '../vendor/lit.js';\n\
             // lib/one.js\nconst m0 = (() => {\nconst hidden = 1;\nconst one = hidden;\nclass Two {\nthree = '';\n}\nreturn { one, Two };\n})();\n\
             // widget/b.js\nconst m1 = (() => {\nconst { one, Two } = m0;\nconst b = one;\nreturn { b };\n})();\n\
             // widget/a.js\nconst m2 = (() => {\nconst { html } = lit;\nconst { b: c } = m1;\nconst { one } = m0;\n\
             async function create() {\nreturn html`${c}${one}`;\n}\nreturn { create };\n})();\n\
             export const { create } = m2;\n"
        );
    }
}
