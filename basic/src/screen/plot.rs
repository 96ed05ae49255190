//! Points, lines, arcs and circles.
//!
//! Owns COORDS. The caller sets the colours before ([`super::graphics_temps`] and the colour items
//! of the statement); a drawing that ends without a report makes the permanent colours the
//! temporary ones again. Coordinates count from the bottom left of the upper screen: 0 to 255 and
//! 0 to 175. ROM: 22AA to 24FA.

use super::colour::{self, INVERSE, OVER};
use crate::number::Number;
use crate::report::{Report, Result};
use crate::store::memory::{ATTRIBUTES, Address, Memory};
use crate::store::sysvars as s;

/// The highest y that can be plotted.
const TOP: u8 = 175;
/// Two PI, as CIRCLE makes it: PI/2 with its exponent raised by two.
const TWO_PI: Number = Number::from_bytes([0x83, 0x49, 0x0F, 0xDA, 0xA2]);
/// Two, as `CD-PRMS1` has it: in the floating form.
const TWO: Number = Number::from_bytes([0x82, 0, 0, 0, 0]);
/// A half.
const HALF: Number = Number::from_bytes([0x80, 0, 0, 0, 0]);
/// The exponent byte of numbers from one up.
const ONE_OR_MORE: u8 = 0x81;
/// The exponent byte of numbers from a half up.
const HALF_OR_MORE: u8 = 0x80;
/// The most straight pieces an arc is made of.
const PIECES_MAX: u8 = 252;

/// The byte of the display file that holds a point, and the point's bit in it.
///
/// ROM: `PIXEL-ADD` 22AA.
#[inline]
fn place(x: u8, y: u8) -> Result<(Address, u8)> {
    let down = TOP.checked_sub(y).ok_or(Report::IntegerOutOfRange)?;
    let at = super::geometry::pixel_address(u32::from(x / 8), u32::from(down));
    Ok((at, 0x80 >> (x % 8)))
}

/// Plots a point by P_FLAG's OVER and INVERSE, and colours its cell.
///
/// ROM: `PLOT-SUB` 22E5. Flaw kept: COORDS takes the point before its height is looked at.
///
/// # Errors
/// Report B above the screen.
#[inline]
pub fn dot(m: &mut Memory, x: u8, y: u8) -> Result<()> {
    m.set_word(s::COORDS, u16::from_le_bytes([x, y]));
    let (at, bit) = place(x, y)?;
    let flags = m.byte(s::P_FLAG);
    let old = m.byte(at);
    let over = if flags & OVER != 0 { old } else { old & !bit };
    let new = if flags & INVERSE != 0 {
        over
    } else {
        over ^ bit
    };
    let cell = colour::attribute_of(at);
    let attribute = colour::new_attribute(m, m.byte(cell));
    m.slice_mut(at, 1).fill(new);
    m.slice_mut(cell, 1).fill(attribute);
    m.mark_changed(1 << ((cell - ATTRIBUTES) / 32));
    Ok(())
}

/// A coordinate or a distance: its size, and whether it is negative.
///
/// ROM: `STK-TO-A` 2314.
fn to_byte(n: Number) -> Result<(u8, bool)> {
    n.fp_to_a().ok_or(Report::IntegerOutOfRange)
}

/// A point's coordinates. The signs are lost, as in the ROM.
///
/// ROM: `STK-TO-BC` 2307.
fn to_point(x: Number, y: Number) -> Result<(u8, u8)> {
    let y = to_byte(y)?.0;
    Ok((to_byte(x)?.0, y))
}

/// PLOT x,y. Flaw kept: PLOT -x,-y plots x,y.
///
/// ROM: `PLOT` 22DC.
///
/// # Errors
/// Report B outside the screen.
pub fn plot(m: &mut Memory, x: Number, y: Number) -> Result<()> {
    let (x, y) = to_point(x, y)?;
    dot(m, x, y)?;
    colour::temps(m);
    Ok(())
}

