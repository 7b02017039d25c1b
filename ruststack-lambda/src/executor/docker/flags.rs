//! `LAMBDA_DOCKER_FLAGS`: what the user wants every container of a function to be started with, as `docker run` takes
//! it.

/// What can be given.
const KNOWN: &str = "--add-host, --cap-add, --cpus, --dns, -e/--env, -l/--label, --network, --platform, --privileged, \
                     -p/--publish, --ulimit, -u/--user, -v/--volume";

/// Flags of `docker run`, parsed.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Flags {
    pub(super) hosts: Vec<String>,
    pub(super) capabilities: Vec<String>,
    /// In billionths of one.
    pub(super) nano_cpus: Option<i64>,
    pub(super) dns: Vec<String>,
    pub(super) variables: Vec<(String, String)>,
    pub(super) labels: Vec<(String, String)>,
    pub(super) network: Option<String>,
    pub(super) platform: Option<String>,
    pub(super) is_privileged: bool,
    pub(super) ports: Vec<Port>,
    pub(super) ulimits: Vec<Ulimit>,
    pub(super) user: Option<String>,
    pub(super) volumes: Vec<String>,
}

/// A port that is published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Port {
    pub(super) address: Option<String>,
    pub(super) host: String,
    /// With its protocol: `8080/tcp`.
    pub(super) container: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Ulimit {
    pub(super) name: String,
    pub(super) soft: i64,
    pub(super) hard: i64,
}

impl Flags {
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut flags = Self::default();
        let mut words = words(text)?.into_iter();
        while let Some(word) = words.next() {
            let (name, value) = split(&word);
            if name == "--privileged" {
                flags.is_privileged = value.is_none_or(|value| value == "true");
                continue;
            }
            let value = match value {
                Some(value) => value.to_owned(),
                None => words.next().ok_or_else(|| format!("{name} needs a value; known flags: {KNOWN}"))?,
            };
            flags.set(name, value)?;
        }
        Ok(flags)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), String> {
        match name {
            // docker run takes both.
            "--add-host" => self.hosts.push(value.replacen('=', ":", 1)),
            "--cap-add" => self.capabilities.push(value),
            "--cpus" => self.nano_cpus = Some(cpus(&value)?),
            "--dns" => self.dns.push(value),
            "-e" | "--env" => self.variables.push(pair(name, &value)?),
            "-l" | "--label" => self.labels.push(pair(name, &value).unwrap_or((value, String::new()))),
            "--network" | "--net" => self.network = Some(value),
            "--platform" => self.platform = Some(value),
            "-p" | "--publish" => self.ports.push(Port::parse(&value)?),
            "--ulimit" => self.ulimits.push(Ulimit::parse(&value)?),
            "-u" | "--user" => self.user = Some(value),
            "-v" | "--volume" => self.volumes.push(value),
            _ => return Err(format!("{name} is not a flag that is passed on; known are {KNOWN}")),
        }
        Ok(())
    }
}

impl Port {
    /// `8080`, `9000:8080`, `127.0.0.1:9000:8080`, each with or without `/udp`.
    fn parse(text: &str) -> Result<Self, String> {
        let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        let parts: Vec<&str> = ports.split(':').collect();
        let (address, host, container) = match parts[..] {
            [container] => (None, "", container),
            [host, container] => (None, host, container),
            [address, host, container] => (Some(address.to_owned()), host, container),
            _ => return Err(format!("{text:?} is no port")),
        };
        let is_port = |text: &str| text.parse::<u16>().is_ok();
        if !is_port(container) || !(host.is_empty() || is_port(host)) {
            return Err(format!("{text:?} is no port"));
        }
        Ok(Self { address, host: host.to_owned(), container: format!("{container}/{protocol}") })
    }
}

impl Ulimit {
    /// `nofile=1024` or `nofile=1024:2048`.
    fn parse(text: &str) -> Result<Self, String> {
        let fault = || format!("{text:?} is no limit such as nofile=1024:2048");
        let (name, limits) = text.split_once('=').ok_or_else(fault)?;
        let (soft, hard) = limits.split_once(':').unwrap_or((limits, limits));
        let (soft, hard) = (soft.parse().map_err(|_| fault())?, hard.parse().map_err(|_| fault())?);
        Ok(Self { name: name.to_owned(), soft, hard })
    }
}

fn cpus(text: &str) -> Result<i64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.001..=10_000.0).contains(number));
    let number = number.ok_or_else(|| format!("--cpus={text} is no number of processors"))?;
    #[expect(clippy::cast_possible_truncation, reason = "at most ten thousand billions")]
    Ok((number * 1e9) as i64)
}

fn pair(name: &str, text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or_else(|| format!("{name} {text} has no value"))?;
    Ok((key.to_owned(), value.to_owned()))
}

/// A flag, and its value where that is in the same word: `--env=A=1`, `-eA=1`.
fn split(word: &str) -> (&str, Option<&str>) {
    if word.starts_with("--") {
        return word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
    }
    if word.starts_with('-') && word.len() > 2 && word.is_char_boundary(2) {
        let (name, value) = word.split_at(2);
        return (name, Some(value.trim_start_matches('=')));
    }
    (word, None)
}

/// The words of a line as a shell divides them: by blanks, but not in quotes.
fn words(text: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (Some(open), letter) if letter == open => quote = None,
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, letter) if letter.is_whitespace() => words.extend(word.take()),
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_as_docker_run_reads_them() {
        let text = "-e A=1 --env='B=x y' -v /data:/data:ro --add-host db:10.0.0.1 -p 127.0.0.1:9000:8080 -p 53/udp \
                    --network net --ulimit nofile=64:128 --privileged -u 0 --cpus 0.5 -l team=a --platform linux/arm64";
        let flags = Flags::parse(text).unwrap();
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let port = |address: Option<&str>, host: &str, container: &str| Port {
            address: address.map(str::to_owned),
            host: host.to_owned(),
            container: container.to_owned(),
        };
        let expected = Flags {
            hosts: vec!["db:10.0.0.1".to_owned()],
            nano_cpus: Some(500_000_000),
            variables: vec![pair("A", "1"), pair("B", "x y")],
            labels: vec![pair("team", "a")],
            network: Some("net".to_owned()),
            platform: Some("linux/arm64".to_owned()),
            is_privileged: true,
            ports: vec![port(Some("127.0.0.1"), "9000", "8080/tcp"), port(None, "", "53/udp")],
            ulimits: vec![Ulimit { name: "nofile".to_owned(), soft: 64, hard: 128 }],
            user: Some("0".to_owned()),
            volumes: vec!["/data:/data:ro".to_owned()],
            ..Flags::default()
        };
        assert_eq!(flags, expected);
        assert_eq!(Flags::parse("  "), Ok(Flags::default()));
    }

    #[test]
    fn what_is_not_known_is_refused_with_what_is() {
        for (text, part) in [
            ("--memory 1g", "known are --add-host"),
            ("-e", "needs a value"),
            ("-e A", "has no value"),
            ("-p x", "is no port"),
            ("--cpus many", "is no number"),
            ("--ulimit nofile", "is no limit"),
            ("-e 'A=1", "not closed"),
        ] {
            let error = Flags::parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
