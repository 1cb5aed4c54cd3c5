//! `nhs111 directory find`: searches as the service does, and says why each service fits or does not.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use jiff::civil::DateTime;

use super::{open, say, serve, told};
use crate::case::ids::ProviderId;
use crate::clock::SystemClock;
use crate::directory::hours::{Open, Shut};
use crate::directory::place::MILE_M;
use crate::directory::{Disposition, Fit, Miss, NearMiss, Offer, Point, Sex, Wanted};
use crate::pathway::age::{AgeRange, AgeUnit};
use crate::service::london;
use crate::service::ports::Clock as _;
use crate::service::ports::directory::{DirectoryError, Found, Near};
use crate::service::releases::{Release, Releases};

/// What to search for.
#[derive(Debug, clap::Args)]
pub struct Find {
    /// A postcode, a district, or `latitude,longitude`.
    #[arg(long, allow_hyphen_values = true)]
    near: String,
    /// The id of a disposition of the active release.
    #[arg(long)]
    disposition: String,
    /// Such as `34 years` or `5 months`; without it the age is not known.
    #[arg(long)]
    age: Option<String>,
    /// `female` or `male`; without it the sex is not known.
    #[arg(long)]
    sex: Option<String>,
    /// A complaint of the case; may be given several times.
    #[arg(long = "complaint")]
    complaints: Vec<String>,
    /// When, by the clocks of London, such as `2026-12-25T10:00` [default: now].
    #[arg(long)]
    at: Option<DateTime>,
    /// The most services to show.
    #[arg(long, default_value_t = 5)]
    limit: usize,
    #[command(flatten)]
    settings: serve::Flags,
}

/// Prints what fits, and what nearly does.
pub(super) async fn find(asked: Find) -> anyhow::Result<ExitCode> {
    let near = near(&asked.near)?;
    let age = asked.age.as_deref().map(age).transpose()?;
    let sex = match asked.sex.as_deref() {
        None => None,
        Some("female") => Some(Sex::Female),
        Some("male") => Some(Sex::Male),
        Some(_) => bail!("`--sex`: female or male"),
    };
    let at = match asked.at {
        Some(at) => london().to_timestamp(at)?,
        None => SystemClock.now(),
    };
    let config = serve::settings(asked.settings)?;
    let database = open(&config).await?;
    let provider = ProviderId::default();
    let found = async {
        let release = Releases::new(database.store.clone(), config.releases)
            .active(&provider)
            .await?;
        let wanted = Wanted {
            disposition: disposition(&release, &asked.disposition)?,
            age: age.unwrap_or(AgeRange::ANY),
            sex,
            complaints: asked.complaints,
            at,
            since: at,
            limit: asked.limit,
        };
        match database.directory.find(&provider, &near, &wanted).await {
            Err(DirectoryError::UnknownPlace) => {
                bail!("the directory does not know `{}`", asked.near)
            }
            found => Ok(found?),
        }
    }
    .await;
    database.store.close().await;
    let found = found?;
    print(&found);
    Ok(ExitCode::SUCCESS)
}

fn print(found: &Found) {
    if found.is_rough {
        say("The postcode is not known; distances are from the middle of its district.");
    }
    for Offer {
        listing,
        distance_m,
        open,
        why,
    } in &found.selection.offers
    {
        let why: Vec<String> = why.iter().map(fit).collect();
        let (miles, kind) = (distance_m / MILE_M, listing.kind.word());
        say(&format!(
            "{miles:5.1} miles  {} ({kind}), {}",
            listing.name,
            open_words(*open)
        ));
        say(&format!("             fits: {}", why.join("; ")));
    }
    if found.selection.offers.is_empty() {
        say("No service fits; the national ways to help are shown.");
    }
    for NearMiss {
        listing,
        distance_m,
        why,
    } in &found.selection.near_misses
    {
        let (miles, kind) = (distance_m / MILE_M, listing.kind.word());
        say(&format!("{miles:5.1} miles  {} ({kind})", listing.name));
        say(&format!("             does not fit: {}", miss(*why)));
    }
    say(&format!("Directory: {}", told(&found.edition)));
}

fn near(text: &str) -> anyhow::Result<Near> {
    let point = text.split_once(',').and_then(|(north, east)| {
        Point::new(north.trim().parse().ok()?, east.trim().parse().ok()?)
    });
    match point {
        Some(point) => Ok(Near::Point(point)),
        None => Ok(Near::Name(text.parse().context("`--near`")?)),
    }
}

fn age(text: &str) -> anyhow::Result<AgeRange> {
    let read = text.split_once(' ').and_then(|(count, unit)| {
        let unit = match unit.trim_end_matches('s') {
            "day" => AgeUnit::Days,
            "week" => AgeUnit::Weeks,
            "month" => AgeUnit::Months,
            "year" => AgeUnit::Years,
            _ => return None,
        };
        AgeRange::told(count.parse().ok()?, unit)
    });
    read.context("`--age`: a number and days, weeks, months or years")
}

fn disposition(release: &Release, id: &str) -> anyhow::Result<Disposition> {
    let found = release.content.disposition_named(id);
    let found = found.with_context(|| format!("the active release has no disposition `{id}`"))?;
    let found = release.content.disposition(found);
    Ok(Disposition {
        id: found.id.clone(),
        dx: found.dx.clone(),
        family: found.family.clone(),
        setting: found.setting,
        within_minutes: found.within_minutes,
        emergency: found.emergency,
    })
}

fn clock(at: Timestamp) -> String {
    london()
        .to_datetime(at)
        .strftime("%a %-d %b %H:%M")
        .to_string()
}

fn open_words(open: Open) -> String {
    let opens = open.opens.map_or_else(
        || "open now".to_owned(),
        |at| format!("opens {}", clock(at)),
    );
    let closes = open.closes.map_or_else(
        || "does not close".to_owned(),
        |at| format!("until {}", clock(at)),
    );
    format!("{opens}, {closes}")
}

fn fit(fit: &Fit) -> String {
    match fit {
        Fit::Takes(taken) => format!("takes {taken}"),
        Fit::Complaint => "is for these complaints".to_owned(),
        Fit::Age => "takes this age".to_owned(),
        Fit::Sex => "takes this sex".to_owned(),
        Fit::OpenNow => "is open now".to_owned(),
        Fit::OpensInTime => "opens in time".to_owned(),
        Fit::LittleRoom => "has little room".to_owned(),
    }
}

fn miss(miss: Miss) -> String {
    match miss {
        Miss::OtherDispositions => "takes other dispositions of this kind".to_owned(),
        Miss::OtherComplaints => "is for other complaints".to_owned(),
        Miss::Age => "does not take this age".to_owned(),
        Miss::AgeNotKnown => {
            "does not take every age, and the age is not known well enough".to_owned()
        }
        Miss::Sex => "does not take this sex".to_owned(),
        Miss::SexNotKnown => "does not take both sexes, and the sex is not known".to_owned(),
        Miss::OutOfReach => "takes nobody from so far away".to_owned(),
        Miss::NoRoom => "has no room".to_owned(),
        Miss::Shut(Shut::Unknown) => "nobody said when it is open".to_owned(),
        Miss::Shut(Shut::Until(None)) => "is shut for days".to_owned(),
        Miss::Shut(Shut::Until(Some(at))) => format!("is shut until {}", clock(at)),
        Miss::Shut(Shut::ClosesTooSoon(at)) => format!("closes too soon, {}", clock(at)),
    }
}
