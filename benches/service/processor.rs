//! The time that processes spend on a processor, from `/proc`.

use std::io::Result;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// A tick of `/proc/…/stat`, in seconds: what Linux tells every program, whatever its own clock.
const TICK: f64 = 0.01;

/// What one line of `/proc/…/stat` says: the parent, and seconds spent by the process and by children it has waited for.
struct Spent {
    parent: u32,
    own: f64,
    children: f64,
}

fn spent(process: u32) -> Option<Spent> {
    let line = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name stands in brackets and may hold anything.
    let fields: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    Some(Spent {
        parent: fields.get(1)?.parse().ok()?,
        own: (ticks(11)? + ticks(12)?) * TICK,
        children: (ticks(13)? + ticks(14)?) * TICK,
    })
}

/// Seconds that a process has spent on a processor so far.
pub fn of_process(process: u32) -> f64 {
    spent(process).map_or(0.0, |spent| spent.own)
}

/// Seconds that a process and all that it has started have spent so far.
pub fn of_family(process: u32) -> f64 {
    let Some(first) = spent(process) else {
        return 0.0;
    };
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let children = all
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(spent)
        .filter(|child| child.parent == process)
        .map(|child| child.own);
    first.own + first.children + children.sum::<f64>()
}

/// The first process of the server behind an address of a superuser, if it runs on this machine.
pub async fn postmaster(url: &str) -> Result<Option<u32>> {
    let mut connection = PgConnection::connect(url)
        .await
        .map_err(std::io::Error::other)?;
    let backend: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut connection)
        .await
        .map_err(std::io::Error::other)?;
    let parent = u32::try_from(backend)
        .ok()
        .and_then(spent)
        .map(|spent| spent.parent);
    connection.close().await.map_err(std::io::Error::other)?;
    Ok(parent)
}

/// A fresh database on that server.
pub async fn fresh_database(url: &str, name: &str) -> Result<String> {
    let mut connection = PgConnection::connect(url)
        .await
        .map_err(std::io::Error::other)?;
    for sql in [
        format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        format!("CREATE DATABASE {name}"),
    ] {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut connection)
            .await
            .map_err(std::io::Error::other)?;
    }
    connection.close().await.map_err(std::io::Error::other)?;
    let (server, _) = url
        .rsplit_once('/')
        .ok_or_else(|| std::io::Error::other("an address ends in `/database`"))?;
    Ok(format!("{server}/{name}"))
}

/// Has the server behind an address of a superuser write what it has in memory, and keep its log files to use again.
pub async fn checkpoint(url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url)
        .await
        .map_err(std::io::Error::other)?;
    sqlx::raw_sql("CHECKPOINT")
        .execute(&mut connection)
        .await
        .map_err(std::io::Error::other)?;
    connection.close().await.map_err(std::io::Error::other)
}
