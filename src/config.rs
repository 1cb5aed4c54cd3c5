//! What the operator decides: flags over environment over a file over defaults, all faults reported together.

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::case::keeping::Periods;
use crate::service::endings::Retention;
use crate::service::releases::Policy;
use crate::store::DatabaseUrl;

/// What the environment's names begin with.
const PREFIX: &str = "NHS111_";

/// Everything that the operator decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen. `127.0.0.1:8111` unless set.
    pub listen: SocketAddr,
    /// Where the record is kept. `sqlite://data/nhs111.db` unless set.
    pub database: DatabaseUrl,
    /// The folder of pathways to run as an example. `pathways` unless set; `none` runs the release that the record has.
    pub pathways: Option<PathBuf>,
    /// The file of the master key, made where missing. `data/master.key` unless set. Back it up apart from the data.
    pub master_key: PathBuf,
    /// The file of the key that signs checkpoints, made where missing. `signing.key` beside the master key unless set.
    pub signing_key: PathBuf,
    /// How often the service makes a checkpoint; `None` is never. Every 60 minutes unless set.
    pub checkpoint_every: Option<Duration>,
    /// How often the service looks for a release that is not proven yet, to prove it; `None` is never. Every 60 seconds unless set.
    pub prove_every: Option<Duration>,
    /// The file of the key under which people are found again, made where missing. `matching.key` beside the master key unless set.
    pub matching_key: PathBuf,
    /// What is logged, as a filter of `tracing`. `info` unless set.
    pub log: String,
    /// How long running requests may take to finish once the process is told to stop. 20 seconds unless set.
    pub shutdown: Duration,
    /// Which releases may run. Examples, unless set to `approved`.
    pub releases: Policy,
    /// The header in which the proxy in front names the address that it was asked from, or `none` where there is no proxy. None unless
    /// set: then whoever connects counts.
    pub source_header: Option<String>,
    /// How long an access token is good, in seconds, at least 60. 600 unless set.
    pub token_seconds: u32,
    /// How long a code to carry a case on is good, in minutes. 240 unless set.
    pub carry_on_minutes: u32,
    /// How much may be asked for in a minute, on one node.
    pub limits: Limits,
    /// How long what is kept. The minimum periods of the Records Management Code of Practice, unless the file says otherwise.
    pub retention: Retention,
    /// How many cases a node keeps at hand, so that they need not be read again. 4,096 unless set; with 0 every case is read each time.
    pub cases_at_hand: usize,
}

/// So many a minute, on one node; 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Cases that one machine client starts. 1200 unless set.
    pub client_starts: u32,
    /// Cases that visitors at one address start. 60 unless set: a hospital has one address.
    pub public_starts: u32,
    /// Tokens that are asked for from one address. 60 unless set.
    pub tokens: u32,
}

/// Where a setting was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// The environment.
    Environment,
    /// The command line.
    Flag,
}

/// A setting that cannot be used. Its value is not repeated: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// Where it was written.
    pub source: Source,
    /// Its name there.
    pub name: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ConfigFault {
            source,
            name,
            message,
        } = self;
        match source {
            Source::File(path) if name.is_empty() => write!(f, "{}: {message}", path.display()),
            Source::File(path) => write!(f, "`{name}` in {}: {message}", path.display()),
            Source::Environment => write!(
                f,
                "`{PREFIX}{}` in the environment: {message}",
                name.to_uppercase()
            ),
            Source::Flag => write!(f, "`--{}`: {message}", name.replace('_', "-")),
        }
    }
}

/// The settings of one source, by name.
#[derive(Debug, Clone)]
pub struct Layer {
    source: Source,
    values: BTreeMap<String, String>,
    /// The section of that name; only a file has one.
    retention: Option<Retention>,
}

/// The section `retention` of a file, all of which may be left out.
#[derive(serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RetentionSection {
    adult_years: u16,
    child_birthday: u16,
    seventeen_birthday: u16,
    practice_days: u16,
    test_days: u16,
    request_days: u16,
    errand_days: u16,
}

impl Default for RetentionSection {
    fn default() -> Self {
        let Retention {
            periods,
            request_days,
            errand_days,
        } = Retention::default();
        RetentionSection {
            adult_years: periods.adult_years,
            child_birthday: periods.child_birthday,
            seventeen_birthday: periods.seventeen_birthday,
            practice_days: periods.practice_days,
            test_days: periods.test_days,
            request_days,
            errand_days,
        }
    }
}

