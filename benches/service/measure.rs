//! What is measured of a running service.

use std::io::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::case::{Case, Recorded, Same, Script, body, chest_pain};
use crate::load::{Caller, Figures, load, timed};
use crate::visitor::{Forms, Visitor};
use crate::wire::{Wire, get};

/// A running service, and how long to look at it.
pub struct Bench {
    /// Where it listens.
    pub address: SocketAddr,
    /// Only show that it works.
    pub brief: bool,
}

/// One line of a table.
fn show(name: &str, figures: &Figures, limit: f64) {
    println!(
        "{name:<40} {:>8.0} /s {:>8.2} ms {:>8.2} ms {:>8.3}",
        figures.a_second(),
        figures.within(0.5),
        figures.within(0.99),
        figures.a_second() / limit
    );
}

impl Bench {
    fn rounds(&self) -> usize {
        if self.brief { 1 } else { 3 }
    }

    fn span(&self) -> Duration {
        Duration::from_millis(if self.brief { 20 } else { 2500 })
    }

    fn callers(&self) -> usize {
        if self.brief { 4 } else { 64 }
    }

    async fn same(&self, callers: usize, request: &str) -> Result<Vec<Same>> {
        let mut all = Vec::new();
        for _ in 0..callers {
            all.push(Same::new(self.address, request.to_owned()).await?);
        }
        Ok(all)
    }

    async fn recorded(&self, callers: usize, script: &Arc<Script>) -> Result<Vec<Recorded>> {
        let mut all = Vec::new();
        for number in 0..callers {
            all.push(Recorded::new(self.address, script.clone(), number).await?);
        }
        Ok(all)
    }

    async fn visitors(&self, callers: usize, forms: &Forms) -> Result<Vec<Visitor>> {
        let mut all = Vec::new();
        for number in 0..callers {
            all.push(Visitor::new(self.address, forms.clone(), number).await?);
        }
        Ok(all)
    }

    async fn script(&self) -> Result<Arc<Script>> {
        let mut wire = Wire::open(self.address).await?;
        Ok(Arc::new(Script::mild(&mut wire, "sore-throat").await?))
    }

    async fn round<C: Caller>(&self, callers: &mut Vec<C>, sum: &mut Figures) -> Result<()> {
        let (back, figures) = load(std::mem::take(callers), self.span()).await?;
        *callers = back;
        sum.add(figures);
        Ok(())
    }

    /// Every kind of request, against the one that does nothing.
    pub async fn http(&self) -> Result<()> {
        let callers = self.callers();
        let script = self.script().await?;
        let forms = Visitor::forms(self.address).await?;
        let looker = Visitor::new(self.address, Forms::default(), 0).await?;
        let mut health = self.same(callers, &get("/healthz", "")).await?;
        let mut walk = self.same(callers, &chest_pain()).await?;
        let mut look = self
            .same(callers, &get(&looker.path, &looker.cookie))
            .await?;
        let mut answer = self.recorded(callers, &script).await?;
        let mut visit = self.visitors(callers, &forms).await?;
        let mut sums: [Figures; 5] = Default::default();
        for _ in 0..self.rounds() {
            let [of_health, of_walk, of_answer, of_look, of_visit] = &mut sums;
            self.round(&mut health, of_health).await?;
            self.round(&mut walk, of_walk).await?;
            self.round(&mut answer, of_answer).await?;
            self.round(&mut look, of_look).await?;
            self.round(&mut visit, of_visit).await?;
        }
        println!(
            "{callers} callers at once; a visit of {} answers is {} events; {} forms on the pages",
            script.answers.len(),
            script.events,
            forms.len()
        );
        println!(
            "{:<40} {:>11} {:>11} {:>11} {:>8}",
            "", "rate", "median", "p99", "/healthz"
        );
        let names = [
            "GET /healthz",
            "POST /api/v1/walk",
            "POST …/answers, recorded",
            "GET /questions/{step}",
            "POST /questions/{step}, recorded",
        ];
        let limit = sums[0].a_second();
        names
            .iter()
            .zip(&sums)
            .for_each(|(name, figures)| show(name, figures, limit));
        println!();
        Ok(())
    }

