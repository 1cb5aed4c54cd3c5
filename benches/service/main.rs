//! The whole service under load: the program itself on SQLite, asked over HTTP by callers on the same machine.
//!
//! `cargo bench --bench service -- PART…`, with the parts `start`, `http`, `record`, `durable`, `growth` and `pages`; all of
//! them if none is named. `full` (a million cases; some 12 GB of disk while it runs) and `soak MINUTES [SEED]` are asked for by name. `--test` runs all of them once, briefly: it shows that every request is answered as it
//! should be, and asserts no time. `start` alone fails when a limit is passed. Ratios are within one run, rounds are interleaved.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints its figures, may stop on a mistake of its own, and is told its server by the environment"
)]

mod case;
mod durable;
mod load;
mod many;
mod measure;
mod peer;
mod processor;
mod said;
mod server;
mod soak;
mod visitor;
mod wire;

use std::process::ExitCode;

use self::server::Server;

/// From the start of the process to the first "ready", for a release that the record has.
const READY_MS: f64 = 300.0;
/// What a process holds that nobody has asked anything.
const IDLE_MIB: f64 = 60.0;

const PARTS: [&str; 7] = [
    "start", "http", "record", "durable", "full", "growth", "pages",
];

/// The peer has the same allocator as the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let brief = arguments.iter().any(|argument| argument == "--test");
    // Cargo adds `--bench` of its own.
    let mut words = arguments
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with("--"));
    if let [word, url] = arguments.as_slice()
        && word == "peer"
    {
        let runtime = tokio::runtime::Runtime::new().expect("there is a runtime");
        return match runtime.block_on(peer::serve(url)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                println!("the peer stopped: {error}");
                ExitCode::FAILURE
            }
        };
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("there is a runtime");
    let ended = match words.next() {
        Some("soak") => {
            let number = |word: Option<&str>, otherwise| {
                word.map_or(otherwise, |word| word.parse().expect("a number"))
            };
            let (minutes, seed) = (number(words.next(), 10), number(words.next(), 1));
            runtime.block_on(soak::soak(minutes * 60, seed))
        }
        first => {
            let asked: Vec<&str> = first.into_iter().chain(words).collect();
            let parts = if asked.is_empty() {
                let all = PARTS.iter().filter(|part| brief || **part != "full");
                all.copied().collect()
            } else {
                asked
            };
            runtime.block_on(run(&parts, brief))
        }
    };
    match ended {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("stopped: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `false` if a limit was passed.
async fn run(parts: &[&str], brief: bool) -> std::io::Result<bool> {
    let is_asked = |part: &str| parts.contains(&part);
    let within = !is_asked("start") || start(brief);
    if is_asked("durable") {
        durable::Durable { brief }.run().await?;
    }
    if is_asked("full") {
        let cases = if brief { 100 } else { 1_000_000 };
        durable::Durable { brief }.full(cases).await?;
    }
    if ["http", "record", "growth", "pages"]
        .into_iter()
        .any(is_asked)
    {
        let folder = tempfile::tempdir()?;
        let server = Server::start(folder.path());
        let bench = measure::Bench {
            address: server.address,
            brief,
        };
        if is_asked("http") {
            bench.http().await?;
        }
        if is_asked("record") {
            bench.record().await?;
        }
        if is_asked("growth") {
            bench.growth().await?;
        }
        if is_asked("pages") {
            bench.pages().await?;
        }
    }
    if brief {
        soak::soak(1, 1).await?;
    }
    Ok(within || brief)
}

/// A first start on a fresh record, then starts on the record it made.
fn start(brief: bool) -> bool {
    let folder = tempfile::tempdir().expect("there is room");
    let fresh = Server::start(folder.path());
    println!("start                                    ready after   resident");
    println!(
        "a release that is new                    {:>8.0} ms {:>6.0} MiB",
        fresh.ready_ms,
        fresh.resident_mib()
    );
    drop(fresh);
    let mut starts: Vec<(f64, f64)> = (0..if brief { 1 } else { 9 })
        .map(|_| {
            let known = Server::start(folder.path());
            (known.ready_ms, known.resident_mib())
        })
        .collect();
    starts.sort_by(|one, other| one.0.total_cmp(&other.0));
    let ready = starts[starts.len() / 2].0;
    let resident = starts.iter().map(|(_, mib)| *mib).fold(0.0, f64::max);
    println!(
        "one that the record has, median          {ready:>8.0} ms {resident:>6.0} MiB  (limits {READY_MS:.0} ms, {IDLE_MIB:.0} MiB)\n"
    );
    ready <= READY_MS && resident <= IDLE_MIB
}
