//! What the board's screen shows.

use std::path::Path;

use basic::machine::Machine;
use basic::screen::{PALETTE, Picture};

use crate::{Failure, Result};

/// A picture of the whole screen, as QEMU saves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shot {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Colours as 0x00RRGGBB, row by row.
    pub pixels: Vec<u32>,
}

impl Shot {
    /// Reads a picture in QEMU's form (PPM of 8 bits a colour).
    ///
    /// # Errors
    /// When it is not of that form.
    pub fn read(file: &Path) -> Result<Self> {
        Self::from_ppm(&std::fs::read(file)?)
            .ok_or_else(|| Failure::new(format!("{} is no picture", file.display())))
    }

    fn from_ppm(bytes: &[u8]) -> Option<Self> {
        // Four words, each ended by one blank: P6, width, height, 255.
        let mut rest = bytes;
        let mut word = || {
            let end = rest.iter().position(u8::is_ascii_whitespace)?;
            let word = std::str::from_utf8(&rest[..end]).ok()?;
            rest = &rest[end + 1..];
            Some(word)
        };
        let form = word()?;
        let (width, height) = (word()?.parse().ok()?, word()?.parse().ok()?);
        if form != "P6" || word()? != "255" {
            return None;
        }
        let pixels: Vec<u32> = rest
            .chunks_exact(3)
            .map(|p| u32::from_be_bytes([0, p[0], p[1], p[2]]))
            .collect();
        (pixels.len() == width * height).then_some(Self {
            width,
            height,
            pixels,
        })
    }

    /// The colour of a pixel.
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> u32 {
        self.pixels[y * self.width + x]
    }
}

/// The border's least width, in pixels of the picture.
const BORDER_MIN: usize = 4;

/// Checks that the board shows what this machine's picture is: 256 x 192 at the largest whole
/// multiple that leaves a border, in the middle (to within three pixels sideways), border around
/// it. Flashing cells may show either of their phases.
///
/// # Errors
/// The first pixel that differs.
pub fn shows(shot: &Shot, machine: &Machine) -> Result<()> {
    let phase = |swapped| machine.picture().in_phase(swapped);
    is(shot, &phase(false)).or_else(|first| is(shot, &phase(true)).map_err(|_| first))
}

fn is(shot: &Shot, picture: &Picture<'_>) -> Result<()> {
    let geometry = picture.geometry();
    let (width, height) = (geometry.width() as usize, geometry.height() as usize);
    let across = shot.width / (width + 2 * BORDER_MIN);
    let down = shot.height / (height + 2 * BORDER_MIN);
    let multiple = across.min(down).max(1);
    if width > shot.width || height > shot.height {
        return Err(Failure::new("the screen is smaller than the picture"));
    }
    let left = (shot.width - width * multiple) / 2 / 4 * 4;
    let top = (shot.height - height * multiple) / 2;
    let mut row = vec![0; width];
    for y in 0..shot.height {
        let inside_y = (top..top + height * multiple).contains(&y);
        if inside_y {
            picture.row(u32::try_from((y - top) / multiple)?, &mut row);
        }
        for x in 0..shot.width {
            let inside = inside_y && (left..left + width * multiple).contains(&x);
            let index = if inside {
                row[(x - left) / multiple]
            } else {
                picture.border()
            };
            let (expected, shown) = (PALETTE[usize::from(index)], shot.pixel(x, y));
            if expected != shown {
                return Err(Failure::new(format!(
                    "at {x}, {y} of {} x {} the screen shows {shown:06X} and not {expected:06X}",
                    shot.width, shot.height
                )));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use basic::screen::Geometry;

    #[test]
    fn a_picture_is_read_and_compared() {
        let mut bytes = b"P6\n640 480\n255\n".to_vec();
        for _ in 0..640 * 480 {
            bytes.extend([0xD7, 0xD7, 0xD7]);
        }
        let mut shot = Shot::from_ppm(&bytes).unwrap();
        let (display, attributes) = (vec![0; 6144], vec![0x38; 768]);
        let picture = Picture::new(Geometry::CLASSIC, &display, &attributes, 7, false);
        assert!(is(&shot, &picture).is_ok());
        shot.pixels[640 * 48 + 64] = 0;
        assert!(is(&shot, &picture).is_err());
        assert!(Shot::from_ppm(&bytes[..bytes.len() - 1]).is_none());
        assert!(Shot::from_ppm(b"P5 1 1 255 x").is_none());
    }
}
