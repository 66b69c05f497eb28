//! Working copies of photos: smaller, upright, and without what the camera wrote beside the picture (where, when, with
//! which device). Derived: the same original gives the same copy, and a copy that is lost is made again. It is no
//! evidence, and never replaces the original, which nothing here touches.

use base::Digest;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// What copies are made with: another version may give other bytes.
pub const MADE_WITH: &str = "truceline copy 1 (upright, no metadata, at most 1600 pixels a side, JPEG 80)";
/// Version of [`MADE_WITH`], for names of files.
pub const VERSION: u32 = 1;
/// Largest side of a copy.
pub const SIDE_PX_MAX: u32 = 1_600;
/// Most pixels of an original: it is refused before it is decoded.
pub const PIXELS_MAX: u64 = 48_000_000;
/// Largest original of which a copy is made, bytes.
pub const ORIGINAL_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Most memory that decoding may take, bytes.
const MEMORY_BYTES_MAX: u64 = 512 * 1024 * 1024;
const QUALITY: u8 = 80;

/// A working copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingCopy {
    /// Its bytes, JPEG.
    pub jpeg: Vec<u8>,
    /// Their SHA-256.
    pub digest: Digest,
    /// Its width and height.
    pub size_px: (u32, u32),
    /// Those of the original, upright.
    pub original_px: (u32, u32),
}

impl WorkingCopy {
    /// What the custody log says of it.
    #[must_use]
    pub fn note(&self) -> String {
        let ((w, h), (ow, oh)) = (self.size_px, self.original_px);
        format!("{MADE_WITH}: {w} × {h} of {ow} × {oh}")
    }
}

/// Why no copy is made. The original is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCopy {
    /// Another kind of file.
    #[error("it is no JPEG, PNG or WebP picture")]
    OtherKind,
    /// Too many bytes.
    #[error("it is larger than {ORIGINAL_BYTES_MAX} bytes")]
    TooLarge,
    /// Too many pixels, or more memory than is allowed.
    #[error("it says that it is {width} × {height} pixels; at most {PIXELS_MAX} are decoded")]
    TooManyPixels {
        /// Width that it states.
        width: u32,
        /// Height that it states.
        height: u32,
    },
    /// It cannot be decoded.
    #[error("it cannot be decoded: {0}")]
    Damaged(String),
}

/// Makes the copy of an original. What kind it is, its bytes say, not its name.
///
/// # Errors
/// When it is no such picture, is too large, or is damaged.
pub fn make(original: &[u8]) -> Result<WorkingCopy, NoCopy> {
    if original.len() as u64 > ORIGINAL_BYTES_MAX {
        return Err(NoCopy::TooLarge);
    }
    let format = image::guess_format(original).map_err(|_| NoCopy::OtherKind)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(NoCopy::OtherKind);
    }
    let damaged = |e: ImageError| NoCopy::Damaged(e.to_string());
    let mut reader = ImageReader::with_format(Cursor::new(original), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    // Before a pixel is decoded: a small file may state any size.
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > MEMORY_BYTES_MAX {
        return Err(NoCopy::TooManyPixels { width, height });
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    let original_px = (picture.width(), picture.height());
    if original_px.0.max(original_px.1) > SIDE_PX_MAX {
        picture = picture.thumbnail(SIDE_PX_MAX, SIDE_PX_MAX);
    }
    let size_px = (picture.width(), picture.height());
    let mut jpeg = Vec::new();
    let colours = DynamicImage::ImageRgb8(picture.into_rgb8());
    colours.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY)).map_err(damaged)?;
    Ok(WorkingCopy { digest: Digest::of(&jpeg), jpeg, size_px, original_px })
}