/// POINT (x,y): one where the point is ink, nought where it is paper. Flaw kept: the signs do not
/// matter.
///
/// ROM: `POINT-SUB` 22CB.
///
/// # Errors
/// Report B outside the screen.
pub fn point(m: &Memory, x: Number, y: Number) -> Result<Number> {
    let (x, y) = to_point(x, y)?;
    let (at, bit) = place(x, y)?;
    Ok(if m.byte(at) & bit != 0 {
        Number::ONE
    } else {
        Number::ZERO
    })
}

/// DRAW x,y: a straight line from COORDS.
///
/// ROM: `LINE-DRAW` 2477.
///
/// # Errors
/// Report B when it leaves the screen; what was inside is drawn by then.
pub fn draw(m: &mut Memory, x: Number, y: Number) -> Result<()> {
    line(m, x, y)?;
    colour::temps(m);
    Ok(())
}

/// A straight line from COORDS, the first point not plotted.
///
/// ROM: `DRAW-LINE` 24B7.
fn line(m: &mut Memory, x: Number, y: Number) -> Result<()> {
    let (y, down) = to_byte(y)?;
    let (x, left) = to_byte(x)?;
    // Steps as differences modulo 256.
    let side = if left { 0xFF } else { 1 };
    let rise = if down { 0xFF } else { 1 };
    let (long, short, straight) = if x < y {
        (y, x, (0, rise))
    } else {
        (x, y, (side, 0))
    };
    let mut sum = long / 2;
    for _ in 0..long {
        let (next, over) = sum.overflowing_add(short);
        let (across, up) = if over || next >= long {
            sum = next.wrapping_sub(long);
            (side, rise)
        } else {
            sum = next;
            straight
        };
        let [x, y] = m.word(s::COORDS).to_le_bytes();
        let to = match across {
            0 => Some(x),
            1 => x.checked_add(1),
            _ => x.checked_sub(1),
        };
        dot(m, to.ok_or(Report::IntegerOutOfRange)?, y.wrapping_add(up))?;
    }
    Ok(())
}

/// Whether the number is below the one an exponent byte starts at. Flaw kept: only the exponent is
/// looked at, so a whole number in the short form counts as nought.
fn below(n: Number, exponent: u8) -> bool {
    n.to_bytes()[0] < exponent
}

/// The number in the floating form. ROM: `RE-STACK` 3297.
fn floating(n: Number) -> Number {
    let [exponent, sign, low, high, _] = n.to_bytes();
    let value = u16::from_le_bytes([low, high]);
    if exponent != 0 || value == 0 {
        return n;
    }
    let size = if sign & 0x80 != 0 {
        value.wrapping_neg()
    } else {
        value
    };
    let shift = size.leading_zeros();
    let [first, second] = size.wrapping_shl(shift).to_be_bytes();
    Number::from_bytes([
        (0x90 - shift) as u8,
        first & 0x7F | sign & 0x80,
        second,
        0,
        0,
    ])
}

/// Whole numbers from 0 to 255.
fn whole(n: u8) -> Number {
    Number::from_bytes([0, 0, n, 0, 0])
}

/// What all the pieces of an arc have in common.
struct Arc {
    /// How many there are.
    pieces: u8,
    /// The angle of one.
    angle: Number,
    /// The sine of half that angle.
    half_sine: Number,
    /// The cosine of that angle.
    cosine: Number,
    /// The sine of that angle.
    sine: Number,
}

impl Arc {
    /// From the size (radius or chord) and the whole angle.
    ///
    /// ROM: `CD-PRMS1` 247D; each operation as there, in the same order.
    fn new(size: Number, angle: Number) -> Result<Self> {
        let count = angle.div(TWO.div(size.sqr()?)?)?.abs();
        let pieces = match count.fp_to_a() {
            Some((count, _)) => (count & !3).checked_add(4).unwrap_or(PIECES_MAX),
            None => PIECES_MAX,
        };
        let angle = angle.div(whole(pieces))?;
        let sine = angle.sin()?;
        let half_sine = angle.mul(HALF)?.sin()?;
        let square = half_sine.mul(half_sine)?;
        let cosine = square.add(square)?.sub(Number::ONE)?.neg();
        Ok(Self {
            pieces,
            angle,
            half_sine,
            cosine,
            sine,
        })
    }

