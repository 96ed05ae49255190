//! What users see: the values the language's reference gives, and the flaws that are kept.

use super::*;
use crate::report::Report;
use std::string::{String, ToString};

fn n(text: &str) -> Number {
    let (x, used) = parse_decimal(text.as_bytes());
    let x = x.expect(text);
    assert_eq!(used, text.len(), "{text}");
    x
}

fn shown(x: Result<Number>) -> String {
    match x {
        Ok(x) => x.print().to_string(),
        Err(report) => std::format!("!{}", report.code()),
    }
}

#[test]
fn literals_print_as_on_the_spectrum() {
    for (typed, printed) in [
        ("0", "0"),
        ("0.1", "0.1"),
        ("0.01", ".01"),
        ("0.00001", ".00001"),
        ("0.00000001", "1E-8"),
        ("1.5e-7", "1.5E-7"),
        ("1e-38", "1E-38"),
        ("99999999", "99999999"),
        ("1e8", "1E+8"),
        ("123456789", "1.2345679E+8"),
        ("12345678", "12345678"),
        ("123456.789", "123456.79"),
        ("1e20", "1E+20"),
        (".5", "0.5"),
        ("5.", "5"),
    ] {
        assert_eq!(n(typed).print().as_str(), printed, "{typed}");
    }
}

#[test]
fn arithmetic_prints_as_on_the_spectrum() {
    let one = Number::ONE;
    assert_eq!(shown(one.div(n("3"))), "0.33333333");
    assert_eq!(shown(n("2").div(n("3"))), "0.66666667");
    assert_eq!(shown(n("100").div(n("3"))), "33.333333");
    assert_eq!(shown(n("1e7").div(n("3"))), "3333333.3");
    assert_eq!(shown(n("2").pow(n("31"))), "2.1474836E+9");
    assert_eq!(shown(n("2").pow(n("32"))), "4.2949673E+9");
    assert_eq!(shown(n("16777216").mul(n("16777216"))), "2.8147498E+14");
    assert_eq!(shown(n("2").pow(one.neg())), "0.5");
    assert_eq!(shown(n("1.7e38").mul(n("2"))), "!6");
    assert_eq!(shown(one.div(Number::ZERO)), "!6");
    assert_eq!(
        one.div(n("3")).unwrap().mul(n("3")).unwrap().eq(one),
        Ok(true)
    );
    assert_eq!(n("0.1").add(n("0.2")).unwrap().eq(n("0.3")), Ok(true));
    // A tenth is a little too small, and ten of it are not quite 1 though they show as 1.
    assert_eq!(shown(n("0.1").mul(n("10"))), "1");
    assert_eq!(shown(n("0.1").mul(n("10")).map(Number::int)), "0");
    assert_eq!(shown(Ok(n("1.5").neg().int())), "-2");
}

#[test]
fn functions_print_as_on_the_spectrum() {
    assert_eq!(Number::PI.print().as_str(), "3.1415927");
    assert_eq!(shown(n("2").sqr()), "1.4142136");
    assert_eq!(shown(n("1").exp()), "2.7182818");
    assert_eq!(shown(n("10").exp()), "22026.466");
    assert_eq!(shown(n("10").ln()), "2.3025851");
    assert_eq!(shown(n("1").sin()), "0.84147098");
    assert_eq!(shown(n("1").cos()), "0.54030231");
    assert_eq!(shown(n("1").tan()), "1.5574077");
    assert_eq!(shown(n("1").atn()), "0.78539816");
    assert_eq!(shown(n("1").neg().sqr()), "!A");
    assert_eq!(shown(n("0").ln()), "!A");
    assert_eq!(shown(n("2").asn()), "!A");
}

#[test]
fn logic_gives_its_operands() {
    assert_eq!(n("5").not(), Number::ZERO);
    assert_eq!(n("5").and(n("3")), n("5"));
    assert_eq!(n("5").and(n("0")), Number::ZERO);
    assert_eq!(n("5").or(n("2")), Number::ONE);
    assert_eq!(n("5").or(n("0")), n("5"));
}

