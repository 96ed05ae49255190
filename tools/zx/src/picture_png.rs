//! The picture as a PNG.

use basic::screen::{PALETTE, Picture};

use crate::{Result, failed};

/// Pixels of border shown on each side, before scaling.
const MARGIN: usize = 24;

/// A PNG of the picture with its border, every pixel `scale` pixels wide and high.
///
/// # Errors
/// None that can be provoked: the encoder writes to memory.
pub fn encode(picture: &Picture<'_>, scale: usize) -> Result<Vec<u8>> {
    let (width, height) = (picture.geometry().width(), picture.geometry().height());
    let across = width as usize + 2 * MARGIN;
    let mut pixels = Vec::new();
    let mut push_row = |row: &[u8]| {
        let wide: Vec<u8> = row
            .iter()
            .flat_map(|&p| std::iter::repeat_n(p, scale))
            .collect();
        for _ in 0..scale {
            pixels.extend_from_slice(&wide);
        }
    };
    let edge = vec![picture.border(); across];
    for _ in 0..MARGIN {
        push_row(&edge);
    }
    for y in 0..height {
        let mut row = edge.clone();
        picture.row(y, &mut row[MARGIN..MARGIN + width as usize]);
        push_row(&row);
    }
    for _ in 0..MARGIN {
        push_row(&edge);
    }

    let mut out = Vec::new();
    let size = |n: usize| u32::try_from(n * scale).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut out, size(across), size(height as usize + 2 * MARGIN));
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(
        PALETTE
            .iter()
            .flat_map(|&c| [(c >> 16) as u8, (c >> 8) as u8, c as u8])
            .collect::<Vec<u8>>(),
    );
    let doing = "writing the PNG";
    let mut writer = encoder.write_header().map_err(|e| failed(doing, &e))?;
    writer
        .write_image_data(&pixels)
        .map_err(|e| failed(doing, &e))?;
    writer.finish().map_err(|e| failed(doing, &e))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use basic::screen::Geometry;

    #[test]
    fn a_png_has_the_border_and_the_pixels() {
        let mut display = vec![0; 6144];
        display[0] = 0x80;
        let attributes = vec![0x42; 768];
        let picture = Picture::new(Geometry::CLASSIC, &display, &attributes, 5, false);
        let file = encode(&picture, 2).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (608, 480));
        let row = &pixels[48 * 608..49 * 608];
        assert_eq!(
            (row[47], row[48], row[49], row[50], row[607]),
            (5, 10, 10, 8, 5)
        );
    }
}
