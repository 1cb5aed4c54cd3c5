//! The layout as SVG. Urgency is colour and words; everything that an edge says stands in text as well.

use std::fmt::Write;

use super::super::content::Setting;
use super::edges::Edge;
use super::layout::{Card, LEFT, Layout, Of, RIGHT, Run, Style, WIDTH, layout};
use super::{Picture, setting};

const INK: &str = "#212b32";
const GREY: &str = "#4c6272";
const TINTS: [&str; 5] = ["#005eb8", "#8a1538", "#00703c", "#7a4a00", "#5b3a8c"];

/// The picture; `outline` is what a screen reader says.
pub(super) fn svg(picture: &Picture, outline: &str) -> String {
    let laid = layout(picture);
    let mut out = String::new();
    let height = laid.height;
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" height=\"{height:.0}\" role=\"img\" \
         aria-labelledby=\"picture-title picture-outline\" font-family=\"Frutiger, Arial, 'Liberation Sans', sans-serif\">\n\
         <title id=\"picture-title\">{}</title>\n<desc id=\"picture-outline\">{}</desc>\n",
        escaped(&format!("Picture of the pathway {}", picture.title)),
        escaped(outline)
    );
    out.push_str(STYLES);
    let _ = writeln!(
        out,
        "<rect width=\"{WIDTH}\" height=\"{height:.0}\" fill=\"#ffffff\"/>"
    );
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"34\" class=\"title\">{}</text>",
        LEFT.0,
        escaped(&picture.title)
    );
    laid.notes
        .iter()
        .for_each(|run| text(&mut out, run, "guard"));
    legend(&mut out, laid.legend);
    // Edges first: headings and cards cover what runs behind them.
    laid.edges.iter().for_each(|one| edge(&mut out, one));
    headings(&mut out, &laid);
    laid.cards.iter().for_each(|one| card(&mut out, one));
    out.push_str("</svg>\n");
    out
}

/// Sizes are those of [`super::layout`], which breaks the lines.
const STYLES: &str = "<style>\
.title{font-size:24px;font-weight:bold;fill:#212b32}\
.heading{font-size:14px;font-weight:bold;fill:#212b32}\
.question{font-size:13px;font-weight:bold;fill:#212b32}\
.name{font-size:11px;font-family:Menlo,'DejaVu Sans Mono',monospace;fill:#4c6272}\
.condition{font-size:11px;font-style:italic;fill:#4c6272}\
.answer,.guard{font-size:12px;fill:#212b32}\
.leads{font-size:11px;font-weight:bold;fill:#212b32}\
.band{font-size:12px;font-weight:bold;fill:#ffffff}\
.bandnote{font-size:11px;fill:#ffffff}\
.end{text-anchor:end}\
.because{font-size:11px;font-style:italic;fill:#4c6272}\
.edge{fill:none;stroke-width:1.3}\
.mark{font-size:12px;font-weight:bold;fill:#212b32}\
.given{stroke-width:4}\
.edge:hover{stroke-width:3}\
</style>\n";

fn legend(out: &mut String, y: f64) {
    let settings = [
        Setting::Ambulance,
        Setting::Hospital,
        Setting::See,
        Setting::Speak,
        Setting::Pharmacy,
        Setting::SelfCare,
    ];
    let mut x = LEFT.0;
    for kind in settings.map(Some).into_iter().chain([None]) {
        let name = kind.map_or("parallel need", setting);
        let _ = writeln!(
            out,
            "<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"14\" height=\"14\" rx=\"2\" fill=\"{}\"/>",
            colour(kind)
        );
        let _ = writeln!(
            out,
            "<text x=\"{:.0}\" y=\"{:.0}\" class=\"answer\">{name}</text>",
            x + 19.0,
            y + 11.5
        );
        x += 34.0 + 6.6 * f64::from(u32::try_from(name.len()).unwrap_or(0));
    }
}

fn headings(out: &mut String, laid: &Layout<'_>) {
    for heading in &laid.headings {
        let _ = writeln!(
            out,
            "<rect x=\"{}\" y=\"{:.1}\" width=\"{}\" height=\"24\" fill=\"#d8dde0\"/><text x=\"{}\" y=\"{:.1}\" class=\"heading\">{}</text>",
            LEFT.0,
            heading.y,
            RIGHT.1 - LEFT.0,
            LEFT.0 + 10.0,
            heading.y + 17.0,
            escaped(heading.text)
        );
    }
}

