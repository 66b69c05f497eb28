//! The frame of all plots: the library's surface, its colours and shapes, the hatching, and what a screen reader is
//! told.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, Circle, DashedLineSeries, DrawingArea, DrawingAreaErrorKind,
    EmptyElement, IntoDrawingArea, IntoFont, PathElement, Polygon, RGBColor, Rectangle, SVGBackend,
    ShapeStyle, Text,
};

use super::PlotError;
use crate::backtest::archive::date_of;

/// Width of a plot, pixels.
pub(super) const WIDTH: u32 = 960;
/// Ink of axes and texts.
pub(super) const INK: RGBColor = RGBColor(0x22, 0x26, 0x2b);
/// Of what is quiet: grids, reference lines.
pub(super) const SOFT: RGBColor = RGBColor(0x8a, 0x93, 0x9e);
/// Counts and outcomes.
pub(super) const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
/// Alarms of a rise.
pub(super) const VERMILION: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
/// What was expected.
pub(super) const GREEN: RGBColor = RGBColor(0x00, 0x7a, 0x5a);
/// Erosion.
pub(super) const PURPLE: RGBColor = RGBColor(0x9c, 0x4d, 0x85);
/// The wide band of a fan.
pub(super) const PALE: RGBColor = RGBColor(0xcf, 0xe3, 0xf2);
/// The narrow band of a fan.
pub(super) const MIDDLE: RGBColor = RGBColor(0x93, 0xc1, 0xe3);
/// The ground of a ceasefire, and of a wanted range.
pub(super) const GROUND: RGBColor = RGBColor(0xe9, 0xf4, 0xee);
/// Pixels between the lines of a hatching.
const HATCH_PX: f64 = 7.0;
/// Pixels about a pane.
const MARGIN_PX: u32 = 6;

/// The surface that is drawn on.
pub(super) type Surface<'s> = DrawingArea<SVGBackend<'s>, Shift>;
/// What the library says when it cannot draw.
pub(super) type Fault = DrawingAreaErrorKind<std::io::Error>;
type Chart<'c, 's> = ChartContext<'c, SVGBackend<'s>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// The shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A triangle on its base.
    Triangle,
    /// A square on its tip.
    Diamond,
    /// A square.
    Square,
    /// A disc.
    Disc,
}

/// Draws a picture and gives it its title and description, for eyes and screen readers.
pub(super) fn drawn(
    id: &str,
    height_px: u32,
    title: &str,
    told: &str,
    draw: impl FnOnce(&Surface<'_>) -> Result<(), Fault>,
) -> Result<String, PlotError> {
    let fault = |e: Fault| PlotError::Drawing(e.to_string());
    // The library escapes what ends an element.
    let plain: String = title.chars().map(super::page::plain).collect();
    let mut svg = String::new();
    {
        let surface = SVGBackend::with_string(&mut svg, (WIDTH, height_px)).into_drawing_area();
        surface.fill(&RGBColor(0xff, 0xff, 0xff)).map_err(fault)?;
        let heading = surface.titled(&plain, ("sans-serif", 17).into_font()).map_err(fault)?;
        draw(&heading).map_err(fault)?;
        surface.present().map_err(fault)?;
    }
    let (opening, rest) =
        svg.split_once('>').ok_or_else(|| PlotError::Drawing("it has no root".to_owned()))?;
    let (title, told) = (super::page::escaped(title), super::page::escaped(told));
    Ok(format!(
        "{opening} role=\"img\" aria-labelledby=\"{id}-title {id}-told\">\n\
         <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-told\">{told}</desc>{rest}"
    ))
}

/// What axes say.
pub(super) struct Axes<'a> {
    /// Along, with its unit.
    pub along: &'a str,
    /// Upwards, with its unit.
    pub up: &'a str,
    /// Whether what goes along are days since 1970.
    pub dated: bool,
    /// Whether nothing is written along: the pane below has the same axis.
    pub hushed: bool,
    /// Room to the left for figures or names, pixels.
    pub left_px: u32,
}

