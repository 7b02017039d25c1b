//! A line's fields as tracing-subscriber writes them to what is no terminal, without its detour over colours: the line of
//! a request is written for each of them.

use std::fmt::{self, Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FormatFields, format::Writer},
};

pub(super) struct Plain;

impl<'w> FormatFields<'w> for Plain {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut line = Line { writer, is_begun: false, result: Ok(()) };
        fields.record(&mut line);
        line.result
    }
}

struct Line<'w> {
    writer: Writer<'w>,
    is_begun: bool,
    result: fmt::Result,
}

impl Line<'_> {
    fn write(&mut self, field: &Field, write: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let has_name = field.name() != "message";
        let begin = |writer: &mut Writer<'_>| {
            if self.is_begun {
                writer.write_char(' ')?;
            }
            if has_name {
                writer.write_str(field.name())?;
                writer.write_char('=')?;
            }
            Ok(())
        };
        if self.result.is_ok() {
            self.result = begin(&mut self.writer).and_then(|()| write(&mut self.writer));
            self.is_begun = true;
        }
    }
}

impl Visit for Line<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if field.name() == "message" {
            self.record_debug(field, &format_args!("{value}"));
        } else if value.bytes().all(is_plain) {
            self.write(field, |writer| {
                writer.write_char('"')?;
                writer.write_str(value)?;
                writer.write_char('"')
            });
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.write(field, |writer| match field.name() {
            "message" => write!(Harmless(writer), "{value:?}"),
            _ => write!(writer, "{value:?}"),
        });
    }
}

/// Keeps from terminals what would move them: others may read the log there.
struct Harmless<'h, 'w>(&'h mut Writer<'w>);

impl fmt::Write for Harmless<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let is_harmful = |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
        if !text.contains(is_harmful) {
            return self.0.write_str(text);
        }
        text.chars().try_for_each(|character| match is_harmful(character) {
            true => write!(self.0, "{}", character.escape_default()),
            false => self.0.write_char(character),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use parking_lot::Mutex;
    use tracing::subscriber::with_default;

    use super::*;

    static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

    struct Kept;

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            LINES.lock().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_is_what_tracing_subscriber_would_write() {
        let log = || tracing_subscriber::fmt().with_ansi(false).without_time().with_writer(|| Kept);
        let tell = || {
            let (none, error) = (None::<&str>, fmt::Error);
            tracing::info!(
                name = "a-1",
                quoted = "a \"b\\ü\n",
                none,
                count = 5_u16,
                took = 1.25,
                %error,
                list = ?["x"],
                "done \u{1b}[0m"
            );
            let _span = tracing::info_span!("span", id = "x").entered();
            tracing::warn!(is_so = true, "in {}", "it");
        };
        with_default(log().finish(), tell);
        let usual = std::mem::take(&mut *LINES.lock());
        with_default(log().fmt_fields(Plain).finish(), tell);
        let (ours, usual) = (LINES.lock().clone(), String::from_utf8(usual).unwrap());
        assert_eq!(String::from_utf8(ours).unwrap().replace("\\u{1b}", "\\x1b"), usual);
    }
}
