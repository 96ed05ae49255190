//! The framebuffer: memory the display shows, as the firmware gives it.
//!
//! [`negotiate`] asks for the display's own size in 32 bits a pixel and takes what comes: another
//! size, padded rows, 16 bits. [`Framebuffer`] is then plain memory, drawn on by the machine's
//! picture and, through `embedded-graphics`, by the kernel itself.

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{Dimensions, OriginDimensions, Size};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::primitives::Rectangle;

use super::property::{Error, Message, Post, Properties};
use crate::arch::cpu;

/// Bits in a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// A word with 8 bits for each colour.
    Bits32,
    /// Half a word with 5, 6 and 5 bits.
    Bits16,
}

/// What the display shows, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Bytes from one row to the next.
    pub pitch: u32,
    /// Bits in a pixel.
    pub depth: Depth,
    /// Red is in the lowest bits, not in the highest.
    pub red_low: bool,
    /// First address.
    pub base: u32,
}

/// The size to ask for when the firmware does not tell the display's.
const SIZE_UNTOLD: [u32; 2] = [640, 480];
/// Larger sides are not believed; the firmware's own limit is below it.
const SIDE_MAX: u32 = 8192;
/// Addresses as the processor sees them, of those the video processor gives.
const PHYSICAL: u32 = 0x3FFF_FFFF;

/// Agrees on a screen.
///
/// # Errors
/// Why there is none, when neither depth can be had.
pub fn negotiate(post: &mut impl Post, depths: &[Depth]) -> Result<Screen, Error> {
    let [width, height] = match post.ask::<2>(0x0004_0003, &[0, 0]) {
        Ok([w, h]) if (1..=SIDE_MAX).contains(&w) && (1..=SIDE_MAX).contains(&h) => [w, h],
        Err(Error::Silent) => return Err(Error::Silent),
        _ => SIZE_UNTOLD,
    };
    let mut problem = Error::Refused;
    for &depth in depths {
        match allocate(post, width, height, depth) {
            Ok(screen) => return Ok(screen),
            Err(error) => problem = error,
        }
    }
    Err(problem)
}

fn allocate(post: &mut impl Post, width: u32, height: u32, depth: Depth) -> Result<Screen, Error> {
    let (bits, order) = match depth {
        // "BGR": the lowest byte is blue.
        Depth::Bits32 => (32, 0),
        Depth::Bits16 => (16, 1),
    };
    let mut message = Message::new();
    let physical = message.add(0x0004_8003, &[width, height], 2);
    let whole = message.add(0x0004_8004, &[width, height], 2);
    message.add(0x0004_8009, &[0, 0], 2);
    let depth_set = message.add(0x0004_8005, &[bits], 1);
    let order_set = message.add(0x0004_8006, &[order], 1);
    let memory = message.add(0x0004_0001, &[4096, 0], 2);
    let row = message.add(0x0004_0008, &[0], 1);
    message.send(post)?;
    let [width, height] = message.answer(physical)?;
    let [whole_width, whole_height] = message.answer(whole)?;
    let [bits_set] = message.answer(depth_set)?;
    let order_set = message.answer(order_set).map_or(order, |[order]| order);
    let [base, bytes] = message.answer(memory)?;
    let [pitch] = message.answer(row)?;
    let screen = Screen {
        width: width.min(whole_width),
        height: height.min(whole_height),
        pitch,
        depth,
        red_low: order_set != order,
        base: base & PHYSICAL,
    };
    let fits = (1..=SIDE_MAX).contains(&screen.width)
        && (1..=SIDE_MAX).contains(&screen.height)
        && bits_set == bits
        && u64::from(pitch) >= u64::from(screen.width) * u64::from(bits / 8)
        && pitch.is_multiple_of(8)
        && screen.base != 0
        && screen.base.is_multiple_of(16)
        && u64::from(bytes) >= screen.bytes();
    if fits {
        Ok(screen)
    } else {
        Err(Error::Refused)
    }
}

impl Screen {
    /// Bytes from the first pixel to the end of the last row.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.pitch as u64 * self.height as u64
    }

    /// One past the last address.
    #[must_use]
    pub const fn end(&self) -> u64 {
        self.base as u64 + self.bytes()
    }
}

/// The screen in use, for the report of a stop.
static IN_USE: spin::Mutex<Option<Screen>> = spin::Mutex::new(None);

