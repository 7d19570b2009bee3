//! Raster images written anew: what a stranger made is decoded within limits, and only pixels go on.
//!
//! The type comes from the first bytes, whatever anybody says of them. Metadata, comments and everything behind the image stay
//! behind; only the orientation is applied. What becomes what:
//!
//! - JPEG becomes JPEG, and so does WebP without transparency;
//! - GIF becomes GIF, frame for frame and without loss, up to the limit for all of its frames;
//! - PNG, BMP, ICO and WebP with transparency become PNG. Of an animated PNG or WebP the first frame is shown.

use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
};
use std::{io::Cursor, num::NonZeroU64};

/// The quality of a JPEG, of 100.
const QUALITY: u8 = 88;

/// Bytes that a decoder may use for one pixel: four channels of 16 bits, and as much to work with.
const BYTES_PER_PIXEL: u64 = 16;

/// The smallest allowance of a decoder, in bytes: tables and buffers do not shrink with the image.
const LEAST_ALLOWANCE: u64 = 4 * 1024 * 1024;

/// What decoding may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of an image, and of all frames of an animation together with its screen for each.
    pub pixels: u64,
    /// Its longer side, in pixels.
    pub side: u32,
}

impl Default for Limits {
    /// 50 megapixels, as of a large photograph; 16,384 pixels a side.
    fn default() -> Self {
        Self { pixels: 50_000_000, side: 16_384 }
    }
}

/// An image that this program wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// Why an image is not written anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RasterError {
    /// It does not begin as any of the types known here: another type, SVG among them, or no image.
    #[error("no raster image of a known type")]
    NotRaster,
    /// It has more pixels than the limits allow, or takes more memory.
    #[error("an image of too many pixels")]
    TooLarge,
    /// It cannot be decoded.
    #[error("a broken image: {0}")]
    Broken(String),
}

/// The image's type by its first bytes; absent where it is none that [`reencode`] knows.
pub fn sniff(bytes: &[u8]) -> Option<ImageFormat> {
    let format = image::guess_format(bytes).ok()?;
    let known = matches!(
        format,
        ImageFormat::Png
            | ImageFormat::Jpeg
            | ImageFormat::Gif
            | ImageFormat::WebP
            | ImageFormat::Bmp
            | ImageFormat::Ico
    );
    known.then_some(format)
}

/// Writes an image anew. It takes time and memory for its pixels: call it where blocking is allowed. Decoders are other people's
/// code: a panic of theirs is to be met there too.
///
/// # Errors
/// It is no raster image of a known type, is too large, or cannot be decoded.
pub fn reencode(bytes: &[u8], limits: &Limits) -> Result<Raster, RasterError> {
    match sniff(bytes).ok_or(RasterError::NotRaster)? {
        ImageFormat::Gif => reencode_gif(bytes, limits),
        format => {
            let image = decode(bytes, format, limits)?;
            let lossy = match format {
                ImageFormat::Jpeg => true,
                ImageFormat::WebP => !image.color().has_alpha(),
                _ => false,
            };
            if lossy { jpeg(&image) } else { png(&image) }
        }
    }
}

fn decode(bytes: &[u8], format: ImageFormat, limits: &Limits) -> Result<DynamicImage, RasterError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut allowed = image::Limits::default();
    allowed.max_image_width = Some(limits.side);
    allowed.max_image_height = Some(limits.side);
    allowed.max_alloc = Some(limits.pixels.saturating_mul(BYTES_PER_PIXEL).max(LEAST_ALLOWANCE));
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(reason)?;
    let (width, height) = decoder.dimensions();
    check(width, height, limits)?;
    let orientation = decoder.orientation().map_err(reason)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(reason)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn check(width: u32, height: u32, limits: &Limits) -> Result<(), RasterError> {
    let pixels = u64::from(width) * u64::from(height);
    if width == 0 || height == 0 {
        Err(RasterError::Broken("it has no pixels".to_owned()))
    } else if width > limits.side || height > limits.side || pixels > limits.pixels {
        Err(RasterError::TooLarge)
    } else {
        Ok(())
    }
}

fn jpeg(image: &DynamicImage) -> Result<Raster, RasterError> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    let (width, height) = (image.width(), image.height());
    if image.color().has_color() {
        encoder.write_image(image.to_rgb8().as_raw(), width, height, ExtendedColorType::Rgb8)
    } else {
        encoder.write_image(image.to_luma8().as_raw(), width, height, ExtendedColorType::L8)
    }
    .map_err(reason)?;
    Ok(Raster { bytes, media_type: "image/jpeg", width, height })
}

fn png(image: &DynamicImage) -> Result<Raster, RasterError> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Adaptive);
    let (width, height) = (image.width(), image.height());
    let color = image.color();
    if color.has_alpha() {
        encoder.write_image(image.to_rgba8().as_raw(), width, height, ExtendedColorType::Rgba8)
    } else if color.has_color() {
        encoder.write_image(image.to_rgb8().as_raw(), width, height, ExtendedColorType::Rgb8)
    } else {
        encoder.write_image(image.to_luma8().as_raw(), width, height, ExtendedColorType::L8)
    }
    .map_err(reason)?;
    Ok(Raster { bytes, media_type: "image/png", width, height })
}

fn reason(error: ImageError) -> RasterError {
    match error {
        ImageError::Limits(_) => RasterError::TooLarge,
        other => broken(other),
    }
}

/// The frames as they are, with their palettes; what does not fit the limits at the end of an animation, or is broken
/// there, is left out.
fn reencode_gif(bytes: &[u8], limits: &Limits) -> Result<Raster, RasterError> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::Indexed);
    let memory = NonZeroU64::new(limits.pixels.max(LEAST_ALLOWANCE)).unwrap_or(NonZeroU64::MIN);
    options.set_memory_limit(gif::MemoryLimit::Bytes(memory));
    let mut decoder = options.read_info(bytes).map_err(broken)?;
    let (width, height) = (decoder.width(), decoder.height());
    check(width.into(), height.into(), limits)?;
    let palette = decoder.global_palette().unwrap_or_default().to_vec();
    let mut encoder = gif::Encoder::new(Vec::new(), width, height, &palette).map_err(broken)?;
    // How often it repeats is known once the first frame is.
    let first = decoder.read_next_frame().map_err(broken)?.cloned();
    let first = first.ok_or_else(|| RasterError::Broken("it has no frames".to_owned()))?;
    if decoder.repeat() != gif::Repeat::default() {
        encoder.set_repeat(decoder.repeat()).map_err(broken)?;
    }
    encoder.write_frame(&first).map_err(broken)?;
    // A browser composes each frame with the whole screen.
    let cost = |frame: &gif::Frame<'_>| {
        let area = |width: u16, height: u16| u64::from(width) * u64::from(height);
        area(width, height).max(area(frame.width, frame.height))
    };
    let mut left = limits.pixels.saturating_sub(cost(&first));
    while let Ok(Some(frame)) = decoder.read_next_frame() {
        let Some(rest) = left.checked_sub(cost(frame)) else { break };
        left = rest;
        encoder.write_frame(frame).map_err(broken)?;
    }
    let bytes = encoder.into_inner().map_err(broken)?;
    Ok(Raster { bytes, media_type: "image/gif", width: width.into(), height: height.into() })
}

fn broken(error: impl std::fmt::Display) -> RasterError {
    RasterError::Broken(error.to_string())
}

#[cfg(test)]
mod tests;