impl RetentionSection {
    /// Ended too early is ended for ever: what cannot be meant is refused.
    fn checked(self) -> Result<Retention, String> {
        if self.adult_years == 0 {
            return Err("`adult_years` is at least 1".to_owned());
        }
        if self.child_birthday < 18 || self.seventeen_birthday < self.child_birthday {
            return Err(
                "`child_birthday` is at least 18, and `seventeen_birthday` no earlier".to_owned(),
            );
        }
        if [self.practice_days, self.test_days, self.request_days].contains(&0) {
            return Err("days are at least 1".to_owned());
        }
        Ok(Retention {
            periods: Periods {
                adult_years: self.adult_years,
                child_birthday: self.child_birthday,
                seventeen_birthday: self.seventeen_birthday,
                practice_days: self.practice_days,
                test_days: self.test_days,
            },
            request_days: self.request_days,
            errand_days: self.errand_days,
        })
    }
}

/// The names of all settings.
const NAMES: [&str; 18] = [
    "listen",
    "database_url",
    "pathways",
    "master_key",
    "signing_key",
    "checkpoint_minutes",
    "prove_seconds",
    "matching_key",
    "log",
    "shutdown_seconds",
    "releases",
    "source_header",
    "token_seconds",
    "carry_on_minutes",
    "client_starts_per_minute",
    "public_starts_per_minute",
    "tokens_per_minute",
    "cases_at_hand",
];

impl Layer {
    /// The settings of a file: a YAML map of names to values.
    ///
    /// # Errors
    /// [`ConfigFault`]s if it is no such map, or holds a name that is no setting.
    pub fn of_file(path: &Path, text: &str) -> Result<Self, Vec<ConfigFault>> {
        let source = Source::File(path.to_owned());
        let fault = |name: &str, message: String| ConfigFault {
            source: source.clone(),
            name: name.to_owned(),
            message,
        };
        let map: BTreeMap<String, serde_json::Value> =
            serde_yaml::from_str(text).map_err(|error| vec![fault("", error.to_string())])?;
        let mut faults = Vec::new();
        let mut values = BTreeMap::new();
        let mut retention = None;
        for (name, value) in map {
            match value {
                section if name == "retention" => {
                    let read = serde_json::from_value::<RetentionSection>(section)
                        .map_err(|error| error.to_string())
                        .and_then(RetentionSection::checked);
                    match read {
                        Ok(read) => retention = Some(read),
                        Err(message) => faults.push(fault(&name, message)),
                    }
                }
                _ if !NAMES.contains(&name.as_str()) => {
                    faults.push(fault(
                        &name,
                        format!("no such setting; there are {}", NAMES.join(", ")),
                    ));
                }
                serde_json::Value::String(text) => drop(values.insert(name, text)),
                serde_json::Value::Number(number) => drop(values.insert(name, number.to_string())),
                _ => faults.push(fault(&name, "a setting is one word or number".to_owned())),
            }
        }
        if faults.is_empty() {
            Ok(Layer {
                source,
                values,
                retention,
            })
        } else {
            Err(faults)
        }
    }

    /// The settings of the environment. Other names that begin alike are somebody else's (an orchestrator sets some) and are left alone.
    pub fn of_environment(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let values = variables
            .into_iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_lowercase(), value)))
            .filter(|(name, _)| NAMES.contains(&name.as_str()))
            .collect();
        Layer {
            source: Source::Environment,
            values,
            retention: None,
        }
    }

    /// The settings of the command line.
    pub fn of_flags(flags: impl IntoIterator<Item = (&'static str, Option<String>)>) -> Self {
        let values = flags
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect();
        Layer {
            source: Source::Flag,
            values,
            retention: None,
        }
    }
}

/// The settings of this process's environment.
pub fn environment() -> Layer {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the environment"
    )]
    let variables = std::env::vars_os();
    Layer::of_environment(
        variables.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }),
    )
}