/// Room for figures.
pub(super) const FIGURES_PX: u32 = 64;
/// Room for names of rows.
pub(super) const NAMES_PX: u32 = 170;

/// A pane with axes.
pub(super) struct Pane<'c, 's> {
    chart: Chart<'c, 's>,
    x: Range<f64>,
    y: Range<f64>,
}

impl<'c, 's> Pane<'c, 's> {
    /// On a surface, from and to those figures; an empty range is given a width of 1.
    pub(super) fn new(
        surface: &'c Surface<'s>,
        x: Range<f64>,
        y: Range<f64>,
        axes: &Axes<'_>,
    ) -> Result<Pane<'c, 's>, Fault> {
        Pane::with_labels(surface, x, y, axes, 6)
    }

    /// Rows with names instead of figures upwards; row 0 is the lowest.
    pub(super) fn of_rows(
        surface: &'c Surface<'s>,
        x: Range<f64>,
        names: &[String],
        axes: &Axes<'_>,
    ) -> Result<Pane<'c, 's>, Fault> {
        let rows = names.len().max(1) as f64;
        let pane = Pane::with_labels(surface, x, 0.0..rows, axes, 0)?;
        for (row, name) in names.iter().enumerate() {
            pane.name_of_row(surface, row, rows, name)?;
        }
        Ok(pane)
    }

    fn with_labels(
        surface: &'c Surface<'s>,
        x: Range<f64>,
        y: Range<f64>,
        axes: &Axes<'_>,
        up_labels: usize,
    ) -> Result<Pane<'c, 's>, Fault> {
        let wide = |r: Range<f64>| if r.end > r.start { r } else { r.start..r.start + 1.0 };
        let (x, y) = (wide(x), wide(y));
        let mut chart = ChartBuilder::on(surface)
            .margin(MARGIN_PX)
            .margin_right(3 * MARGIN_PX)
            .x_label_area_size(if axes.hushed { 8 } else { 44 })
            .y_label_area_size(axes.left_px)
            .build_cartesian_2d(x.clone(), y.clone())?;
        let dated = axes.dated;
        let along = |v: &f64| if dated { date_of(v.round() as i32) } else { short(*v) };
        let upwards = |v: &f64| short(*v);
        let text = || ("sans-serif", 14).into_font().color(&INK);
        let mut mesh = chart.configure_mesh();
        mesh.light_line_style(RGBColor(0xff, 0xff, 0xff))
            .bold_line_style(RGBColor(0xe4, 0xe7, 0xeb))
            .axis_style(SOFT)
            .label_style(text())
            .axis_desc_style(text())
            .x_labels(if axes.hushed { 0 } else { 8 })
            .y_labels(up_labels)
            .x_desc(if axes.hushed { "" } else { axes.along })
            .y_desc(axes.up)
            .x_label_formatter(&along)
            .y_label_formatter(&upwards);
        mesh.draw()?;
        Ok(Pane { chart, x, y })
    }

    fn name_of_row(&self, surface: &Surface<'s>, row: usize, rows: f64, name: &str) -> Result<(), Fault> {
        let (_, height) = self.chart.plotting_area().dim_in_pixel();
        let from_top = (rows - row as f64 - 0.5) / rows * f64::from(height);
        surface.draw(&Text::new(
            name.to_owned(),
            (MARGIN_PX as i32, MARGIN_PX as i32 + from_top.round() as i32 - 7),
            ("sans-serif", 13).into_font().color(&INK),
        ))
    }

    /// A line through points.
    pub(super) fn line(
        &mut self,
        points: Vec<(f64, f64)>,
        colour: RGBColor,
        width_px: u32,
    ) -> Result<(), Fault> {
        let style = ShapeStyle::from(&colour).stroke_width(width_px);
        self.chart.draw_series(std::iter::once(PathElement::new(points, style)))?;
        Ok(())
    }

    /// A line of dashes through points.
    pub(super) fn dashes(&mut self, points: Vec<(f64, f64)>, colour: RGBColor) -> Result<(), Fault> {
        let style = ShapeStyle::from(&colour).stroke_width(2);
        self.chart.draw_series(DashedLineSeries::new(points, 6, 5, style))?;
        Ok(())
    }

