//! The durable answer against the bare peer: the same load, in turn, on one database and then on the other.

use std::io::Result;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::case::{Recorded, Same, Script};
use crate::load::{Caller, Figures, load, paced, prepared};
use crate::many;
use crate::peer::Peer;
use crate::processor;
use crate::server::Server;
use crate::wire::{Wire, post};

/// Callers who answer at once.
const CALLERS: usize = 64;

/// How long to look.
pub struct Durable {
    /// Only show that it works.
    pub brief: bool,
}

/// A database, with the product and the peer each on one of their own there.
struct Side {
    name: &'static str,
    product: String,
    peer: String,
    full: String,
    /// The first process of the database server, where it has processes of its own.
    database: Option<u32>,
}

impl Side {
    /// A server that has run for a while writes its log into files that are there; one that was just made fills each with zeros first,
    /// 16 MiB for which everybody waits. A checkpoint lets it use those again that are done with.
    async fn settle(&self) -> Result<()> {
        if self.database.is_some() {
            processor::checkpoint(&self.product).await?;
        }
        Ok(())
    }
}

/// What one contender came to in all rounds.
#[derive(Default)]
struct Sum {
    figures: Figures,
    node_seconds: f64,
    database_seconds: f64,
}

impl Sum {
    fn line(&self, name: &str) {
        let each = |seconds: f64| seconds * 1e6 / self.figures.count().max(1) as f64;
        println!(
            "{name:<40} {:>8.0} /s {:>8.2} ms {:>8.2} ms {:>7.0} us {:>7.0} us",
            self.figures.a_second(),
            self.figures.within(0.5),
            self.figures.within(0.99),
            each(self.node_seconds),
            each(self.database_seconds),
        );
    }
}

impl Durable {
    fn rounds(&self) -> usize {
        if self.brief { 1 } else { 3 }
    }

    fn span(&self) -> Duration {
        Duration::from_millis(if self.brief { 20 } else { 2000 })
    }

    /// As many as a caller may record in one round.
    fn answers(&self) -> usize {
        if self.brief { 0 } else { 300 }
    }

    fn callers(&self) -> usize {
        if self.brief { 4 } else { CALLERS }
    }

    /// On SQLite, and on PostgreSQL where the tests have one.
    pub async fn run(&self) -> Result<()> {
        let folder = tempfile::tempdir()?;
        for side in self.sides(folder.path()).await? {
            self.against_the_peer(&side, folder.path()).await?;
            if side.database.is_some() {
                self.two_nodes(&side, folder.path()).await?;
            }
        }
        Ok(())
    }

    /// A record with so many cases against one that is nearly empty.
    pub async fn full(&self, cases: u64) -> Result<()> {
        let folder = tempfile::tempdir()?;
        for side in self.sides(folder.path()).await? {
            let (product, full) = (side.product.clone(), side.full.clone());
            let empty = Server::on(folder.path(), &product);
            let filled = Server::on(folder.path(), &full);
            // A case that is there gives the pattern.
            drop(recorded(filled.address, 1).await?);
            let began = std::time::Instant::now();
            many::fill(&full, cases).await?;
            let filling = began.elapsed().as_secs();
            let mut of_empty = (
                Sum::default(),
                recorded(empty.address, self.callers()).await?,
            );
            let mut of_full = (
                Sum::default(),
                recorded(filled.address, self.callers()).await?,
            );
            for _ in 0..self.rounds() * 2 {
                let (sum, callers) = of_empty;
                of_empty = self.measured(sum, callers, empty.process(), &side).await?;
                let (sum, callers) = of_full;
                of_full = self.measured(sum, callers, filled.process(), &side).await?;
            }
            let title = format!("{}, {} callers at once", side.name, self.callers());
            heading(&title);
            of_empty.0.line("a record that is nearly empty");
            of_full
                .0
                .line(&format!("{cases} cases of {} events", many::EVENTS));
            println!(
                "full / empty                             {:>8.3}     (aim 0.9); filled in {filling} s\n",
                of_full.0.figures.a_second() / of_empty.0.figures.a_second()
            );
        }
        Ok(())
    }

    async fn measured<C: Caller>(
        &self,
        mut sum: Sum,
        callers: Vec<C>,
        node: u32,
        side: &Side,
    ) -> Result<(Sum, Vec<C>)> {
        let callers = self.round(callers, &mut sum, &[node], side).await?;
        Ok((sum, callers))
    }

