//! SVG charts with colours that are legible on light and dark backgrounds.

use std::path::Path;

use anyhow::{Context, Result, bail};
use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;

/// The colour of axes, grid and text.
const INK: RGBColor = RGBColor(125, 125, 125);

const COLOURS: [RGBColor; 6] = [
    RGBColor(38, 139, 210),
    RGBColor(214, 93, 14),
    RGBColor(64, 160, 43),
    RGBColor(178, 80, 190),
    RGBColor(200, 150, 0),
    RGBColor(220, 60, 60),
];

/// The height of a chart relative to its highest value, which leaves space for the legend.
const LEGEND_ROOM: f64 = 1.4;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type DrawingError = DrawingAreaErrorKind<std::io::Error>;

pub struct Chart {
    pub title: &'static str,
    /// The label of the x axis, with the unit.
    pub x: &'static str,
    /// The label of the y axis, with the unit.
    pub y: &'static str,
    pub logarithmic_x: bool,
    pub logarithmic_y: bool,
    pub lines: Vec<Line>,
}

pub struct Line {
    pub name: String,
    pub points: Vec<(f64, f64)>,
}

impl Line {
    /// Creates a line through the points that have a value.
    pub fn new(
        name: impl Into<String>,
        points: impl IntoIterator<Item = (f64, Option<f64>)>,
    ) -> Self {
        let points = points.into_iter().filter_map(|(x, y)| Some((x, y?)));
        Self { name: name.into(), points: points.collect() }
    }
}

impl Chart {
    pub fn draw(&self, file: &Path) -> Result<()> {
        let svg = self.svg()?;
        std::fs::write(file, svg).with_context(|| file.display().to_string())
    }

    fn svg(&self) -> Result<String> {
        let failed = || format!("cannot draw the chart {:?}", self.title);
        let x = Scale::over(self.values(|point| point.0), self.logarithmic_x, 1.0);
        let y = Scale::over(self.values(|point| point.1), self.logarithmic_y, LEGEND_ROOM);
        let (Some(x), Some(y)) = (x, y) else {
            bail!("the chart {:?} has no points", self.title);
        };
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, (720, 400)).into_drawing_area();
            self.draw_on(&root, &x, &y).with_context(failed)?;
            root.present().with_context(failed)?;
        }
        Ok(svg)
    }

    fn draw_on(
        &self,
        root: &Area<'_>,
        x: &Scale,
        y: &Scale,
    ) -> std::result::Result<(), DrawingError> {
        let text = ("sans-serif", 13).into_font().color(&INK);
        let mut chart = ChartBuilder::on(root)
            .caption(self.title, ("sans-serif", 18).into_font().color(&INK))
            .margin(12)
            .margin_right(28)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(x.range(), y.range())?;
        chart
            .configure_mesh()
            .bold_line_style(INK.mix(0.25))
            .light_line_style(TRANSPARENT)
            .axis_style(INK)
            .label_style(text.clone())
            .axis_desc_style(text.clone())
            .x_desc(self.x)
            .y_desc(self.y)
            .x_labels(x.labels())
            .y_labels(y.labels())
            .x_label_formatter(&|at| x.label(*at))
            .y_label_formatter(&|at| y.label(*at))
            .draw()?;
        for (line, colour) in self.lines.iter().zip(COLOURS.iter().cycle()) {
            let place = |point: &(f64, f64)| (x.place(point.0), y.place(point.1));
            let points: Vec<(f64, f64)> = line.points.iter().map(place).collect();
            chart.draw_series(points.iter().map(|&at| Circle::new(at, 2, colour.filled())))?;
            chart
                .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
                .label(line.name.as_str())
                .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        }
        let corner = SeriesLabelPosition::UpperLeft;
        chart.configure_series_labels().position(corner).label_font(text).draw()
    }

    fn values(&self, which: impl Fn(&(f64, f64)) -> f64) -> Vec<f64> {
        self.lines.iter().flat_map(|line| line.points.iter().map(&which)).collect()
    }
}

/// The range of an axis, in powers of ten if it is logarithmic.
struct Scale {
    from: f64,
    to: f64,
    logarithmic: bool,
}

impl Scale {
    /// A range from 0 to `room` times the largest value, or from a power of ten to another.
    fn over(values: Vec<f64>, logarithmic: bool, room: f64) -> Option<Self> {
        let largest = values.iter().copied().reduce(f64::max)?;
        let smallest = values.iter().copied().reduce(f64::min)?;
        if !logarithmic {
            return Some(Self { from: 0.0, to: (largest * room).max(1e-9), logarithmic });
        }
        let from = log10(smallest).floor();
        let to = log10(largest).ceil();
        Some(Self { from, to: to.max(from + 1.0), logarithmic })
    }

    fn place(&self, value: f64) -> f64 {
        if self.logarithmic { log10(value) } else { value }
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.from..self.to
    }

    fn labels(&self) -> usize {
        if self.logarithmic { (self.to - self.from) as usize + 1 } else { 8 }
    }

    fn label(&self, at: f64) -> String {
        let value = if self.logarithmic { 10_f64.powf(at) } else { at };
        match value {
            value if value >= 1e6 => format!("{} M", value / 1e6),
            value if value >= 1e4 => format!("{} k", value / 1e3),
            // At most three digits after the point, without trailing zeros.
            value => format!("{}", (value * 1e3).round() / 1e3),
        }
    }
}

/// The decimal logarithm, of at least a microsecond.
fn log10(value: f64) -> f64 {
    value.max(1e-3).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: Vec<(f64, f64)>) -> Chart {
        let lines = vec![Line { name: "the line".into(), points }];
        let title = "Title";
        let x = "items";
        let y = "ms";
        Chart { title, x, y, logarithmic_x: true, logarithmic_y: true, lines }
    }

    #[test]
    fn charts_have_labels_and_no_background() {
        let svg = chart(vec![(1_000.0, 2.0), (1e6, 30.0)]).svg().unwrap();
        for text in ["Title", "items", "ms", "the line", "1 M", "10 k"] {
            assert!(svg.contains(text), "missing: {text}");
        }
        assert!(!svg.contains("#FFFFFF"), "a background");
    }

    #[test]
    fn charts_without_points_are_rejected() {
        assert!(chart(Vec::new()).svg().is_err());
    }

    #[test]
    fn logarithmic_axes_end_at_powers_of_ten() {
        let scale = Scale::over(vec![3.0, 250.0], true, 1.4).unwrap();
        assert_eq!((scale.from, scale.to, scale.labels()), (0.0, 3.0, 4));
        assert_eq!(scale.label(1.0), "10");
        let scale = Scale::over(vec![3.0, 250.0], false, 1.4).unwrap();
        assert!((scale.to - 350.0).abs() < 1e-9);
    }
}