#[test]
fn rnd_follows_its_seed() {
    for (seed, printed) in [
        (
            1,
            [
                ".0022735596",
                "0.17164612",
                "0.87440491",
                "0.58050537",
                "0.53837585",
            ],
        ),
        (
            42,
            [
                ".049194336",
                "0.69065857",
                "0.79974365",
                "0.98100281",
                "0.57522583",
            ],
        ),
    ] {
        let mut seed = seed;
        for text in printed {
            let (x, next) = Number::rnd(seed);
            assert_eq!(x.print().as_str(), text);
            seed = next;
        }
    }
}

#[test]
fn the_flaws_show() {
    let flawed = Number::small(-65535).sub(Number::ONE).unwrap();
    assert_eq!(flawed, Number::MINUS_65536);
    assert_eq!(flawed.print().as_str(), "-1E-38");
    assert!(flawed.print_leaves_zero());
    assert!(n("0.1").print_leaves_zero());
    assert!(!n("1.1").print_leaves_zero());
    assert!(!Number::ZERO.print_leaves_zero());
    assert_eq!(flawed.neg(), Number::ZERO);
    // Never rounded up: one less in the last place than the nearest.
    let tenth = Number::ONE.div(Number::TEN).unwrap();
    assert_eq!(tenth.to_bytes(), [0x7D, 0x4C, 0xCC, 0xCC, 0xCC]);
    // Half goes towards plus infinity, whichever is taken from the other.
    let under = Number::from_bytes([0x7F, 0x7F, 0xFF, 0xFF, 0xFF]);
    assert_eq!(Number::HALF.gt(under), Ok(true));
    assert_eq!(under.lt(Number::HALF), Ok(true));
    assert_eq!(under.ge(Number::HALF), Ok(false));
    assert_eq!(under.gt(Number::HALF), Ok(false));
    assert_eq!(shown(Ok(n("65536").neg().int())), "-1");
}

#[test]
fn whole_numbers_round_to_the_nearest() {
    assert_eq!(n("2.5").to_u16(), Ok(3));
    assert_eq!(n("65.5").to_u8(), Ok(66));
    assert_eq!(n("65535.4").to_u16(), Ok(65535));
    assert_eq!(n("65535.5").to_u16(), Err(Report::IntegerOutOfRange));
    assert_eq!(n("256").to_u8(), Err(Report::IntegerOutOfRange));
    assert_eq!(n("0.5").neg().to_u8(), Ok(0));
    assert_eq!(n("1").neg().to_u8(), Err(Report::IntegerOutOfRange));
    assert_eq!(n("3").neg().fp_to_bc(), Some((3, true)));
    assert_eq!(Number::from_u32(70000), n("70000"));
    assert_eq!(Number::small(-7).to_small(), Some(-7));
    assert_eq!(n("1.5").to_small(), None);
}

