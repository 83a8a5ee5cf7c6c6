//! Server-sent events, as far as this needs them: the data of each, in order.

/// Takes bytes as they come and gives the data of every event that is complete.
#[derive(Debug, Default)]
pub(crate) struct Events {
    line: Vec<u8>,
    data: Option<String>,
}

/// A line that is no text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotText;

impl Events {
    /// The events that these bytes complete. A character may be cut in two between one call and the next.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, NotText> {
        let mut complete = Vec::new();
        for &byte in bytes {
            if byte != b'\n' {
                self.line.push(byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let line = std::str::from_utf8(&line).map_err(|_| NotText)?;
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.is_empty() {
                complete.extend(self.data.take());
            } else if let Some(data) = line.strip_prefix("data:") {
                let data = data.strip_prefix(' ').unwrap_or(data);
                match &mut self.data {
                    Some(before) => {
                        before.push('\n');
                        before.push_str(data);
                    }
                    None => self.data = Some(data.to_owned()),
                }
            }
        }
        Ok(complete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_whole_however_they_are_cut() {
        let stream = ": hello\r\n\r\nevent: x\r\ndata: ä\r\n\r\ndata:{\"a\":\ndata: 1}\n\ndata: cut off\n";
        for size in 1..stream.len() {
            let mut events = Events::default();
            let found = stream.as_bytes().chunks(size).flat_map(|chunk| events.push(chunk).unwrap());
            assert_eq!(found.collect::<Vec<_>>(), ["ä", "{\"a\":\n1}"]);
        }
    }

    #[test]
    fn what_is_no_text_is_no_event() {
        assert_eq!(Events::default().push(b"data: \xff\n\n"), Err(NotText));
    }
}