    /// Draws from `start` to `end`; the first piece goes by `step`.
    ///
    /// ROM: `DRW-STEPS` 2420 to 247A.
    fn draw(
        &self,
        m: &mut Memory,
        start: (Number, Number),
        end: (Number, Number),
        step: (Number, Number),
    ) -> Result<()> {
        let (mut x, mut y) = start;
        let (mut u, mut v) = step;
        for piece in 1..self.pieces {
            if piece > 1 {
                let old = u;
                u = u.mul(self.cosine)?.sub(v.mul(self.sine)?)?;
                v = old.mul(self.sine)?.add(v.mul(self.cosine)?)?;
            }
            x = x.add(u)?;
            let across = x.sub(here_x(m))?;
            y = y.add(v)?;
            let up = y.sub(here_y(m))?;
            line(m, across, up)?;
        }
        let across = end.0.sub(here_x(m))?;
        let up = end.1.sub(here_y(m))?;
        draw(m, across, up)
    }
}

/// The x coordinate in COORDS.
fn here_x(m: &Memory) -> Number {
    whole(m.byte(s::COORDS))
}

/// The y coordinate in COORDS.
fn here_y(m: &Memory) -> Number {
    whole(m.byte(s::COORDS + 1))
}

/// DRAW x,y,angle: an arc from COORDS that turns through `angle` radians.
///
/// ROM: `DR-3-PRMS` 2394, each operation as there and in the same order.
///
/// # Errors
/// Report B when it leaves the screen, report 6 from the arithmetic; what was drawn by then stays.
pub fn draw_arc(m: &mut Memory, x: Number, y: Number, angle: Number) -> Result<()> {
    let sine = angle.mul(HALF)?.sin()?;
    if sine.is_zero() {
        return draw(m, x, y);
    }
    let size = floating(x.abs().add(y.abs())?.div(sine)?.abs());
    if below(size, ONE_OR_MORE) {
        return draw(m, x, y);
    }
    let arc = Arc::new(size, angle)?;
    let ratio = arc.half_sine.div(sine)?;
    let wide = x.mul(ratio)?;
    let high = y.mul(ratio)?;
    let turn = angle.sub(arc.angle)?.mul(HALF)?;
    let sine = turn.sin()?;
    let cosine = turn.cos()?;
    let u = high.mul(sine)?.add(cosine.mul(wide)?)?;
    let v = high.mul(cosine)?.sub(wide.mul(sine)?)?;
    if below(v.abs().add(u.abs())?, ONE_OR_MORE) {
        return draw(m, x, y);
    }
    let start = (here_x(m), here_y(m));
    let end = (x.add(start.0)?, y.add(start.1)?);
    arc.draw(m, start, end, (u, v))
}

/// CIRCLE x,y,radius.
///
/// ROM: `CIRCLE` 232D, each operation as there and in the same order.
///
/// # Errors
/// Report B when it leaves the screen, report 6 from the arithmetic; what was drawn by then stays.
pub fn circle(m: &mut Memory, x: Number, y: Number, radius: Number) -> Result<()> {
    let radius = floating(radius.abs());
    if below(radius, ONE_OR_MORE) {
        return plot(m, x, y);
    }
    let arc = Arc::new(radius, TWO_PI)?;
    let half_step = radius.mul(arc.half_sine)?;
    if below(half_step, HALF_OR_MORE) {
        return plot(m, x, y);
    }
    let low = y.sub(half_step)?;
    let right = x.add(radius)?;
    let mut step = half_step.to_bytes();
    step[0] = step[0].wrapping_add(1);
    let across = right.to_u8()?;
    let up = low.to_u8()?;
    m.set_word(s::COORDS, u16::from_le_bytes([across, up]));
    arc.draw(
        m,
        (right, low),
        (right, low),
        (Number::ZERO, Number::from_bytes(step)),
    )
}
