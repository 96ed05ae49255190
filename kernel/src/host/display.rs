//! The picture on the framebuffer: the largest whole multiple, with the border round it.

use alloc::vec;
use alloc::vec::Vec;

use basic::screen::Picture;
use basic::screen::picture::PALETTE;
use basic::seam::{Display, Micros};
use basic::store::memory::Rows;

use super::PiHost;
use crate::arch::time;
use crate::drivers::framebuffer::Framebuffer;

/// Shortest time between two pictures: a frame of 50 Hz.
pub const FRAME: Micros = 20_000;
/// Pixels of the picture that the border is wide at least, on each side, before enlarging.
const BORDER_MIN: u32 = 4;

/// Where the picture lies on a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// How often each pixel is repeated both ways.
    pub scale: u32,
    /// Left edge in pixels of the screen; a multiple of 4.
    pub left: u32,
    /// Top edge.
    pub top: u32,
}

impl Layout {
    /// The place for a picture of `width` x `height` on a screen: in the middle, as large as a
    /// narrow border allows. A picture that does not fit starts in the corner.
    #[must_use]
    pub fn of(screen_width: u32, screen_height: u32, width: u32, height: u32) -> Self {
        let across = screen_width / (width + 2 * BORDER_MIN);
        let down = screen_height / (height + 2 * BORDER_MIN);
        let scale = across.min(down).max(1);
        Self {
            scale,
            // Rows are copied 16 bytes at a time.
            left: (screen_width.saturating_sub(width * scale) / 2) & !3,
            top: screen_height.saturating_sub(height * scale) / 2,
        }
    }
}

/// The display, if there is one.
#[derive(Debug)]
pub struct PiDisplay<'a> {
    framebuffer: Option<Framebuffer<'a>>,
    /// One row of the screen being made.
    line: Vec<u32>,
    /// One row of the picture.
    row: Vec<u8>,
    /// What is around the picture now.
    border: Option<u8>,
    /// Changes not shown yet; `Some(0)` when only the border changed.
    waiting: Option<Rows>,
    /// When a picture was shown last.
    shown: Micros,
}

impl<'a> PiDisplay<'a> {
    /// A display on a framebuffer, or none.
    #[must_use]
    pub fn new(framebuffer: Option<Framebuffer<'a>>) -> Self {
        let width = framebuffer.as_ref().map_or(0, |f| f.screen().width);
        Self {
            framebuffer,
            line: vec![0; width as usize],
            row: Vec::new(),
            border: None,
            waiting: None,
            shown: 0,
        }
    }

    /// Remembers what changed.
    pub fn note(&mut self, changed: Rows) {
        self.waiting = Some(self.waiting.unwrap_or(0) | changed);
    }

    /// Whether there is something to show and a frame has passed since the last time.
    #[must_use]
    pub fn is_due(&self, now: Micros) -> bool {
        self.waiting.is_some() && now.saturating_sub(self.shown) >= FRAME
    }

    /// Shows what changed, if anything did.
    pub fn show(&mut self, picture: &Picture<'_>, now: Micros) {
        let Some(changed) = self.waiting.take() else {
            return;
        };
        self.shown = now;
        let Some(framebuffer) = &mut self.framebuffer else {
            return;
        };
        let geometry = picture.geometry();
        let (width, height) = (geometry.width(), geometry.height());
        let (screen_width, screen_height) =
            (framebuffer.screen().width, framebuffer.screen().height);
        let layout = Layout::of(screen_width, screen_height, width, height);
        let (scale, left, top) = (layout.scale, layout.left, layout.top);

        if self.border != Some(picture.border()) {
            self.border = Some(picture.border());
            let colour = PALETTE[usize::from(picture.border() & 7)];
            let (right, bottom) = (left + width * scale, top + height * scale);
            framebuffer.fill(0, 0, screen_width, top, colour);
            framebuffer.fill(0, bottom, screen_width, screen_height, colour);
            framebuffer.fill(0, top, left, height * scale, colour);
            framebuffer.fill(right, top, screen_width, height * scale, colour);
        }

        let palette = PALETTE.map(|colour| framebuffer.pixel(colour));
        // The row before, and how many words it made: equal rows are made once.
        let mut before = Vec::new();
        let mut words = 0;
        self.row.resize(width as usize, 0);
        let cell = u32::from(geometry.cell);
        for y in (0..height).filter(|y| changed >> (y / cell).min(63) & 1 != 0) {
            picture.row(y, &mut self.row);
            if before != self.row {
                let pixels = self
                    .row
                    .iter()
                    .map(|&index| palette[usize::from(index & 15)]);
                words = framebuffer.spread(pixels, scale as usize, &mut self.line);
                before.clone_from(&self.row);
            }
            for copy in 0..scale {
                framebuffer.copy(left, top + y * scale + copy, &self.line[..words]);
            }
        }
        framebuffer.finish();
    }
}

impl Display for PiHost<'_> {
    fn present(&mut self, _picture: &Picture<'_>, changed: Rows) {
        // Shown by the main loop, at most fifty times a second.
        self.display.note(changed);
    }
}