/// Takes the memory of a screen and remembers it for the report of a stop.
///
/// # Safety
/// The screen's memory is mapped, and nobody else has it.
#[must_use]
pub unsafe fn claim(screen: Screen) -> Framebuffer<'static> {
    *IN_USE.lock() = Some(screen);
    // SAFETY: The caller promises the same.
    unsafe { made(screen) }
}

/// The framebuffer, taken from whoever has it, for the report of a stop; `None` if there is none.
///
/// # Safety
/// Interrupts are masked and nobody but the caller will run again.
#[must_use]
pub unsafe fn steal() -> Option<Framebuffer<'static>> {
    let screen = (*IN_USE.try_lock()?)?;
    // SAFETY: It was claimed, so it is mapped; the one who claimed it will not use it again.
    Some(unsafe { made(screen) })
}

/// # Safety
/// As for [`claim`].
unsafe fn made(screen: Screen) -> Framebuffer<'static> {
    let first = core::ptr::with_exposed_provenance_mut::<u32>(screen.base as usize);
    let words = usize::try_from(screen.bytes() / 4).unwrap_or(0);
    // SAFETY: The caller gives the memory away; it is aligned, and any bits are a word.
    let memory = unsafe { core::slice::from_raw_parts_mut(first, words) };
    Framebuffer::new(screen, memory)
}

/// The display's memory, and how it is read.
#[derive(Debug)]
pub struct Framebuffer<'a> {
    screen: Screen,
    memory: &'a mut [u32],
}

impl<'a> Framebuffer<'a> {
    /// A screen and its memory, in words.
    #[must_use]
    pub const fn new(screen: Screen, memory: &'a mut [u32]) -> Self {
        Self { screen, memory }
    }

    /// What it shows.
    #[must_use]
    pub const fn screen(&self) -> &Screen {
        &self.screen
    }

    /// A pixel of a colour 0x00RRGGBB, as it stands in memory.
    #[must_use]
    pub const fn pixel(&self, colour: u32) -> u32 {
        let (mut red, green, mut blue) = (colour >> 16 & 255, colour >> 8 & 255, colour & 255);
        if self.screen.red_low {
            (red, blue) = (blue, red);
        }
        match self.screen.depth {
            Depth::Bits32 => red << 16 | green << 8 | blue,
            Depth::Bits16 => red >> 3 << 11 | green >> 2 << 5 | blue >> 3,
        }
    }

    /// The words of a row from pixel `x` (even) on.
    fn row(&mut self, x: u32, y: u32) -> &mut [u32] {
        let row = (self.screen.pitch / 4) as usize;
        let start = y as usize * row;
        let x = match self.screen.depth {
            Depth::Bits32 => x,
            Depth::Bits16 => x / 2,
        } as usize;
        self.memory
            .get_mut(start + x.min(row)..start + row)
            .unwrap_or_default()
    }

    /// Copies words, as [`Self::spread`] made them, to a row from pixel `x` (even) on; what does
    /// not fit into the row is left out.
    pub fn copy(&mut self, x: u32, y: u32, words: &[u32]) {
        cpu::copy_wide(self.row(x, y), words);
    }

    /// Writes each of `pixels` (as [`Self::pixel`] makes them) `times` times, one after another,
    /// into `words`; gives the number of words used.
    pub fn spread(
        &self,
        pixels: impl Iterator<Item = u32>,
        times: usize,
        words: &mut [u32],
    ) -> usize {
        match self.screen.depth {
            Depth::Bits32 => match times {
                1 => spread::<1>(pixels, words),
                2 => spread::<2>(pixels, words),
                3 => spread::<3>(pixels, words),
                4 => spread::<4>(pixels, words),
                5 => spread::<5>(pixels, words),
                6 => spread::<6>(pixels, words),
                _ => {
                    let mut used = 0;
                    for (pixel, run) in pixels.zip(words.chunks_exact_mut(times.max(1))) {
                        run.fill(pixel);
                        used += run.len();
                    }
                    used
                }
            },
            Depth::Bits16 => {
                let mut at = 0;
                for pixel in pixels {
                    for _ in 0..times {
                        let Some(word) = words.get_mut(at / 2) else {
                            return words.len();
                        };
                        *word = if at % 2 == 0 {
                            pixel
                        } else {
                            *word | pixel << 16
                        };
                        at += 1;
                    }
                }
                at.div_ceil(2)
            }
        }
    }

