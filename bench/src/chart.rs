//! The chart of README.md.

use std::error::Error;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::cases::COMPARED;
use crate::data::{Flat, SIZES};
use crate::measure::MeasuredCase;
use crate::peers::{BISCOTTI_ONE_KEY, COOKIE_ONE_KEY, JWT_ONE_KEY};
use crate::readme::with_commas;
use crate::tokens::{DECODE, FLOOR, ONE_KEY};
use crate::velocipy::VELOCIPY_ONE_KEY;
use crate::{requests, tokens};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/chart.svg");
const SIZE: (u32, u32) = (880, 560);
const BARS_HEIGHT: u32 = 250;
const NAME_WIDTH: u32 = 145;

// They have to be seen on white and on black, since the background is the page's.
const TEXT: RGBColor = RGBColor(0x74, 0x7b, 0x84);
const OURS: RGBColor = RGBColor(0x1f, 0x7a, 0xec);
const PEER: RGBColor = RGBColor(0x8b, 0x94, 0x9e);
const FLOOR_ALONE: RGBColor = RGBColor(0xd2, 0x6a, 0x1c);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Bar = (&'static str, f64, RGBColor);
type Line = (&'static str, Vec<(f64, f64)>, RGBColor);
type Drawn = Result<(), Box<dyn Error>>;

/// Draws the chart into `bench/chart.svg`.
///
/// # Errors
///
/// If the file can't be written.
pub fn draw(measured: &[MeasuredCase<'_>]) -> Drawn {
    let find = |name: &str| measured.iter().find(|case| case.case.name == name).expect("the case is measured");
    let [small, _] = COMPARED.map(|size| find(&tokens::name::<Flat>(size)));
    let requests = find(&requests::name());

    let root = SVGBackend::new(PATH, SIZE).into_drawing_area();
    let (bars, lines) = root.split_vertically(BARS_HEIGHT);
    let (left, right) = bars.split_horizontally(SIZE.0 / 2);
    let token = |name| small.nanos(name);
    draw_bars(
        &left,
        "Verify a token, read one key",
        &[
            ("HMAC alone", token(FLOOR), FLOOR_ALONE),
            ("this project", token(ONE_KEY), OURS),
            ("biscotti", token(BISCOTTI_ONE_KEY), PEER),
            ("cookie", token(COOKIE_ONE_KEY), PEER),
            ("jsonwebtoken", token(JWT_ONE_KEY), PEER),
            ("VelociPy", token(VELOCIPY_ONE_KEY), PEER),
        ],
    )?;
    let over_bare = |name| requests.nanos(name) - requests.nanos(requests::bare(name));
    draw_bars(
        &right,
        "What reading one key adds to a request",
        &[
            ("this project, axum", over_bare("axum: read one key"), OURS),
            ("this project, actix", over_bare("actix: read one key"), OURS),
            ("tower-sessions", over_bare("tower-sessions, memory: read one key"), PEER),
            ("SignedCookieJar", over_bare("SignedCookieJar: read one key"), PEER),
            ("actix-session", over_bare("actix-session, signed: read one key"), PEER),
        ],
    )?;
    let sizes = SIZES.map(|size| find(&tokens::name::<Flat>(size)));
    let line = |name| sizes.iter().zip(SIZES).map(|(case, size)| (size as f64, case.nanos(name))).collect::<Vec<_>>();
    draw_lines(
        &lines,
        "How that grows with the session's JSON, in bytes",
        &[
            ("read it as a struct", line(DECODE), PEER),
            ("read one key", line(ONE_KEY), OURS),
            ("HMAC alone", line(FLOOR), FLOOR_ALONE),
        ],
    )?;
    root.present()?;
    Ok(())
}

fn draw_bars(area: &Area<'_>, title: &str, bars: &[Bar]) -> Drawn {
    let longest = bars.iter().map(|(_, nanos, _)| *nanos).fold(0.0, f64::max);
    let room_for_a_number = 1.25;
    let mut chart = ChartBuilder::on(area)
        .caption(title, text(18))
        .margin(10)
        .margin_left(NAME_WIDTH)
        .build_cartesian_2d(0.0..longest * room_for_a_number, bars.len() as f64..0.0)?;
    let at = |horizontal| Pos::new(horizontal, VPos::Center);
    for (index, (name, nanos, color)) in bars.iter().enumerate() {
        let top = index as f64;
        let beside = |x| EmptyElement::at((x, top + 0.5));
        chart.draw_series([Rectangle::new([(0.0, top + 0.2), (*nanos, top + 0.8)], color.filled())])?;
        chart.draw_series([beside(0.0) + Text::new(*name, (-8, 0), text(15).pos(at(HPos::Right)))])?;
        chart.draw_series([
            beside(*nanos) + Text::new(format!("{} ns", with_commas(*nanos)), (6, 0), text(15).pos(at(HPos::Left)))
        ])?;
    }
    Ok(())
}

fn draw_lines(area: &Area<'_>, title: &str, lines: &[Line]) -> Drawn {
    let points = || lines.iter().flat_map(|(_, points, _)| points);
    let highest = points().map(|(_, nanos)| *nanos).fold(0.0, f64::max);
    let largest = points().map(|(bytes, _)| *bytes).fold(0.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .caption(title, text(18))
        .margin(10)
        .margin_right(NAME_WIDTH)
        .set_label_area_size(LabelAreaPosition::Left, 70)
        .set_label_area_size(LabelAreaPosition::Bottom, 30)
        .build_cartesian_2d(0.0..largest, 0.0..highest * 1.05)?;
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(TEXT)
        .label_style(text(15))
        .x_label_formatter(&|bytes| with_commas(*bytes))
        .y_label_formatter(&|nanos| format!("{} ns", with_commas(*nanos)))
        .draw()?;
    for (name, points, color) in lines {
        let Some(&end) = points.last() else { continue };
        let label = Text::new(*name, (8, 0), text(15).pos(Pos::new(HPos::Left, VPos::Center)));
        chart.draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)))?;
        chart.draw_series(points.iter().map(|point| Circle::new(*point, 3, color.filled())))?;
        chart.draw_series([EmptyElement::at(end) + label])?;
    }
    Ok(())
}

fn text(size: u32) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&TEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As WCAG 2.2 defines it.
    fn luminance(RGBColor(red, green, blue): RGBColor) -> f64 {
        let linear = |channel: u8| match f64::from(channel) / 255.0 {
            dark @ ..=0.040_45 => dark / 12.92,
            light => ((light + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(one: RGBColor, other: RGBColor) -> f64 {
        let [one, other] = [one, other].map(|color| luminance(color) + 0.05);
        (one / other).max(other / one)
    }

    #[test]
    fn each_colour_is_seen_on_a_light_and_on_a_dark_page() {
        let dark = RGBColor(0x0d, 0x11, 0x17); // GitHub's
        for (color, least) in [(TEXT, 4.2), (OURS, 3.0), (PEER, 3.0), (FLOOR_ALONE, 3.0)] {
            for page in [WHITE, dark] {
                assert!(contrast(color, page) >= least, "{color:?} on {page:?}: {}", contrast(color, page));
            }
        }
    }
}
