//! Which image a runtime runs in.

use std::collections::BTreeMap;

/// Where AWS publishes the images of its runtimes.
const REPOSITORY: &str = "public.ecr.aws/lambda";

/// What stands for the runtime in a pattern.
const PLACEHOLDER: &str = "<runtime>";

/// Images by runtime: AWS's, unless the user names others.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum ImageMapping {
    #[default]
    Aws,
    /// A name that holds `<runtime>`.
    Pattern(String),
    /// By runtime; AWS's for those that are missing.
    Names(BTreeMap<String, String>),
}

impl ImageMapping {
    /// Reads what `LAMBDA_RUNTIME_IMAGE_MAPPING` is set to: a pattern with `<runtime>`, or a JSON object.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::Aws);
        }
        if text.starts_with('{') {
            let names = serde_json::from_str(text).map_err(|error| format!("is no JSON object of strings: {error}"))?;
            return Ok(Self::Names(names));
        }
        if !text.contains(PLACEHOLDER) {
            return Err(format!("{text:?} holds no {PLACEHOLDER}, and is no JSON object of images by runtime"));
        }
        Ok(Self::Pattern(text.to_owned()))
    }

    /// The image of a runtime.
    pub(super) fn image(&self, runtime: &str) -> String {
        match self {
            Self::Pattern(pattern) => pattern.replace(PLACEHOLDER, runtime),
            Self::Names(names) => names.get(runtime).cloned().unwrap_or_else(|| published(runtime)),
            Self::Aws => published(runtime),
        }
    }
}

/// `public.ecr.aws/lambda/python:3.12` of `python3.12`: the language, and its version without the `.x` of Node's.
fn published(runtime: &str) -> String {
    let split = runtime.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(runtime.len());
    let (language, version) = runtime.split_at(split);
    let version = version.trim_start_matches('.').trim_end_matches(".x");
    let version = match (language, version) {
        ("provided", "") => "alami",
        ("dotnetcore", _) => return format!("{REPOSITORY}/dotnet:core{version}"),
        ("go", _) => "1",
        (_, version) => version,
    };
    format!("{REPOSITORY}/{language}:{version}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_run_in_the_images_that_aws_publishes() {
        for (runtime, image) in [
            ("python3.12", "python:3.12"),
            ("nodejs20.x", "nodejs:20"),
            ("java21", "java:21"),
            ("java8.al2", "java:8.al2"),
            ("dotnet8", "dotnet:8"),
            ("dotnetcore3.1", "dotnet:core3.1"),
            ("ruby3.4", "ruby:3.4"),
            ("go1.x", "go:1"),
            ("provided.al2023", "provided:al2023"),
            ("provided.al2", "provided:al2"),
            ("provided", "provided:alami"),
        ] {
            assert_eq!(ImageMapping::Aws.image(runtime), format!("{REPOSITORY}/{image}"));
        }
    }

    #[test]
    fn users_name_images_by_a_pattern_or_one_by_one() {
        let pattern = ImageMapping::parse("mine/lambda-<runtime>:2").unwrap();
        assert_eq!(pattern.image("nodejs20.x"), "mine/lambda-nodejs20.x:2");
        let names = ImageMapping::parse(r#"{"python3.12": "mine:3"}"#).unwrap();
        assert_eq!(names.image("python3.12"), "mine:3");
        assert_eq!(names.image("java21"), "public.ecr.aws/lambda/java:21");
        assert_eq!(ImageMapping::parse(" "), Ok(ImageMapping::Aws));
        assert!(ImageMapping::parse("mine/lambda").is_err());
        assert!(ImageMapping::parse("{").is_err());
    }
}