#[test]
fn numbers_end_where_the_rom_stops_reading() {
    assert_eq!(parse_decimal(b"12 3"), (Ok(n("12")), 2));
    assert_eq!(parse_decimal(b"1.2 3+"), (Ok(n("1.23")), 5));
    assert_eq!(parse_decimal(b"1 .5"), (Ok(n("1")), 1));
    assert_eq!(parse_decimal(b". 5"), (Ok(n("0.5")), 3));
    assert_eq!(parse_decimal(b"2e 3"), (Ok(n("2000")), 4));
    assert_eq!(parse_decimal(b"7x"), (Ok(n("7")), 1));
    assert_eq!(parse_decimal(b"."), (Err(Report::NonsenseInBasic), 1));
    assert_eq!(parse_decimal(b""), (Err(Report::NonsenseInBasic), 0));
    assert_eq!(parse_decimal(b"1e"), (Err(Report::NonsenseInBasic), 2));
    assert_eq!(parse_decimal(b"1e39"), (Err(Report::NumberTooBig), 4));
    assert_eq!(parse_decimal(b"0e64"), (Err(Report::NumberTooBig), 4));
    assert_eq!(parse_decimal(b"1e103 .5"), (Err(Report::NumberTooBig), 5));
    assert_eq!(parse_bin(b"10101010)"), Ok((n("170"), 8)));
    assert_eq!(parse_bin(b" 1 1\r"), Ok((n("3"), 4)));
    assert_eq!(parse_bin(&[0x10, b'1', b'1', b'0']), Ok((n("2"), 4)));
    assert_eq!(parse_bin(b""), Ok((Number::ZERO, 0)));
    assert_eq!(parse_bin(b"1111111111111111"), Ok((n("65535"), 16)));
    assert_eq!(parse_bin(b"10000000000000000"), Err(Report::NumberTooBig));
}

#[test]
fn beep_gives_what_beeper_is_called_with() {
    // Middle C for a second: 261 cycles, each of two half-waves of 437500/261.63-30.125.
    assert_eq!(beep(n("1"), n("0")), Ok(Some((261, 1642))));
    assert_eq!(beep(n("11"), n("0")), Err(Report::IntegerOutOfRange));
    assert_eq!(beep(n("1"), n("100")), Err(Report::IntegerOutOfRange));
    assert_eq!(beep(n("0"), n("0")), Ok(None));
}

/// The exponents at the edges, and the five bytes a program may POKE there.
#[test]
fn no_pattern_of_bytes_stops_the_calculator() {
    let edge = [
        0u8, 1, 2, 0x20, 0x7F, 0x80, 0x81, 0x90, 0x91, 0x9F, 0xA0, 0xFE, 0xFF,
    ];
    let patterns = edge.into_iter().flat_map(|e| {
        [0u8, 1, 0x7F, 0x80, 0xFF].into_iter().flat_map(move |s| {
            [0u8, 1, 0xFF].into_iter().flat_map(move |v| {
                [0u8, 0xFF].map(|last| Number::from_bytes([e, s, v, last, v ^ last]))
            })
        })
    });
    let mut results = 0;
    for x in patterns.clone() {
        let unary = [
            x.sin(),
            x.cos(),
            x.tan(),
            x.asn(),
            x.acs(),
            x.atn(),
            x.ln(),
            x.exp(),
        ];
        results += unary.into_iter().flatten().count();
        for y in patterns.clone() {
            for z in [x.add(y), x.sub(y), x.mul(y), x.div(y), x.pow(y)] {
                results += usize::from(z.is_ok_and(|z| !z.print().as_bytes().is_empty()));
            }
            assert_eq!(x.le(y), x.gt(y).map(|b| !b));
            assert_eq!(x.eq(y), x.ne(y).map(|b| !b));
            let _sound = beep(x, y);
        }
    }
    assert!(results > 100_000, "only {results} results");
}

#[test]
fn kept_results_are_the_functions() {
    let mut memo = Memo::default();
    let all = [
        Transcendental::Sin,
        Transcendental::Cos,
        Transcendental::Tan,
        Transcendental::Atn,
        Transcendental::Ln,
        Transcendental::Exp,
    ];
    // Enough for many to share a place; the second time most are kept.
    for _ in 0..2 {
        let mut x = n("2").neg();
        for _ in 0..1500 {
            x = x.add(n("0.01")).unwrap();
            for function in all {
                assert_eq!(memo.of(function, x), function.of(x));
            }
            assert_eq!(memo.sqr(x), x.sqr());
            assert_eq!(memo.pow(x, n("3")), x.pow(n("3")));
        }
    }
    assert_eq!(
        memo.pow(Number::ZERO, n("1").neg()),
        Err(Report::NumberTooBig)
    );
}
