//! REST's URI templates: which operation a method and path mean, and the labels in the path.

use percent_encoding::percent_decode_str;

use crate::shape::{Model, OperationShape};

/// The labels of a path, decoded, by name.
pub type Labels = Vec<(&'static str, String)>;

/// The operation whose template fits best: the one with the most literal segments and parameters.
pub fn find(model: &Model, method: &str, path: &str, query: &str) -> Option<(&'static OperationShape, Labels)> {
    let candidates = model.operations.iter().copied().filter(|operation| operation.method == method);
    let fitting = candidates.filter_map(|operation| Some((operation, labels(operation.uri, path, query)?)));
    fitting.max_by_key(|(operation, _)| literals(operation.uri))
}

fn literals(template: &str) -> usize {
    template.split(['/', '?', '&']).filter(|segment| !segment.is_empty() && !segment.starts_with('{')).count()
}

fn labels(template: &'static str, path: &str, query: &str) -> Option<Labels> {
    let (template, parameters) = template.split_once('?').unwrap_or((template, ""));
    let has = |wanted: &str| query.split('&').any(|sent| sent == wanted || sent.strip_suffix('=') == Some(wanted));
    if !parameters.split('&').filter(|wanted| !wanted.is_empty()).all(has) {
        return None;
    }
    let mut labels = Labels::new();
    let mut rest = Some(path.strip_prefix('/')?);
    let mut segments = template.strip_prefix('/')?.split('/').peekable();
    while let Some(segment) = segments.next() {
        let left = rest?;
        let name = segment.strip_prefix('{').and_then(|label| label.strip_suffix('}'));
        let is_greedy = name.is_some_and(|name| name.ends_with('+'));
        let (found, after) = match left.split_once('/') {
            Some((found, after)) if !is_greedy => (found, Some(after)),
            _ => (left, None),
        };
        rest = after;
        match name {
            Some(_) if found.is_empty() => return None,
            Some(name) => labels.push((name.trim_end_matches('+'), decode(found)?)),
            None if found == segment => {}
            None => return None,
        }
        // A slash at the end is no segment.
        if segments.peek().is_none() && rest.is_some_and(|rest| !rest.is_empty()) {
            return None;
        }
    }
    Some(labels)
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_bind_their_labels() {
        let bound = |template, path, query| labels(template, path, query);
        let label = |name, value: &str| Some(vec![(name, value.to_owned())]);
        assert_eq!(bound("/tags/{arn+}", "/tags/arn%3Aaws/b/c", ""), label("arn", "arn:aws/b/c"));
        assert_eq!(bound("/f/{Name}/code", "/f/a%20b/code", ""), label("Name", "a b"));
        assert_eq!(bound("/f/{Name}", "/f/a/", ""), label("Name", "a"));
        assert_eq!(bound("/f/{Name}?x", "/f/a", "x=&y=1"), label("Name", "a"));
        for (template, path, query) in [
            ("/f/{N}", "/f/", ""),
            ("/f/{N}", "/f/a/b", ""),
            ("/f/{N}?x", "/f/a", "y"),
            ("/f", "/g", ""),
            ("/f/g", "/f", ""),
        ] {
            assert_eq!(bound(template, path, query), None, "{template} {path}");
        }
        assert_eq!(bound("/f/", "/f", ""), None);
    }
}