impl Config {
    /// The settings of all layers, a later one over an earlier one.
    ///
    /// # Errors
    /// Every fault of every setting that counts.
    pub fn of(layers: &[Layer]) -> Result<Self, Vec<ConfigFault>> {
        let mut reader = Reader {
            layers,
            faults: Vec::new(),
        };
        let master_key = reader.setting("master_key", "data/master.key", |text| {
            Ok(PathBuf::from(text))
        });
        let matching_key = reader.setting("matching_key", "", |text| {
            Ok((!text.is_empty()).then(|| PathBuf::from(text)))
        });
        let mut config = Config {
            listen: reader.setting("listen", "127.0.0.1:8111", |text| {
                text.parse()
                    .map_err(|_| "expected an address and port such as `127.0.0.1:8111`".to_owned())
            }),
            database: reader.setting("database_url", "sqlite://data/nhs111.db", |text| {
                text.parse()
                    .map_err(|error: crate::store::DatabaseUrlError| error.to_string())
            }),
            pathways: reader.setting("pathways", "pathways", |text| {
                Ok((text != "none").then(|| PathBuf::from(text)))
            }),
            signing_key: reader.setting("signing_key", "", |text| Ok(PathBuf::from(text))),
            checkpoint_every: reader.setting("checkpoint_minutes", "60", |text| {
                let minutes: u32 = text
                    .parse()
                    .map_err(|_| "expected a whole number of minutes, or 0 for never".to_owned())?;
                Ok((minutes > 0).then(|| Duration::from_secs(60 * u64::from(minutes))))
            }),
            prove_every: reader.setting("prove_seconds", "60", |text| {
                let seconds: u32 = text
                    .parse()
                    .map_err(|_| "expected a whole number of seconds, or 0 for never".to_owned())?;
                Ok((seconds > 0).then(|| Duration::from_secs(u64::from(seconds))))
            }),
            matching_key: matching_key.unwrap_or_else(|| master_key.with_file_name("matching.key")),
            master_key,
            log: reader.setting("log", "info", |text| Ok(text.to_owned())),
            shutdown: reader.setting("shutdown_seconds", "20", |text| {
                text.parse()
                    .map(Duration::from_secs)
                    .map_err(|_| "expected a whole number of seconds".to_owned())
            }),
            releases: reader.setting("releases", "example", |text| match text {
                "example" => Ok(Policy::Example),
                "approved" => Ok(Policy::Approved),
                _ => Err("expected `example` or `approved`".to_owned()),
            }),
            source_header: reader.setting("source_header", "none", |text| {
                let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
                match text {
                    "none" => Ok(None),
                    text if !text.is_empty() && text.chars().all(is_name) => {
                        Ok(Some(text.to_lowercase()))
                    }
                    _ => Err("expected the name of a header, or `none`".to_owned()),
                }
            }),
            token_seconds: reader.setting("token_seconds", "600", |text| {
                let seconds = text
                    .parse()
                    .ok()
                    .filter(|seconds| (60..=86_400).contains(seconds));
                seconds.ok_or_else(|| "expected 60 to 86400 seconds".to_owned())
            }),
            carry_on_minutes: reader.setting("carry_on_minutes", "240", |text| {
                let minutes = text
                    .parse()
                    .ok()
                    .filter(|minutes| (5..=1440).contains(minutes));
                minutes.ok_or_else(|| "expected 5 to 1440 minutes".to_owned())
            }),
            limits: Limits {
                client_starts: reader.setting("client_starts_per_minute", "1200", count),
                public_starts: reader.setting("public_starts_per_minute", "60", count),
                tokens: reader.setting("tokens_per_minute", "60", count),
            },
            retention: (layers.iter().rev())
                .find_map(|layer| layer.retention)
                .unwrap_or_default(),
            cases_at_hand: reader.setting("cases_at_hand", "4096", |text| {
                text.parse()
                    .map_err(|_| "expected a whole number of cases".to_owned())
            }),
        };
        if config.signing_key.as_os_str().is_empty() {
            config.signing_key = config.master_key.with_file_name("signing.key");
        }
        if reader.faults.is_empty() {
            Ok(config)
        } else {
            Err(reader.faults)
        }
    }
}

fn count(text: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| "expected a whole number, or 0 for no limit".to_owned())
}

struct Reader<'a> {
    layers: &'a [Layer],
    faults: Vec<ConfigFault>,
}