    /// A filled rectangle.
    pub(super) fn block(&mut self, x: Range<f64>, y: Range<f64>, colour: RGBColor) -> Result<(), Fault> {
        let style = ShapeStyle::from(&colour).filled();
        self.chart
            .draw_series(std::iter::once(Rectangle::new([(x.start, y.start), (x.end, y.end)], style)))?;
        Ok(())
    }

    /// A filled shape through points.
    pub(super) fn area(&mut self, points: Vec<(f64, f64)>, colour: RGBColor) -> Result<(), Fault> {
        let style = ShapeStyle::from(&colour).filled();
        self.chart.draw_series(std::iter::once(Polygon::new(points, style)))?;
        Ok(())
    }

    /// A rectangle of slanting lines, in the pane's own range as far as it lies in it.
    pub(super) fn hatch(&mut self, x: Range<f64>, y: Range<f64>) -> Result<(), Fault> {
        let (x0, x1) = (x.start.max(self.x.start), x.end.min(self.x.end));
        let (y0, y1) = (y.start.max(self.y.start), y.end.min(self.y.end));
        let (width, height) = self.chart.plotting_area().dim_in_pixel();
        let px = f64::from(width) / (self.x.end - self.x.start);
        let py = f64::from(height) / (self.y.end - self.y.start);
        // In pixels from the lower left corner of the rectangle.
        let (w, h) = ((x1 - x0) * px, (y1 - y0) * py);
        if w <= 0.0 || h <= 0.0 {
            return Ok(());
        }
        self.block(x0..x1, y0..y1, RGBColor(0xf3, 0xf3, 0xf3))?;
        let mut from = HATCH_PX - h;
        while from < w {
            let (a, b) = (from.max(0.0), (from + h).min(w));
            if b > a {
                let at = |along: f64| (x0 + along / px, y0 + (along - from) / py);
                self.line(vec![at(a), at(b)], SOFT, 1)?;
            }
            from += HATCH_PX;
        }
        Ok(())
    }

    /// A mark at a point.
    pub(super) fn mark(&mut self, at: (f64, f64), shape: Shape, colour: RGBColor) -> Result<(), Fault> {
        let style = ShapeStyle::from(&colour).filled();
        let corners = match shape {
            Shape::Triangle => vec![(0, -6), (6, 5), (-6, 5)],
            Shape::Diamond => vec![(0, -7), (6, 0), (0, 7), (-6, 0)],
            Shape::Square => vec![(-5, -5), (5, -5), (5, 5), (-5, 5)],
            Shape::Disc => Vec::new(),
        };
        if shape == Shape::Disc {
            let disc = EmptyElement::at(at) + Circle::new((0, 0), 5, style);
            self.chart.draw_series(std::iter::once(disc))?;
        } else {
            let mark = EmptyElement::at(at) + Polygon::new(corners, style);
            self.chart.draw_series(std::iter::once(mark))?;
        }
        Ok(())
    }

    /// A word at a point, to the right of it.
    pub(super) fn word(&mut self, at: (f64, f64), word: &str) -> Result<(), Fault> {
        let style = ("sans-serif", 12).into_font().color(&INK);
        let text = EmptyElement::at(at) + Text::new(word.to_owned(), (4, 2), style);
        self.chart.draw_series(std::iter::once(text))?;
        Ok(())
    }
}

/// A figure with no more digits than it needs.
pub(super) fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A figure for a table.
pub(super) fn figure(value: f64, digits: usize) -> String {
    format!("{value:.digits$}")
}

/// The least round figure (1, 2 or 5 times a power of ten, or 1 for less) that is at least `value`.
pub(super) fn ceiling(value: f64) -> f64 {
    if !value.is_finite() || value <= 1.0 {
        return 1.0;
    }
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0].into_iter().map(|n| n * power).find(|n| *n >= value).unwrap_or(value)
}
