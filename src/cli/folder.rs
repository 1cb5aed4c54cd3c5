//! Reading a content folder: the one place where files become `(name, text)` pairs.

use std::path::Path;

use anyhow::{Context, bail};

use super::{release, serve};
use crate::store;

/// Every `.yaml` file below `dir`, names relative to it with `/`, in order of name.
///
/// # Errors
/// The folder or a file that cannot be read, or a file that is not UTF-8, is named.
pub fn read_folder(dir: &Path) -> anyhow::Result<Vec<(String, String)>> {
    if !dir.is_dir() {
        bail!("`{}` is not a folder", dir.display());
    }
    let mut files = Vec::new();
    walk(dir, dir, &mut files)?;
    files.sort();
    Ok(files)
}

/// The files of a folder; or, where there is none of this name and it is how a hash begins, those of a release of the record that the settings
/// in the environment name.
///
/// # Errors
/// Neither is there, or cannot be read; a file that is not UTF-8 is named.
pub fn read_content(name: &Path) -> anyhow::Result<Vec<(String, String)>> {
    match hash_of(name) {
        Some(begins) if !name.exists() => released(begins),
        _ => read_folder(name),
    }
}

/// How a hash begins, with at least so much of it that it is no word.
fn hash_of(name: &Path) -> Option<&str> {
    let name = name.to_str()?;
    let is_hash =
        (8..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then_some(name)
}

fn released(begins: &str) -> anyhow::Result<Vec<(String, String)>> {
    let config = serve::settings(serve::Flags::default())?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let store = store::open(&config.database)
            .await
            .context("the record cannot be opened")?
            .store;
        let files = release::files(store.as_ref(), begins).await;
        store.close().await;
        files.map(|(_, files)| files)
    })
}

fn walk(root: &Path, dir: &Path, files: &mut Vec<(String, String)>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(dir)
        .with_context(|| format!("the folder `{}` cannot be read", dir.display()))?
    {
        let path = entry?.path();
        if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'))
        {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            let bytes = std::fs::read(&path)
                .with_context(|| format!("`{}` cannot be read", path.display()))?;
            let text = String::from_utf8(bytes).map_err(|fault| {
                anyhow::anyhow!(
                    "`{}` is not UTF-8: byte {} cannot be read",
                    path.display(),
                    fault.utf8_error().valid_up_to()
                )
            })?;
            let name = path
                .strip_prefix(root)?
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect::<Vec<_>>()
                .join("/");
            files.push((name, text));
        }
    }
    Ok(())
}