    /// Two nodes on one database, each with half of the callers, against one with all of them.
    async fn two_nodes(&self, side: &Side, folder: &Path) -> Result<()> {
        let one = Server::on(folder, &side.product);
        let other = Server::on(folder, &side.product);
        let mut alone = recorded(one.address, self.callers()).await?;
        let mut both = recorded(one.address, self.callers() / 2).await?;
        both.extend(recorded(other.address, self.callers() / 2).await?);
        let (mut of_one, mut of_two) = (Sum::default(), Sum::default());
        for _ in 0..self.rounds() {
            alone = self
                .round(alone, &mut of_one, &[one.process()], side)
                .await?;
            let nodes = [one.process(), other.process()];
            both = self.round(both, &mut of_two, &nodes, side).await?;
        }
        heading(&format!(
            "{}, {} callers at once",
            side.name,
            self.callers()
        ));
        of_one.line("one node");
        of_two.line("two nodes, half of the callers each");
        println!(
            "two / one                                {:>8.3}     (aim 0.9)\n",
            of_two.figures.a_second() / of_one.figures.a_second()
        );
        Ok(())
    }

    async fn sides(&self, folder: &Path) -> Result<Vec<Side>> {
        let file = |name: &str| format!("sqlite://{}", folder.join(name).display());
        let mut sides = vec![Side {
            name: "SQLite",
            product: file("product.db"),
            peer: file("peer.db"),
            full: file("full.db"),
            database: None,
        }];
        match std::env::var("NHS111_TEST_POSTGRES") {
            Ok(url) => sides.push(Side {
                name: "PostgreSQL",
                product: processor::fresh_database(&url, "nhs111_bench").await?,
                peer: processor::fresh_database(&url, "nhs111_bench_peer").await?,
                full: processor::fresh_database(&url, "nhs111_bench_full").await?,
                database: processor::postmaster(&url).await?,
            }),
            Err(_) => println!(
                "PostgreSQL is left out: scripts/with-postgres sets NHS111_TEST_POSTGRES\n"
            ),
        }
        Ok(sides)
    }

    async fn against_the_peer(&self, side: &Side, folder: &Path) -> Result<()> {
        let server = Server::on(folder, &side.product);
        let peer = Peer::start(&side.peer)?;
        let mut product = recorded(server.address, self.callers()).await?;
        let mut bare = rows(peer.address, self.callers()).await?;
        let (mut of_product, mut of_peer) = (Sum::default(), Sum::default());
        for _ in 0..self.rounds() {
            bare = self
                .round(bare, &mut of_peer, &[peer.process()], side)
                .await?;
            product = self
                .round(product, &mut of_product, &[server.process()], side)
                .await?;
        }
        heading(&format!(
            "{}, {} callers at once",
            side.name,
            self.callers()
        ));
        of_peer.line("one row, nothing else");
        of_product.line("an answer of a case");
        let rate = of_product.figures.a_second();
        println!(
            "an answer / one row                      {:>8.3}     (aim 0.6)",
            rate / of_peer.figures.a_second()
        );
        let product = prepared(product, self.answers()).await?;
        side.settle().await?;
        let (_, at_half) = paced(product, rate / 2.0, self.span() * 2).await?;
        println!(
            "at half that load                        {:>8.0} /s {:>8.2} ms {:>8.2} ms  (aim 10 ms)\n",
            at_half.a_second(),
            at_half.within(0.5),
            at_half.within(0.99)
        );
        Ok(())
    }

    async fn round<C: Caller>(
        &self,
        callers: Vec<C>,
        sum: &mut Sum,
        nodes: &[u32],
        side: &Side,
    ) -> Result<Vec<C>> {
        let of_nodes = || {
            nodes
                .iter()
                .map(|node| processor::of_process(*node))
                .sum::<f64>()
        };
        let database = || side.database.map_or(0.0, processor::of_family);
        // An answer is measured, not the start of a case.
        let callers = prepared(callers, self.answers()).await?;
        let before = (of_nodes(), database());
        let (callers, figures) = load(callers, self.span()).await?;
        sum.figures.add(figures);
        sum.node_seconds += of_nodes() - before.0;
        sum.database_seconds += database() - before.1;
        Ok(callers)
    }
}

fn heading(title: &str) {
    println!(
        "{title:<40} {:>11} {:>11} {:>11} {:>10} {:>10}",
        "rate", "median", "p99", "node", "database"
    );
}

/// Callers who record answers.
pub async fn recorded(address: SocketAddr, count: usize) -> Result<Vec<Recorded>> {
    let mut wire = Wire::open(address).await?;
    let script = Arc::new(Script::mild(&mut wire, "sore-throat").await?);
    let mut callers = Vec::new();
    for number in 0..count {
        callers.push(Recorded::new(address, script.clone(), number).await?);
    }
    Ok(callers)
}

/// Callers who each insert one row; what they send is as large as an answer with its headers.
async fn rows(address: SocketAddr, count: usize) -> Result<Vec<Same>> {
    let headers = format!(
        "authorization: Bearer {:064}\r\nidempotency-key: {:032}\r\n",
        0, 0
    );
    let body = r#"{"answers":[{"question":"throat_one_sided","answer":"no"}]}"#;
    let request = post("/rows", "application/json", &headers, body);
    let mut callers = Vec::new();
    for _ in 0..count {
        callers.push(Same::new(address, request.clone()).await?);
    }
    Ok(callers)
}