    /// Recorded answers, by how many answer at once.
    pub async fn record(&self) -> Result<()> {
        let script = self.script().await?;
        println!(
            "{:<40} {:>11} {:>11} {:>11} {:>8}",
            "recorded answers", "rate", "median", "p99", "/healthz"
        );
        let counts: &[usize] = if self.brief {
            &[1, 4]
        } else {
            &[1, 16, 64, 256]
        };
        for &callers in counts {
            let mut health = self.same(callers, &get("/healthz", "")).await?;
            let mut answer = self.recorded(callers, &script).await?;
            let (mut of_health, mut of_answer) = Default::default();
            let before = self.batches().await?;
            for _ in 0..self.rounds() {
                self.round(&mut health, &mut of_health).await?;
                self.round(&mut answer, &mut of_answer).await?;
            }
            let after = self.batches().await?;
            let batch = (after.0 - before.0) / (after.1 - before.1);
            let limit = of_health.a_second();
            let name = format!("{callers} callers, {batch:.1} in a transaction");
            show(&name, &of_answer, limit);
        }
        println!();
        Ok(())
    }

    /// Appends and transactions so far, as the service itself counts them.
    async fn batches(&self) -> Result<(f64, f64)> {
        let figures = Wire::open(self.address)
            .await?
            .send(&get("/metrics", ""))
            .await?
            .is(200)?;
        let of = |name: &str| {
            let line = figures
                .text()
                .lines()
                .find_map(|line| line.strip_prefix(name));
            line.and_then(|value| value.trim().parse().ok())
                .unwrap_or_default()
        };
        Ok((
            of("nhs111_store_batch_size_sum"),
            of("nhs111_store_batch_size_count"),
        ))
    }

    /// One caller alone, by how many events their case has.
    pub async fn growth(&self) -> Result<()> {
        let mut wire = Wire::open(self.address).await?;
        let sizes: &[u64] = if self.brief {
            &[40]
        } else {
            &[40, 100, 400, 1000]
        };
        let cases = if self.brief { 1 } else { 10 };
        println!("{:<40} {:>11} {:>11}", "one caller alone", "median", "p99");
        let mut of_size = vec![Figures::default(); sizes.len()];
        for number in 0..cases {
            let start = json!({
                "complaints": ["sore-throat"], "mark": "test",
                "patient": {"party": "first", "age": "40 years", "sex": "female"},
                "volunteered": {"throat_one_sided": "yes"},
            });
            let (case, _) = Case::start(&mut wire, &start).await?;
            let mut changes = 0;
            for (size, figures) in sizes.iter().zip(&mut of_size) {
                let mut counted = 0;
                while counted < 10 {
                    let said = if changes % 2 == 0 { "no" } else { "yes" };
                    let said = json!({"how": "change", "answers": [{"question": "throat_one_sided", "answer": said}]});
                    let request = case.answers(&said.to_string(), number * 10_000 + changes);
                    let (reply, took) = timed(wire.send(&request)).await?;
                    let events = body(&reply.is(200)?)?["seq"].as_u64().unwrap_or_default();
                    changes += 1;
                    if events >= *size {
                        counted += 1;
                        figures.note(took);
                    }
                }
            }
        }
        for (size, figures) in sizes.iter().zip(&of_size) {
            println!(
                "an answer to a case of {size:>4} events        {:>8.2} ms {:>8.2} ms",
                figures.within(0.5),
                figures.within(0.99)
            );
        }
        println!();
        Ok(())
    }

    /// What a visit weighs on the way.
    pub async fn pages(&self) -> Result<()> {
        let mut visitor = Visitor::new(self.address, Forms::default(), 0).await?;
        let start = visitor.open("/").await?;
        let sheet = start
            .text()
            .split('"')
            .find(|part| part.starts_with("/assets/"))
            .unwrap_or_default()
            .to_owned();
        let style = visitor.compressed(&sheet).await?;
        let first = visitor.compressed("/").await? + style;
        let (mut whole, mut later) = (Vec::new(), Vec::new());
        while visitor.path.starts_with("/questions/") {
            let path = visitor.path.clone();
            let page = visitor.open(&path).await?;
            whole.push(page.body.len());
            later.push(visitor.compressed(&path).await?);
            visitor.answer_mildly(page.text()).await?;
        }
        let outcome = visitor.open(&visitor.path.clone()).await?.body.len();
        let kilobytes = |bytes: usize| bytes as f64 / 1000.0;
        let most = |sizes: &[usize]| kilobytes(sizes.iter().copied().max().unwrap_or_default());
        println!("pages of a visit of {} questions", whole.len());
        println!(
            "HTML of a question page, the largest     {:>8.1} KB  (aim 20)",
            most(&whole)
        );
        println!(
            "HTML of the outcome                      {:>8.1} KB",
            kilobytes(outcome)
        );
        println!(
            "first visit, compressed, in all          {:>8.1} KB  (aim 40)",
            kilobytes(first)
        );
        println!(
            "a later page, compressed, the largest    {:>8.1} KB  (aim 8)",
            most(&later)
        );
        println!(
            "style sheet, compressed                  {:>8.1} KB  (aim 30)\n",
            kilobytes(style)
        );
        Ok(())
    }
}
