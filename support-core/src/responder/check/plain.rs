//! Markdown, which models write unasked, as plain text; and HTML, which is refused.

/// The beginning of an HTML tag, comment or entity.
pub(super) fn markup(text: &str) -> Option<&str> {
    let opens = |(at, c): (usize, char)| {
        let rest = &text[at + c.len_utf8()..];
        match c {
            '<' => {
                rest.starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'))
            }
            '&' => {
                let end = rest.find(|next: char| !next.is_ascii_alphanumeric() && next != '#');
                end.is_some_and(|end| end > 1 && rest[end..].starts_with(';'))
            }
            _ => false,
        }
        .then_some(&text[at..])
    };
    let found = text.char_indices().find_map(opens)?;
    Some(found.split_whitespace().next().unwrap_or(found))
}

/// Without the signs of emphasis, headings, code and links, which are no part of what a customer reads.
pub(super) fn from_markdown(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("```")).map(|line| {
        let bare = line.trim_start();
        let heading = bare.trim_start_matches('#');
        let level = bare.len() - heading.len();
        let line =
            if (1..=6).contains(&level) && heading.starts_with(' ') { heading.trim_start() } else { line };
        let line = match bare.strip_prefix("* ").or_else(|| bare.strip_prefix("+ ")) {
            Some(item) => format!("- {item}"),
            None => line.to_owned(),
        };
        links(&line.replace("**", "").replace('`', ""))
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// `[label](target)` as `label (target)`, so that the target is read, by the check and by the customer.
fn links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(middle) = rest.find("](") {
        let (before, after) = (&rest[..middle], &rest[middle + 2..]);
        let (Some(open), Some(close)) = (before.rfind('['), after.find(')')) else { break };
        let label = &before[open + 1..];
        out.push_str(before[..open].trim_end_matches('!'));
        let target = after[..close].trim();
        if label == target {
            out.push_str(target);
        } else {
            out.push_str(&format!("{label} ({target})"));
        }
        rest = &after[close + 1..];
    }
    out.push_str(rest);
    out
}

/// Without the numbers of a list that counts its lines, which say nothing.
pub(super) fn without_list_numbers(text: &str) -> String {
    let mut next = 1_u32;
    let lines = text.lines().map(|line| {
        let bare = line.trim_start();
        let after = bare.strip_prefix(&next.to_string()).and_then(|rest| rest.strip_prefix(['.', ')']));
        match after.filter(|rest| rest.starts_with(' ')) {
            Some(item) => {
                next += 1;
                item.to_owned()
            }
            None => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_plain_text() {
        assert_eq!(
            from_markdown(
                "## Backups\n\n* **Nightly**, see `panel`\n+ [Help](https://example.org/a)\n```sh\nls\n```"
            ),
            "Backups\n\n- Nightly, see panel\n- Help (https://example.org/a)\nls"
        );
        assert_eq!(from_markdown("![x](http://e.example/p.png) [a](b"), "x (http://e.example/p.png) [a](b");
        assert_eq!(from_markdown("[https://a.example](https://a.example)"), "https://a.example");
        assert_eq!(from_markdown("2 * 3 #1 ####### no"), "2 * 3 #1 ####### no");
    }

    #[test]
    fn tags_comments_and_entities_are_markup() {
        for markup_of in
            ["<b>x</b>", "</p>", "<!-- -->", "<img src=x onerror=y>", "&lt;b&gt;", "&#104;", "a&nbsp;b"]
        {
            assert!(markup(markup_of).is_some(), "{markup_of}");
        }
        for plain in ["1 < 2", "a <- b", "Q&A; fine", "R&D", "x &; y", "<3"] {
            assert_eq!(markup(plain), None);
        }
    }

    #[test]
    fn only_a_list_that_counts_from_one_loses_its_numbers() {
        assert_eq!(without_list_numbers("Do:\n1. Open\n2) Click\n4. Pay"), "Do:\n Open\n Click\n4. Pay");
        assert_eq!(without_list_numbers("5. Pay\n1.5 GB"), "5. Pay\n1.5 GB");
    }
}