impl Reader<'_> {
    /// A faulty value is noted and the default stands in, so that every other fault is found as well.
    #[expect(
        clippy::expect_used,
        reason = "INVARIANT: every default is a value that its own parser takes; a test reads them all"
    )]
    fn setting<T>(
        &mut self,
        name: &str,
        default: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> T {
        let found = self
            .layers
            .iter()
            .rev()
            .find_map(|layer| Some((&layer.source, layer.values.get(name)?)));
        let parsed = found.map(|(source, text)| {
            parse(text).map_err(|message| ConfigFault {
                source: source.clone(),
                name: name.to_owned(),
                message,
            })
        });
        match parsed {
            Some(Ok(value)) => return value,
            Some(Err(fault)) => self.faults.push(fault),
            None => {}
        }
        parse(default).expect("a default is a value")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Layer {
        Layer::of_environment(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    fn file(text: &str) -> Result<Layer, Vec<ConfigFault>> {
        Layer::of_file(Path::new("nhs111.yaml"), text)
    }

    #[test]
    fn nothing_set_is_a_working_service() {
        let config = Config::of(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8111");
        assert_eq!(
            config.database,
            DatabaseUrl::Sqlite("data/nhs111.db".into())
        );
        assert_eq!(config.pathways, Some("pathways".into()));
        assert_eq!(config.cases_at_hand, crate::service::CASES_AT_HAND);
        assert_eq!(config.matching_key, Path::new("data/matching.key"));
        let keys = Config::of(&[env(&[("NHS111_MASTER_KEY", "/etc/nhs111/master.key")])]).unwrap();
        assert_eq!(keys.matching_key, Path::new("/etc/nhs111/matching.key"));
    }

    #[test]
    fn a_flag_is_over_the_environment_and_that_over_the_file() {
        let file = file("listen: 127.0.0.1:1\nlog: warn\nshutdown_seconds: 3\n").unwrap();
        let env = env(&[
            ("NHS111_LISTEN", "127.0.0.1:2"),
            ("NHS111_LOG", "error"),
            ("NHS111_PORT", "tcp://x"),
        ]);
        let config = Config::of(&[
            file,
            env,
            Layer::of_flags([("listen", Some("127.0.0.1:3".to_owned())), ("log", None)]),
        ])
        .unwrap();
        assert_eq!(
            (
                config.listen.port(),
                config.log.as_str(),
                config.shutdown.as_secs()
            ),
            (3, "error", 3)
        );
    }

    #[test]
    fn all_faults_are_reported_together_and_name_their_source() {
        let file = file("shutdown_seconds: soon\n").unwrap();
        let env = env(&[
            ("NHS111_DATABASE_URL", "postgres://me:secret@db:port/x"),
            ("NHS111_LISTEN", "here"),
        ]);
        let faults = Config::of(&[file, env]).unwrap_err();
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "`NHS111_LISTEN` in the environment: expected an address and port such as `127.0.0.1:8111`",
                "`NHS111_DATABASE_URL` in the environment: a PostgreSQL database is named `postgres://role:password@host:port/database`, with signs such as `@` in a password written as `%40`",
                "`shutdown_seconds` in nhs111.yaml: expected a whole number of seconds",
            ]
        );
        assert!(!format!("{faults:?}").contains("secret"));
    }

    #[test]
    fn retention_is_a_section_of_a_file_and_what_cannot_be_meant_is_refused() {
        let layer = file("retention:\n  adult_years: 20\n  test_days: 7\n").unwrap();
        let retention = Config::of(&[layer]).unwrap().retention;
        assert_eq!(retention.periods.adult_years, 20);
        assert_eq!(
            (retention.periods.test_days, retention.periods.practice_days),
            (7, 30)
        );
        for wrong in [
            "adult_years: 0",
            "adults: 8",
            "child_birthday: 17",
            "seventeen_birthday: 24",
            "test_days: 0",
            "adult_years: -1",
        ] {
            let faults = file(&format!("retention:\n  {wrong}\n")).unwrap_err();
            assert_eq!(faults.len(), 1, "{wrong}");
        }
    }

    #[test]
    fn a_name_that_is_no_setting_is_a_fault_in_a_file() {
        let faults = file("lissen: 1\nlog: [a]\n").unwrap_err();
        assert_eq!(faults.len(), 2);
        assert!(file("- a\n").is_err());
    }
}