    /// Fills a rectangle; what lies outside is left out.
    pub fn fill(&mut self, left: u32, top: u32, width: u32, height: u32, colour: u32) {
        let right = left.saturating_add(width).min(self.screen.width);
        let bottom = top.saturating_add(height).min(self.screen.height);
        if left >= right {
            return;
        }
        let pixel = self.pixel(colour);
        let run = [pixel; 64];
        for y in top..bottom {
            match self.screen.depth {
                Depth::Bits32 => {
                    let length = (right - left) as usize;
                    if let Some(words) = self.row(left, y).get_mut(..length) {
                        for words in words.chunks_mut(run.len()) {
                            cpu::copy_wide(words, &run);
                        }
                    }
                }
                Depth::Bits16 => {
                    for x in left..right {
                        let keep = if x % 2 == 0 { 0xFFFF_0000 } else { 0xFFFF };
                        if let Some(word) = self.row(x, y).first_mut() {
                            *word = *word & keep | pixel << (x % 2 * 16);
                        }
                    }
                }
            }
        }
    }

    /// Makes the display see what was drawn.
    pub fn finish(&self) {
        cpu::barrier();
    }
}

impl OriginDimensions for Framebuffer<'_> {
    fn size(&self) -> Size {
        Size::new(self.screen.width, self.screen.height)
    }
}

impl DrawTarget for Framebuffer<'_> {
    type Color = Rgb888;
    type Error = core::convert::Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Self::Error> {
        for Pixel(at, colour) in pixels {
            if let (Ok(x), Ok(y)) = (u32::try_from(at.x), u32::try_from(at.y)) {
                self.fill(x, y, 1, 1, packed(colour));
            }
        }
        Ok(())
    }

    fn fill_solid(&mut self, area: &Rectangle, colour: Rgb888) -> Result<(), Self::Error> {
        let area = area.intersection(&self.bounding_box());
        if let (Ok(x), Ok(y)) = (
            u32::try_from(area.top_left.x),
            u32::try_from(area.top_left.y),
        ) {
            self.fill(x, y, area.size.width, area.size.height, packed(colour));
        }
        Ok(())
    }
}

/// Writes each pixel `N` times; gives the number of words used.
fn spread<const N: usize>(pixels: impl Iterator<Item = u32>, words: &mut [u32]) -> usize {
    let mut used = 0;
    let (runs, _) = words.as_chunks_mut::<N>();
    for (pixel, run) in pixels.zip(runs) {
        *run = [pixel; N];
        used += N;
    }
    used
}

fn packed(colour: Rgb888) -> u32 {
    u32::from_be_bytes([0, colour.r(), colour.g(), colour.b()])
}

#[cfg(test)]
mod tests {
    use super::super::property::tests::{Broken, Fake};
    use super::*;

    const BOTH: [Depth; 2] = [Depth::Bits32, Depth::Bits16];

    /// Firmware with a display of 1280 x 720, changed by what `odd` does to answers.
    fn firmware(
        mut odd: impl FnMut(u32, &mut [u32]) -> Option<usize>,
    ) -> Fake<impl FnMut(u32, &mut [u32]) -> usize> {
        let mut row = 0;
        Fake(move |tag, values: &mut [u32]| {
            match tag {
                0x0004_0003 => values.copy_from_slice(&[1280, 720]),
                0x0004_8003 => row = values[0] * 4,
                0x0004_8005 => row = row / 4 * values[0] / 8,
                0x0004_0001 => values.copy_from_slice(&[0xFC10_0000, 0x0080_0000]),
                0x0004_0008 => values[0] = row,
                _ => {}
            }
            odd(tag, values).unwrap_or(values.len())
        })
    }

    const USUAL: Screen = Screen {
        width: 1280,
        height: 720,
        pitch: 5120,
        depth: Depth::Bits32,
        red_low: false,
        base: 0x3C10_0000,
    };

    #[test]
    fn the_displays_own_size_is_used() {
        assert_eq!(negotiate(&mut firmware(|_, _| None), &BOTH), Ok(USUAL));
    }

    #[test]
    fn a_display_that_tells_no_size_gets_a_small_one() {
        for answer in [[0, 0], [70_000, 480]] {
            let mut post = firmware(|tag, values| {
                if tag == 0x0004_0003 {
                    values.copy_from_slice(&answer);
                }
                None
            });
            let screen = negotiate(&mut post, &BOTH).unwrap();
            assert_eq!((screen.width, screen.height), (640, 480));
        }
        let mut post = firmware(|tag, _| (tag == 0x0004_0003).then_some(0));
        assert_eq!(negotiate(&mut post, &BOTH).unwrap().width, 640);
    }