impl PiHost<'_> {
    /// Shows what changed since the last time: `at_once`, or when a frame has passed
    /// since.
    pub fn show(&mut self, picture: &Picture<'_>, at_once: bool) {
        let now = time::now();
        if at_once || self.display.is_due(now) {
            self.display.show(picture, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use basic::screen::Geometry;

    use super::*;
    use crate::drivers::framebuffer::{Depth, Screen};

    #[test]
    fn the_picture_is_as_large_as_a_border_allows() {
        for (screen, scale, left, top) in [
            ((640, 480), 2, 64, 48),
            ((720, 576), 2, 104, 96),
            ((800, 480), 2, 144, 48),
            ((800, 600), 3, 16, 12),
            ((1024, 768), 3, 128, 96),
            ((1280, 720), 3, 256, 72),
            ((1280, 1024), 4, 128, 128),
            ((1366, 768), 3, 296, 96),
            ((1440, 900), 4, 208, 66),
            ((1680, 1050), 5, 200, 45),
            ((1920, 1080), 5, 320, 60),
            ((1920, 1200), 6, 192, 24),
            ((3840, 2160), 10, 640, 120),
            ((300, 100), 1, 20, 0),
            ((1, 1), 1, 0, 0),
        ] {
            let layout = Layout::of(screen.0, screen.1, 256, 192);
            assert_eq!(layout, Layout { scale, left, top }, "{screen:?}");
        }
    }

    fn shown(width: u32, height: u32, pitch: u32, depth: Depth) -> Vec<u32> {
        let mut display_file = [0; 6144];
        display_file[0] = 0x80;
        display_file[6143] = 0x01;
        let mut memory = vec![0xDEAD_BEEF; (pitch / 4 * height) as usize];
        let screen = Screen {
            width,
            height,
            pitch,
            depth,
            red_low: false,
            base: 16,
        };
        let mut display = PiDisplay::new(Some(Framebuffer::new(screen, &mut memory)));
        let attributes = [0x4A; 768];
        let picture = Picture::new(Geometry::CLASSIC, &display_file, &attributes, 6, false);
        display.note(Rows::MAX);
        display.show(&picture, 0);
        drop(display);
        memory
    }

    #[test]
    fn every_pixel_of_the_screen_is_drawn() {
        for (width, height, pitch) in [(640, 480, 2560), (800, 600, 3328), (300, 100, 1216)] {
            let memory = shown(width, height, pitch, Depth::Bits32);
            let layout = Layout::of(width, height, 256, 192);
            let row = pitch / 4;
            for y in 0..height {
                for x in 0..width {
                    let is = memory[(y * row + x) as usize];
                    let inside = |at: u32, from: u32, size| (from..from + size).contains(&at);
                    let in_picture = inside(x, layout.left, 256 * layout.scale)
                        && inside(y, layout.top, 192 * layout.scale);
                    let lit = |column, line| {
                        inside(x, layout.left + column * layout.scale, layout.scale)
                            && inside(y, layout.top + line * layout.scale, layout.scale)
                    };
                    let should = match in_picture {
                        false => 0xD7_D7_00,
                        true if lit(0, 0) || lit(255, 191) => 0xFF_00_00,
                        true => 0x00_00_FF,
                    };
                    assert_eq!(is, should, "{x},{y} of {width}x{height}");
                }
                let padding = (y * row + width) as usize..((y + 1) * row) as usize;
                assert!(memory[padding].iter().all(|&word| word == 0xDEAD_BEEF));
            }
        }
    }

    #[test]
    fn sixteen_bits_show_the_same() {
        let memory = shown(640, 480, 1280, Depth::Bits16);
        let pixel = |x: usize, y: usize| memory[y * 320 + x / 2] >> (x % 2 * 16) & 0xFFFF;
        assert_eq!(pixel(0, 0), 0xD6A0);
        assert_eq!(pixel(639, 479), 0xD6A0);
        assert_eq!(
            [pixel(63, 48), pixel(64, 48), pixel(65, 49)],
            [0xD6A0, 0xF800, 0xF800]
        );
        assert_eq!(
            [pixel(66, 48), pixel(575, 431), pixel(576, 431)],
            [0x001F, 0xF800, 0xD6A0]
        );
    }

    #[test]
    fn only_changed_rows_are_drawn_and_never_twice_a_frame() {
        let mut memory = vec![1; 640 * 480];
        let screen = Screen {
            width: 640,
            height: 480,
            pitch: 2560,
            depth: Depth::Bits32,
            red_low: false,
            base: 16,
        };
        let display_file = [0; 6144];
        let attributes = [0; 768];
        let picture = Picture::new(Geometry::CLASSIC, &display_file, &attributes, 0, false);
        let mut display = PiDisplay::new(Some(Framebuffer::new(screen, &mut memory)));
        assert!(!display.is_due(FRAME));
        display.note(1 << 2);
        assert!(display.is_due(FRAME));
        display.show(&picture, FRAME);
        display.note(0);
        assert!(!display.is_due(2 * FRAME - 1));
        assert!(display.is_due(2 * FRAME));
        drop(display);
        let drawn: Vec<usize> = (0..480).filter(|y| memory[y * 640 + 320] == 0).collect();
        let border = (0..48).chain(432..480);
        let mut should: Vec<usize> = border.chain(48 + 32..48 + 48).collect();
        should.sort_unstable();
        assert_eq!(drawn, should);
    }

    #[test]
    fn without_a_screen_nothing_happens() {
        let mut display = PiDisplay::new(None);
        display.note(Rows::MAX);
        let picture = Picture::new(Geometry::CLASSIC, &[], &[], 0, false);
        display.show(&picture, 0);
        assert!(!display.is_due(Micros::MAX));
    }
}
