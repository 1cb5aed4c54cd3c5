//! The command line: one file per subcommand. Exit codes: 0 done, 1 found something wrong, 2 could not be done.

mod backup;
mod cases;
mod check;
mod checkpoint;
mod clients;
mod diff;
mod directory;
mod folder;
mod generate;
mod graph;
mod inbox;
mod keeping;
mod keys;
mod lowered;
mod migrate;
mod proofs;
mod prove;
mod providers;
mod rebuild;
mod record;
mod release;
mod replay;
mod replay_case;
mod restore;
mod schema;
mod serve;
mod suggest;
mod verify_log;
mod walk;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::case::ids::CaseId;

pub use folder::read_folder;
pub use proofs::prove_missing;

/// The open NHS 111 triage service.
#[derive(Debug, Parser)]
#[command(name = "nhs111", version, about)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the service: the public pages and the JSON API.
    Serve(serve::Flags),
    /// Make the database, or bring its tables up to date. `serve` does so by itself.
    Migrate(serve::Flags),
    /// Check a folder of pathways and print every finding.
    Check {
        /// The folder.
        dir: PathBuf,
        /// List what can lower a result too, for the people who approve the content.
        #[arg(long)]
        for_approval: bool,
        /// Print the findings as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prove every guarantee of a folder of pathways, or show somebody for whom it does not hold.
    Prove {
        /// The folder, or a release of the record: its hash, or how it begins.
        dir: PathBuf,
        /// For each question asked of the solver; what is not known by then is unproven.
        #[arg(long, default_value_t = crate::prover::SECONDS)]
        seconds: u64,
        /// Print the guarantees as JSON.
        #[arg(long)]
        json: bool,
        /// Keep what was found in the record, with the release that this content is or will be.
        #[arg(long)]
        store: bool,
        #[command(flatten)]
        settings: Box<serve::Flags>,
    },
    /// Show who is sent somewhere else by an edit, and by which one: exactly, or that it is nobody.
    Diff {
        /// The folder before, or a release of the record: its hash, or how it begins.
        before: PathBuf,
        /// The folder after, or a release.
        after: PathBuf,
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
        /// Write it into this file as a page, too.
        #[arg(long)]
        html: Option<PathBuf>,
    },
    /// Run the worked cases of a folder of pathways.
    Cases {
        /// The folder, or a release of the record: its hash, or how it begins.
        dir: PathBuf,
        /// Only the file of this name, without its ending.
        #[arg(long)]
        only: Option<String>,
        /// Print the results as JSON.
        #[arg(long, conflicts_with = "suggest")]
        json: bool,
        /// Suggest the cases that are missing, of the whole content or of one pathway, as a case file on standard output.
        #[arg(long, value_name = "PATHWAY", num_args = 0..=1, default_missing_value = "", conflicts_with = "only")]
        suggest: Option<String>,
        /// Write what is suggested into the folder instead: `cases/PATHWAY-suggested.yaml` for each pathway.
        #[arg(long, requires = "suggest")]
        write: bool,
    },
    /// Draw pathways as SVG, or say the same in text.
    Graph {
        /// The folder of pathways.
        dir: PathBuf,
        /// Print this pathway on standard output; without it, every pathway becomes a file.
        #[arg(long)]
        pathway: Option<String>,
        /// Where the files go.
        #[arg(long, default_value = "graphs")]
        out: PathBuf,
        /// An outline in text.
        #[arg(long)]
        text: bool,
        /// Light the path of somebody of whom this is told, as `walk` takes it: NAME=ANSWER. Needs --pathway.
        #[arg(long, value_name = "NAME=ANSWER", requires = "pathway")]
        tell: Vec<String>,
        /// The day of that call; today without it.
        #[arg(long, requires = "tell")]
        on: Option<jiff::civil::Date>,
        /// Prove each pathway that is drawn, and mark what does not hold, with somebody for whom it does not.
        #[arg(long, conflicts_with = "tell")]
        proof: bool,
    },
    /// Verify that every case of the record is as it was recorded.
    VerifyLog(verify_log::Asked),
    /// The directory of services: import one, search it.
    #[command(subcommand)]
    Directory(directory::Asked),
    /// Walk the cases of the record, or made-up ones, again on a draft, and count what goes up, down or cannot be told.
    Replay(replay::Asked),
    /// Show what happened in a case, done again on the releases of then.
    ReplayCase {
        /// Its id.
        case: CaseId,
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        settings: serve::Flags,
    },
    /// The machine clients that may use the API, and their secrets.
    #[command(subcommand)]
    Clients(clients::Asked),
    /// The organisations that are served.
    #[command(subcommand)]
    Providers(providers::Asked),
    /// Make up people and cases from a seed, for tests and measurements.
    Generate(generate::Flags),
    /// Sign what the heads of all cases are, or export what was signed.
    Checkpoint(checkpoint::Asked),
    /// Copy the record to one file while the service runs.
    Backup(backup::Asked),
    /// Put a backup in the place of the record.
    Restore(restore::Asked),
    /// Compute every projection again from the events.
    Rebuild(rebuild::Asked),
    /// What was released.
    #[command(subcommand)]
    Release(release::Asked),
    /// The master keys of the record.
    #[command(subcommand)]
    Keys(keys::Asked),
    /// End the records whose time is over; the periods are in the settings.
    Retain(keeping::Retain),
    /// Keep a record as evidence, whatever its age.
    #[command(subcommand)]
    Hold(keeping::Hold),
    /// Correct what was recorded of a person; what was recorded stays beside it.
    Rectify(keeping::Rectify),
    /// Hand out everything that is held on cases.
    ExportCase(keeping::ExportCase),
    /// End one record for ever, whatever its age.
    EndCase(keeping::End),
    /// The list of records that have ended.
    #[command(subcommand)]
    Tombstones(keeping::Tombstones),
    /// What people said that authors are to read: words that fitted no answer, and feedback.
    #[command(subcommand)]
    Inbox(inbox::Asked),
    /// Print the lowered form of a folder of pathways as JSON (`docs/reference/lowered-form.md`).
    Lowered {
        /// The folder, or a release of the record: its hash, or how it begins.
        dir: PathBuf,
    },
    /// Write the JSON Schemas for editors, one for each kind of file.
    Schema {
        /// Where to.
        dir: PathBuf,
    },
    /// Walk a call in the terminal; nothing is recorded.
    Walk {
        /// The folder of pathways, or a release of the record: its hash, or how it begins.
        #[arg(long, default_value = "pathways")]
        pathways: PathBuf,
        /// A complaint; may be given several times. Asked for if absent.
        #[arg(long = "complaint")]
        complaints: Vec<String>,
        /// NAME=ANSWER: told beforehand, and said where it is asked; may be given several times. Nothing is read from the keyboard then.
        #[arg(long = "tell", value_name = "NAME=ANSWER", requires = "complaints")]
        told: Vec<String>,
        /// The day of the call, where everything is told beforehand; without it, today.
        #[arg(long, value_name = "DATE", requires = "told")]
        on: Option<jiff::civil::Date>,
        /// Print the result as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Runs what was asked for.
pub fn run(arguments: Arguments) -> ExitCode {
    let done = match arguments.command {
        Command::Serve(flags) => serve::run(flags),
        Command::Migrate(flags) => migrate::run(flags),
        Command::Check {
            dir,
            for_approval,
            json,
        } => check::run(&dir, for_approval, json),
        Command::Walk {
            pathways,
            complaints,
            told,
            on,
            json,
        } => walk::run(&pathways, &complaints, &told, on, json),
        Command::Graph {
            dir,
            pathway,
            out,
            text,
            tell,
            on,
            proof,
        } => graph::run(
            &dir,
            pathway.as_deref(),
            &out,
            graph::Form {
                text,
                tell: &tell,
                on,
                proof,
            },
        ),
        Command::Clients(asked) => clients::run(asked),
        Command::Providers(asked) => providers::run(asked),
        Command::Directory(asked) => directory::run(asked),
        Command::Replay(asked) => replay::run(asked),
        Command::ReplayCase {
            case,
            json,
            settings,
        } => replay_case::run(settings, case, json),
        Command::Generate(flags) => generate::run(flags),
        Command::VerifyLog(asked) => verify_log::run(asked),
        Command::Checkpoint(asked) => checkpoint::run(asked),
        Command::Backup(asked) => backup::run(asked),
        Command::Restore(asked) => restore::run(asked),
        Command::Rebuild(asked) => rebuild::run(asked),
        Command::Release(asked) => release::run(asked),
        Command::Keys(asked) => keys::run(asked),
        Command::Retain(asked) => keeping::retain(&asked),
        Command::Hold(asked) => keeping::hold(asked),
        Command::Rectify(asked) => keeping::rectify(&asked),
        Command::ExportCase(asked) => keeping::export_case(&asked),
        Command::EndCase(asked) => keeping::end(&asked),
        Command::Tombstones(asked) => keeping::tombstones(&asked),
        Command::Inbox(asked) => inbox::run(asked),
        Command::Lowered { dir } => lowered::run(&dir),
        Command::Schema { dir } => schema::run(&dir),
        Command::Prove {
            dir,
            seconds,
            json,
            store,
            settings,
        } => prove::run(&dir, seconds, json, store.then_some(*settings)),
        Command::Diff {
            before,
            after,
            json,
            html,
        } => diff::run(
            &before,
            &after,
            diff::Form {
                json,
                html: html.as_deref(),
            },
        ),
        Command::Cases {
            dir,
            suggest: Some(pathway),
            write,
            ..
        } => suggest::run(&dir, &pathway, write),
        Command::Cases {
            dir, only, json, ..
        } => cases::run(&dir, only.as_deref(), json),
    };
    done.unwrap_or_else(|fault| {
        complain(&format!("{fault:#}"));
        ExitCode::from(2)
    })
}

/// Writes a line for the person at the terminal.
pub fn say(line: &str) {
    // Whoever reads may have gone, as `head` does: that is no fault of ours.
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// Writes a line about what went wrong.
pub fn complain(line: &str) {
    drop(writeln!(std::io::stderr(), "{line}"));
}