    #[test]
    fn what_comes_back_counts() {
        let mut smaller = firmware(|tag, values| {
            if matches!(tag, 0x0004_8003 | 0x0004_8004) {
                values.copy_from_slice(&[800, 600]);
            }
            if tag == 0x0004_0008 {
                values[0] = 3328;
            }
            None
        });
        let screen = negotiate(&mut smaller, &BOTH).unwrap();
        assert_eq!(
            (screen.width, screen.height, screen.pitch),
            (800, 600, 3328)
        );
        let mut swapped = firmware(|tag, values| {
            if tag == 0x0004_8006 {
                values[0] = 1;
            }
            None
        });
        let screen = negotiate(&mut swapped, &BOTH).unwrap();
        let framebuffer = Framebuffer::new(screen, &mut []);
        assert_eq!(framebuffer.pixel(0x11_22_33), 0x33_22_11);
    }

    #[test]
    fn without_32_bits_there_are_16() {
        let mut post = firmware(|tag, values| {
            if tag == 0x0004_8005 {
                values[0] = 16;
            }
            if tag == 0x0004_0008 {
                values[0] = 2560;
            }
            None
        });
        let screen = negotiate(&mut post, &BOTH).unwrap();
        assert_eq!((screen.depth, screen.pitch), (Depth::Bits16, 2560));
    }

    #[test]
    fn a_refusal_is_an_error() {
        type Odd = fn(u32, &mut [u32]);
        let odds: [Odd; 5] = [
            |tag, values| {
                if tag == 0x0004_0001 {
                    values.fill(0);
                }
            },
            |tag, values| {
                if tag == 0x0004_0008 {
                    values[0] = 4;
                }
            },
            |tag, values| {
                if tag == 0x0004_0001 {
                    values[1] = 4096;
                }
            },
            |tag, values| {
                if tag == 0x0004_8005 {
                    values[0] = 8;
                }
            },
            |tag, values| {
                if tag == 0x0004_8003 {
                    values.fill(0);
                }
            },
        ];
        for odd in odds {
            let mut post = firmware(|tag, values| {
                odd(tag, values);
                None
            });
            assert_eq!(negotiate(&mut post, &BOTH), Err(Error::Refused));
        }
        let mut unknown = firmware(|tag, _| (tag == 0x0004_0001).then_some(0));
        assert_eq!(negotiate(&mut unknown, &BOTH), Err(Error::Unknown));
        let mut silent = Broken(Err(Error::Silent));
        assert_eq!(negotiate(&mut silent, &BOTH), Err(Error::Silent));
    }

    #[test]
    fn pixels_land_in_their_place_at_both_depths() {
        for depth in BOTH {
            let bytes = if depth == Depth::Bits32 { 4 } else { 2 };
            let screen = Screen {
                width: 10,
                height: 4,
                pitch: 48,
                depth,
                red_low: false,
                base: 16,
            };
            let mut memory = [0; 48];
            let mut framebuffer = Framebuffer::new(screen, &mut memory);
            framebuffer.fill(3, 1, 2, 2, 0xFF_FF_FF);
            framebuffer.fill(9, 3, 9, 9, 0xFF_FF_FF);
            framebuffer.fill(12, 0, 1, 1, 0xFF_FF_FF);
            let mut words = [0; 8];
            let used = framebuffer.spread([0xFFFF, 0].into_iter(), 3, &mut words);
            framebuffer.copy(2, 0, &words[..used]);
            let bytes_of: Vec<u8> = memory.iter().flat_map(|word| word.to_le_bytes()).collect();
            let lit: Vec<(usize, usize)> = (0..4)
                .flat_map(|y| (0..12).map(move |x| (x, y)))
                .filter(|&(x, y)| bytes_of[y * 48 + x * bytes] != 0)
                .collect();
            assert_eq!(
                lit,
                [
                    (2, 0),
                    (3, 0),
                    (4, 0),
                    (3, 1),
                    (4, 1),
                    (3, 2),
                    (4, 2),
                    (9, 3)
                ]
            );
        }
    }

    #[test]
    fn colours_of_16_bits_are_rounded_down() {
        let screen = Screen {
            depth: Depth::Bits16,
            ..USUAL
        };
        let framebuffer = Framebuffer::new(screen, &mut []);
        assert_eq!(framebuffer.pixel(0xFF_FF_FF), 0xFFFF);
        assert_eq!(framebuffer.pixel(0xD7_00_00), 0xD000);
        assert_eq!(framebuffer.pixel(0x00_D7_00), 0x06A0);
        assert_eq!(framebuffer.pixel(0x00_00_D7), 0x001A);
    }
}
