//! `nhs111 checkpoint`: signs what the heads of all cases are, and writes checkpoints to a file that is kept elsewhere.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use super::{complain, say, serve};
use crate::case::checkpoint::{Checkpoint, Leaf, Signed};
use crate::clock::{SystemClock, SystemIds};
use crate::service::checkpoint::{Made, make};
use crate::service::ports::checkpoints::Checkpoints;
use crate::service::verify::Given;
use crate::store;
use crate::store::signing::SigningKey;

/// How many are read at a time.
const PAGE: u32 = 5000;

/// What is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct Asked {
    /// Print the public key as PEM, and make no checkpoint.
    #[arg(long)]
    public_key: bool,
    /// Write the last checkpoint to this file as JSON, and make none. A file that is there is not replaced.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// Export all checkpoints after this number.
    #[arg(long, value_name = "NUMBER", requires = "export")]
    since: Option<u64>,
    /// Export the heads that they note too, to FILE.leaves: about 110 bytes for each.
    #[arg(long, requires = "export")]
    leaves: bool,
    #[command(flatten)]
    settings: serve::Flags,
}

/// Makes a checkpoint, or does what is asked in place of that. Exit code 1 if another node began to make one meanwhile.
pub fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    let config = serve::settings(asked.settings.clone())?;
    let ids = Arc::new(SystemIds);
    if asked.public_key {
        let key = SigningKey::from_file(&config.signing_key, ids.as_ref())?;
        say(key.public().trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    tokio::runtime::Runtime::new()?.block_on(async {
        let database = store::open(&config.database)
            .await
            .context("the record cannot be opened")?;
        let kept = database.checkpoints.as_ref();
        let done = match &asked.export {
            Some(path) => export(kept, path, &asked).await,
            None => {
                let key = SigningKey::from_file(&config.signing_key, ids.as_ref())?;
                Ok(told(&make(kept, &SystemClock, ids.as_ref(), &key).await?))
            }
        };
        database.store.close().await;
        done
    })
}

fn told(made: &Made) -> ExitCode {
    match made {
        Made::Kept(Signed { checkpoint, .. }) => {
            say(&format!(
                "checkpoint {}: {} new heads, {} cases, signed by {}",
                checkpoint.number, checkpoint.leaves, checkpoint.cases, checkpoint.key_id
            ));
            ExitCode::SUCCESS
        }
        Made::Lost => {
            complain("somebody else began to make this checkpoint, and goes on");
            ExitCode::from(1)
        }
    }
}

/// Checkpoints as they are kept elsewhere.
#[derive(Debug, Serialize, Deserialize)]
struct Exported {
    /// The version of this shape.
    nhs111_checkpoints: u16,
    checkpoints: Vec<ExportedCheckpoint>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ExportedCheckpoint {
    /// What was signed, byte for byte.
    text: String,
    /// Ed25519, in hexadecimal digits.
    signature: String,
}

async fn export(kept: &dyn Checkpoints, path: &Path, asked: &Asked) -> anyhow::Result<ExitCode> {
    let Some(last) = kept.last_checkpoint().await? else {
        bail!("there is no checkpoint yet; `nhs111 checkpoint` makes one");
    };
    let since = asked.since.unwrap_or(last.checkpoint.number - 1);
    let mut checkpoints = Vec::new();
    let mut number = since;
    loop {
        let page = kept.checkpoints_after(number, PAGE).await?;
        let Some(last) = page.last() else { break };
        number = last.checkpoint.number;
        checkpoints.extend(page.into_iter().map(|signed| ExportedCheckpoint {
            text: signed.checkpoint.text(),
            signature: hex::encode(signed.signature),
        }));
    }
    let count = checkpoints.len();
    let exported = Exported {
        nhs111_checkpoints: 1,
        checkpoints,
    };
    // The heads first: a file without them says that none were kept.
    if asked.leaves {
        let mut file = create(&leaves_of(path))?;
        write_leaves(kept, &mut file, since, number).await?;
        durable(file, path)?;
    }
    let mut file = create(path)?;
    serde_json::to_writer_pretty(&mut file, &exported)?;
    writeln!(file)?;
    durable(file, path)?;
    say(&format!(
        "{count} checkpoints up to {number} are in {}",
        path.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// One line a head, `CHECKPOINT CASE SEQ HASH`, in order of case and event.
async fn write_leaves(
    kept: &dyn Checkpoints,
    file: &mut BufWriter<File>,
    since: u64,
    up_to: u64,
) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let page = kept.leaves_after(after, PAGE).await?;
        let Some((_, last)) = page.last() else {
            return Ok(());
        };
        after = Some(*last);
        for (number, leaf) in page {
            if number > since && number <= up_to {
                writeln!(file, "{number} {leaf}")?;
            }
        }
    }
}

fn leaves_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".leaves");
    PathBuf::from(name)
}

fn create(path: &Path) -> anyhow::Result<BufWriter<File>> {
    let file = File::options().write(true).create_new(true).open(path);
    let file = file.with_context(|| format!("`{}` cannot be made", path.display()))?;
    Ok(BufWriter::new(file))
}

fn durable(file: BufWriter<File>, path: &Path) -> anyhow::Result<()> {
    let file = file.into_inner().map_err(|error| error.into_error())?;
    file.sync_all()
        .with_context(|| format!("`{}` cannot be written", path.display()))
}

/// Reads what was exported, with the heads beside it if they are there.
///
/// # Errors
/// If the file cannot be read, or holds something else.
pub fn given(path: &Path) -> anyhow::Result<Given> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| format!("`{name}` cannot be read"))?;
    let exported: Exported = serde_json::from_str(&text).with_context(|| {
        format!("`{name}` holds no checkpoints as `nhs111 checkpoint --export` writes them")
    })?;
    if exported.nhs111_checkpoints != 1 {
        bail!(
            "`{name}` is of version {}, and this program reads version 1",
            exported.nhs111_checkpoints
        );
    }
    let read = |exported: &ExportedCheckpoint| {
        Some(Signed {
            checkpoint: Checkpoint::read(&exported.text)?,
            signature: hex::decode(&exported.signature).ok()?,
        })
    };
    let checkpoints = exported
        .checkpoints
        .iter()
        .map(|exported| {
            read(exported).with_context(|| {
                format!(
                    "`{name}` holds a checkpoint that is none: {:?}",
                    exported.text
                )
            })
        })
        .collect::<anyhow::Result<_>>()?;
    let leaves = match File::open(leaves_of(path)) {
        Ok(file) => Some(BufReader::new(file)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).context(format!("`{name}.leaves` cannot be read")),
    };
    let leaves = leaves.map(|file| {
        let lines = file.lines().zip(1_usize..);
        let lines =
            lines.map(|(line, number)| line.ok().and_then(|line| leaf(&line)).ok_or(number));
        Box::new(lines) as Box<dyn Iterator<Item = Result<(u64, Leaf), usize>> + Send>
    });
    Ok(Given {
        name,
        checkpoints,
        leaves,
    })
}

fn leaf(line: &str) -> Option<(u64, Leaf)> {
    let (number, leaf) = line.split_once(' ')?;
    Some((number.parse().ok()?, leaf.parse().ok()?))
}
