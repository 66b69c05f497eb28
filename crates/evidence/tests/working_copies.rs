//! Working copies of photos.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

use evidence::working_copy::{NoCopy, SIDE_PX_MAX, make};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// A picture whose left half is red and whose right half is blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    let red = |x| if x < width / 2 { Rgb([220, 10, 10]) } else { Rgb([10, 10, 220]) };
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| red(x)))
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// EXIF with an orientation of 6 (turn right) and a text where a position would stand.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"GPS 47.0120 -30.0210");
    let mut out = jpeg[..2].to_vec();
    out.extend_from_slice(&[0xff, 0xe1]);
    out.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    out.extend_from_slice(&exif);
    out.extend_from_slice(&jpeg[2..]);
    out
}

#[test]
fn a_copy_is_upright_smaller_and_says_nothing_beside_the_picture() {
    let original = with_exif(&encoded(&halves(2_400, 1_200), ImageFormat::Jpeg));
    assert!(original.windows(3).any(|w| w == b"GPS"));
    let copy = make(&original).unwrap();
    assert_eq!((copy.original_px, copy.size_px), ((1_200, 2_400), (800, SIDE_PX_MAX)), "turned by its EXIF");
    assert!(!copy.jpeg.windows(4).any(|w| w == b"Exif") && !copy.jpeg.windows(3).any(|w| w == b"GPS"));
    let shown = image::load_from_memory(&copy.jpeg).unwrap().into_rgb8();
    // Left of the original is up, once it is turned to the right.
    assert!(shown.get_pixel(400, 100)[0] > 150 && shown.get_pixel(400, 1_500)[2] > 150);
    assert_eq!(copy, make(&original).unwrap(), "the same again");
    assert!(copy.note().ends_with("800 × 1600 of 1200 × 2400"), "{}", copy.note());
}

#[test]
fn the_three_kinds_are_known_by_their_bytes_and_no_other_is_read() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let copy = make(&encoded(&halves(64, 32), format)).unwrap();
        assert_eq!((copy.size_px, copy.original_px), ((64, 32), (64, 32)), "{format:?}");
    }
    for other in [&b"GIF89a......"[..], b"%PDF-1.7", b"", b"BM....", b"<svg/>"] {
        assert_eq!(make(other), Err(NoCopy::OtherKind));
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_decoded_and_damage_is_told() {
    let mut bomb = encoded(&halves(8, 8), ImageFormat::Png);
    // The size that the header states, and the checksum that makes it believed.
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    let sum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    let refused = make(&bomb).unwrap_err();
    assert!(matches!(refused, NoCopy::TooManyPixels { .. } | NoCopy::Damaged(_)), "{refused}");
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = encoded(&halves(40, 30), format);
        for cut in 0..whole.len() {
            // Any answer will do, as long as there is one.
            let _ = make(&whole[..cut]);
        }
        for at in (0..whole.len()).step_by(3) {
            let mut bent = whole.clone();
            bent[at] ^= 0x55;
            let _ = make(&bent);
        }
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}
