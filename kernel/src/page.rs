//! Text of the kernel's own on the framebuffer: the banner and the report of a stop.

use core::fmt;

use embedded_graphics::Drawable;
use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::FONT_8X13;
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::primitives::Rectangle;
use embedded_graphics::text::{Baseline, Text};

use crate::drivers::framebuffer::Framebuffer;

/// The font's cell.
const CELL: Size = Size::new(8, 13);
/// The least screen that holds a report; larger ones enlarge the text.
const SMALL: Size = Size::new(640, 480);

/// A target whose pixels are squares of another.
struct Enlarged<'t, 'f> {
    target: &'t mut Framebuffer<'f>,
    times: u32,
}

impl OriginDimensions for Enlarged<'_, '_> {
    fn size(&self) -> Size {
        let size = self.target.size();
        Size::new(size.width / self.times, size.height / self.times)
    }
}

impl DrawTarget for Enlarged<'_, '_> {
    type Color = Rgb888;
    type Error = core::convert::Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Self::Error> {
        let times = i32::try_from(self.times).unwrap_or(1);
        for Pixel(at, colour) in pixels {
            let at = Point::new(at.x.saturating_mul(times), at.y.saturating_mul(times));
            let square = Rectangle::new(at, Size::new_equal(self.times));
            self.target.fill_solid(&square, colour)?;
        }
        Ok(())
    }
}

/// A screen of text, written from the top; what does not fit at the bottom is left out.
#[derive(Debug)]
pub struct Page<'t, 'f> {
    target: &'t mut Framebuffer<'f>,
    ink: Rgb888,
    times: u32,
    columns: u32,
    lines: u32,
    column: u32,
    line: u32,
}

impl<'t, 'f> Page<'t, 'f> {
    /// Fills the screen with `paper` and writes in `ink`, a cell away from the edges.
    #[must_use]
    pub fn new(target: &'t mut Framebuffer<'f>, paper: Rgb888, ink: Rgb888) -> Self {
        let size = target.size();
        let times = (size.width / SMALL.width)
            .min(size.height / SMALL.height)
            .max(1);
        let [red, green, blue] = [paper.r(), paper.g(), paper.b()];
        let colour = u32::from_be_bytes([0, red, green, blue]);
        target.fill(0, 0, size.width, size.height, colour);
        Self {
            target,
            ink,
            times,
            columns: (size.width / times / CELL.width).saturating_sub(1),
            lines: (size.height / times / CELL.height).saturating_sub(1),
            column: 1,
            line: 1,
        }
    }

    fn new_line(&mut self) {
        self.column = 1;
        self.line += 1;
    }
}

impl fmt::Write for Page<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if character == '\n' {
                self.new_line();
                continue;
            }
            if self.column >= self.columns {
                self.new_line();
            }
            if self.line >= self.lines {
                return Ok(());
            }
            let mut bytes = [0; 4];
            let at = Size::new(self.column, self.line).component_mul(CELL);
            let style = MonoTextStyle::new(&FONT_8X13, self.ink);
            let drawn = Text::with_baseline(
                character.encode_utf8(&mut bytes),
                Point::zero() + at,
                style,
                Baseline::Top,
            );
            let mut target = Enlarged {
                target: self.target,
                times: self.times,
            };
            let Ok(_) = drawn.draw(&mut target);
            self.column += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use core::fmt::Write;

    use super::*;
    use crate::drivers::framebuffer::{Depth, Screen};

    /// The lit cells of a screen after writing `text`: column and line of each.
    fn lit(width: u32, height: u32, text: &str) -> Vec<(u32, u32)> {
        let screen = Screen {
            width,
            height,
            pitch: width * 4,
            depth: Depth::Bits32,
            red_low: false,
            base: 16,
        };
        let mut memory = vec![0; (width * height) as usize];
        let mut framebuffer = Framebuffer::new(screen, &mut memory);
        let mut page = Page::new(&mut framebuffer, Rgb888::BLUE, Rgb888::WHITE);
        page.write_str(text).unwrap();
        let times = page.times;
        let mut cells = std::collections::BTreeSet::new();
        for (n, &word) in (0..).zip(&memory) {
            assert!(matches!(word, 0xFF | 0xFF_FF_FF));
            if word != 0xFF {
                cells.insert((n % width / (8 * times), n / width / (13 * times)));
            }
        }
        cells.into_iter().collect()
    }

    #[test]
    fn text_starts_a_cell_from_the_corner_and_breaks_lines() {
        assert_eq!(lit(640, 480, "A\nB"), [(1, 1), (1, 2)]);
        assert_eq!(lit(1920, 1080, "A\nB"), [(1, 1), (1, 2)]);
    }

    #[test]
    fn long_lines_go_on_below_and_long_texts_end() {
        let cells = lit(640, 480, &"M".repeat(80));
        assert_eq!(cells.iter().filter(|&&(_, line)| line == 1).count(), 78);
        assert_eq!(cells.iter().filter(|&&(_, line)| line == 2).count(), 2);
        let all = lit(640, 480, &"M\n".repeat(500));
        assert_eq!(all.last(), Some(&(1, 480 / 13 - 2)));
        assert_eq!(lit(4, 4, "M"), []);
    }
}