fn card(out: &mut String, card: &Card<'_>) {
    let (stroke, plain, is_marked) = match card.of {
        Of::Screen(screen) => {
            let is_marked = screen.questions.iter().any(|one| one.mark.is_some());
            (GREY, "#f7f9fa", is_marked)
        }
        Of::Line(line) => (colour(line.setting), "#ffffff", !line.marks.is_empty()),
    };
    // What is marked stands out by its thick edge and its words, and not by colour alone.
    let (fill, thick) = if is_marked {
        ("#fff7bf", 4.0)
    } else {
        (plain, 1.2)
    };
    let Card {
        x,
        y,
        width,
        height,
        band,
        ..
    } = card;
    let _ = writeln!(
        out,
        "<rect x=\"{x}\" y=\"{y:.1}\" width=\"{width}\" height=\"{height:.1}\" rx=\"3\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{thick}\"/>"
    );
    if *band > 0.0 {
        let _ = writeln!(
            out,
            "<path d=\"M{x} {:.1} v{:.1} a3 3 0 0 1 3 -3 h{} a3 3 0 0 1 3 3 v{:.1} z\" fill=\"{stroke}\"/>",
            y + band,
            3.0 - band,
            width - 6.0,
            band - 3.0
        );
    }
    for rule in &card.rules {
        let _ = writeln!(
            out,
            "<path d=\"M{} {rule:.1} h{}\" stroke=\"#d8dde0\"/>",
            x + 8.0,
            width - 16.0
        );
    }
    for run in &card.runs {
        text(out, run, class(run.style));
    }
}

fn edge(out: &mut String, edge: &Edge) {
    let tint = TINTS.get(edge.tint % TINTS.len()).copied().unwrap_or(INK);
    let _ = writeln!(
        out,
        "<g class=\"{}\" stroke=\"{tint}\"><title>{}</title>",
        if edge.is_given { "edge given" } else { "edge" },
        escaped(&edge.title)
    );
    let (from_y, lane) = (edge.from_y, edge.lane_x);
    let _ = writeln!(
        out,
        "<circle cx=\"{}\" cy=\"{from_y:.1}\" r=\"2.4\" fill=\"{tint}\" stroke=\"none\"/>",
        LEFT.1
    );
    for (y, to_line) in &edge.ends {
        let (end, head) = if *to_line {
            (RIGHT.0, -5.0)
        } else {
            (LEFT.1, 5.0)
        };
        let _ = writeln!(
            out,
            "<path d=\"M{} {from_y:.1} H{lane:.1} V{y:.1} H{:.1}\"/>",
            LEFT.1,
            end + head
        );
        let _ = writeln!(
            out,
            "<path d=\"M{end} {y:.1} l{:.1} -3.2 v6.4 z\" fill=\"{tint}\" stroke=\"none\"/>",
            head * 1.3
        );
    }
    out.push_str("</g>\n");
}

fn text(out: &mut String, run: &Run, class: &str) {
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" class=\"{class}\">{}</text>",
        run.x,
        run.y,
        escaped(&run.text)
    );
}

fn class(style: Style) -> &'static str {
    match style {
        Style::Question => "question",
        Style::Name => "name",
        Style::Condition => "condition",
        Style::Answer => "answer",
        Style::Leads => "leads",
        Style::Band => "band",
        Style::BandNote => "bandnote",
        Style::BandEnd => "bandnote end",
        Style::Guard => "guard",
        Style::Because => "because",
        Style::Mark => "mark",
    }
}

/// Dark enough for white text; `None` is a parallel need.
fn colour(of: Option<Setting>) -> &'static str {
    match of {
        Some(Setting::Ambulance) => "#8a1538",
        Some(Setting::Hospital) => "#d5281b",
        Some(Setting::See) => "#a85200",
        Some(Setting::Speak) => "#005eb8",
        Some(Setting::Pharmacy) => "#00703c",
        Some(Setting::SelfCare) => "#4c6272",
        None => "#5b3a8c",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
