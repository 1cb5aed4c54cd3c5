//! Looks for words in every byte of a record.

use std::path::{Path, PathBuf};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

use crate::store_contract::database::{Fresh, Place};

/// Words, in every form in which they could stand somewhere.
pub struct Wanted(Vec<(String, Vec<u8>)>);

impl Wanted {
    pub fn of(words: &[&str]) -> Self {
        let mut forms: Vec<(String, Vec<u8>)> = Vec::new();
        for word in words {
            let json = serde_json::to_string(word).unwrap();
            let mut texts = vec![(*word).to_owned(), json.trim_matches('"').to_owned()];
            texts.push(hex::encode(word));
            texts.push(hex::encode_upper(word));
            for url in [false, true] {
                texts.extend((0..3).map(|shift| base64_core(word.as_bytes(), shift, url)));
            }
            // What a database shows of bytes is hexadecimal.
            let shown: Vec<String> = texts.iter().map(hex::encode).collect();
            texts.extend(shown);
            texts.sort();
            texts.dedup();
            forms.extend(
                texts
                    .into_iter()
                    .map(|text| ((*word).to_owned(), text.into_bytes())),
            );
        }
        Wanted(forms)
    }

    /// The words that some bytes hold in one form or another.
    pub fn found_in(&self, bytes: &[u8]) -> Vec<String> {
        let mut found: Vec<String> = self
            .0
            .iter()
            .filter(|(_, form)| holds(bytes, form))
            .map(|(word, _)| word.clone())
            .collect();
        found.dedup();
        found
    }
}

fn holds(bytes: &[u8], form: &[u8]) -> bool {
    let Some((first, _)) = form.split_first() else {
        return false;
    };
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| byte == first) {
        if bytes[from + at..].starts_with(form) {
            return true;
        }
        from += at + 1;
    }
    false
}

/// The letters of base64 that depend on these bytes alone, if `shift` other bytes stand in front.
fn base64_core(bytes: &[u8], shift: usize, url: bool) -> String {
    let letters: &[u8; 64] = if url {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    } else {
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    };
    let mut all = vec![0; shift];
    all.extend_from_slice(bytes);
    let bit = |at: usize| (all[at / 8] >> (7 - at % 8)) & 1;
    (0..all.len() * 8 / 6)
        .filter(|sextet| sextet * 6 >= shift * 8)
        .map(|sextet| {
            let value = (0..6).fold(0, |value, at| value << 1 | bit(sextet * 6 + at));
            char::from(letters[usize::from(value)])
        })
        .collect()
}

/// Everything that is stored of a record: places, and the bytes that stand there.
pub async fn stored(fresh: &Fresh) -> Vec<(String, Vec<u8>)> {
    match &fresh.place {
        Place::Sqlite(folder) => of_folder(folder.path()).await,
        Place::Postgres(database) => {
            let mut other = PgConnection::connect(&database.url()).await.unwrap();
            let mut stored = postgres_rows(&mut other).await;
            stored.extend(postgres_files(&mut other).await);
            stored
        }
    }
}

/// Everything that is stored of the record `record.db` of a folder.
pub async fn of_folder(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut stored = files(folder);
    stored.extend(sqlite_rows(&folder.join("record.db")).await);
    stored
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    let read = |path: &PathBuf| Some((path.display().to_string(), std::fs::read(path).ok()?));
    paths.iter().filter_map(read).collect()
}

/// Every column of every table, as text and as bytes.
async fn sqlite_rows(path: &Path) -> Vec<(String, Vec<u8>)> {
    let url = format!("sqlite://{}", path.display());
    let mut other = SqliteConnection::connect(&url).await.unwrap();
    let columns = sqlx::query(
        "SELECT tables.name AS t, columns.name AS c FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'",
    )
    .fetch_all(&mut other)
    .await
    .unwrap();
    let mut stored = Vec::new();
    for row in columns {
        let (table, column): (String, String) = (row.get("t"), row.get("c"));
        let sql = format!("SELECT CAST(\"{column}\" AS BLOB) FROM \"{table}\"");
        let values: Vec<Option<Vec<u8>>> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&mut other)
            .await
            .unwrap();
        let values = values.into_iter().flatten();
        stored.extend(values.map(|value| (format!("{table}.{column}"), value)));
    }
    stored
}

/// Every row of every table as text, in which bytes are hexadecimal.
pub async fn postgres_rows(other: &mut PgConnection) -> Vec<(String, Vec<u8>)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
    )
    .fetch_all(&mut *other)
    .await
    .unwrap();
    let mut stored = Vec::new();
    for table in tables {
        let sql = format!("SELECT t::text FROM \"{table}\" AS t");
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&mut *other)
            .await
            .unwrap();
        stored.extend(
            rows.into_iter()
                .map(|row| (table.clone(), row.into_bytes())),
        );
    }
    stored
}

/// The files of the database and the write-ahead log of its server, where this process may read them.
async fn postgres_files(other: &mut PgConnection) -> Vec<(String, Vec<u8>)> {
    sqlx::raw_sql("CHECKPOINT")
        .execute(&mut *other)
        .await
        .unwrap();
    let (folder, oid): (String, String) = sqlx::query_as(
        "SELECT current_setting('data_directory'), oid::text FROM pg_database WHERE datname = current_database()",
    )
    .fetch_one(other)
    .await
    .unwrap();
    let folder = Path::new(&folder);
    let mut stored = files(&folder.join("base").join(oid));
    stored.extend(files(&folder.join("pg_wal")));
    stored
}

#[test]
fn the_scan_finds_a_word_in_every_form_and_no_other() {
    let word = "Quillon \"Q\" Featherstone";
    let wanted = Wanted::of(&[word]);
    // With something in front, so that the letters of base64 fall otherwise.
    let base64 = |front: &str| base64_core(format!("{front}{word}!").as_bytes(), 0, false);
    let forms = [
        word.to_owned(),
        serde_json::to_string(&[word]).unwrap(),
        hex::encode(word),
        hex::encode_upper(format!("\0{word}\0")),
        base64(""),
        base64("a"),
        base64("ab"),
        hex::encode(serde_json::to_string(word).unwrap()),
        hex::encode(base64("abcd")),
    ];
    for form in forms {
        let bytes = [b"before ", form.as_bytes(), b" after"].concat();
        assert_eq!(wanted.found_in(&bytes), [word], "{form}");
    }
    assert_eq!(
        wanted.found_in(b"Quillon Featherstone"),
        Vec::<String>::new()
    );
}
