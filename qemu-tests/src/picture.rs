//! What the board's screen shows.

use std::path::Path;

use basic::machine::Machine;
use basic::scenario::picture_text;
use basic::screen::geometry::pixel_address;
use basic::screen::{Geometry, PALETTE, Picture};
use basic::store::memory::{ATTRIBUTES, ATTRIBUTES_END, DISPLAY_FILE};

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

    /// The picture as a PNG.
    ///
    /// # Errors
    /// When a pixel has no colour of the machine's.
    pub fn png(&self) -> Result<Vec<u8>> {
        let colours = self.pixels.iter().map(|shown| {
            let index = PALETTE.iter().position(|colour| colour == shown);
            index.map_or_else(
                || Err(Failure::new(format!("{shown:06X} is no colour"))),
                |index| Ok(u8::try_from(index)?),
            )
        });
        let colours: Vec<u8> = colours.collect::<Result<_>>()?;
        let palette: Vec<u8> = PALETTE
            .iter()
            .flat_map(|colour| colour.to_be_bytes()[1..].to_vec())
            .collect();
        let mut file = Vec::new();
        let (width, height) = (u32::try_from(self.width)?, u32::try_from(self.height)?);
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&colours)?;
        writer.finish()?;
        Ok(file)
    }

    /// Reads what [`Shot::png`] has written.
    ///
    /// # Errors
    /// When the file is not such a picture.
    pub fn from_png(file: &[u8]) -> Result<Self> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info()?;
        let size = reader.output_buffer_size();
        let mut bytes = vec![0; size.ok_or_else(|| Failure::new("the picture is too large"))?];
        let info = reader.next_frame(&mut bytes)?;
        let colours = bytes[..info.buffer_size()].chunks_exact(3);
        Ok(Self {
            width: usize::try_from(info.width)?,
            height: usize::try_from(info.height)?,
            pixels: colours
                .map(|p| u32::from_be_bytes([0, p[0], p[1], p[2]]))
                .collect(),
        })
    }

    /// The 24 lines of the machine's screen as a person reads them, blanks at their ends left off.
    ///
    /// # Errors
    /// When the screen is smaller than the machine's.
    pub fn text(&self) -> Result<Vec<String>> {
        let place = Place::of(self, Geometry::CLASSIC)?;
        let mut display_file = vec![0; usize::try_from(ATTRIBUTES - DISPLAY_FILE)?];
        let attributes = vec![0; usize::try_from(ATTRIBUTES_END - ATTRIBUTES)?];
        let pixel = |x, y| {
            let across = place.left + x * place.multiple;
            self.pixel(across, place.top + y * place.multiple)
        };
        for y in 0..place.height {
            for x in 0..place.width {
                // Which colour is the paper nobody can see; inverse characters read the same.
                if pixel(x, y) != pixel(x / 8 * 8, y / 8 * 8) {
                    let at = pixel_address(u32::try_from(x / 8)?, u32::try_from(y)?);
                    display_file[usize::try_from(at - DISPLAY_FILE)?] |= 0x80 >> (x % 8);
                }
            }
        }
        let picture = Picture::new(Geometry::CLASSIC, &display_file, &attributes, 0, false);
        Ok(picture_text(&picture))
    }

    /// The colour of a pixel.
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> u32 {
        self.pixels[y * self.width + x]
    }
}

/// The border's least width, in pixels of the picture.
const BORDER_MIN: usize = 4;

/// Where the machine's picture is on a screen: at the largest whole multiple that leaves a border,
/// in the middle (to within three pixels sideways).
struct Place {
    /// The picture's size in its own pixels.
    width: usize,
    height: usize,
    multiple: usize,
    left: usize,
    top: usize,
}

impl Place {
    fn of(shot: &Shot, geometry: Geometry) -> Result<Self> {
        let (width, height) = (geometry.width() as usize, geometry.height() as usize);
        if width > shot.width || height > shot.height {
            return Err(Failure::new("the screen is smaller than the picture"));
        }
        let across = shot.width / (width + 2 * BORDER_MIN);
        let down = shot.height / (height + 2 * BORDER_MIN);
        let multiple = across.min(down).max(1);
        Ok(Self {
            width,
            height,
            multiple,
            left: (shot.width - width * multiple) / 2 / 4 * 4,
            top: (shot.height - height * multiple) / 2,
        })
    }
}

/// Checks that the board shows what this machine's picture is, in its place, border
/// around it. Flashing cells may show either of their phases.
///
/// # Errors
/// The first pixel that differs.
pub fn shows(shot: &Shot, machine: &Machine) -> Result<()> {
    shows_first_phase(shot, machine)
        .or_else(|first| is(shot, &machine.picture().in_phase(true)).map_err(|_| first))
}

/// The same with flashing cells in their first phase.
///
/// # Errors
/// The first pixel that differs.
pub(crate) fn shows_first_phase(shot: &Shot, machine: &Machine) -> Result<()> {
    is(shot, &machine.picture().in_phase(false))
}

fn is(shot: &Shot, picture: &Picture<'_>) -> Result<()> {
    let place = Place::of(shot, picture.geometry())?;
    let Place { left, top, .. } = place;
    let (multiple, width, height) = (place.multiple, place.width, place.height);
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
