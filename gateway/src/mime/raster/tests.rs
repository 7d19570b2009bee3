use super::*;
use image::{DynamicImage, ImageBuffer, Luma, Rgb, Rgba, metadata::Orientation};
use proptest::prelude::*;

const SMALL: Limits = Limits { pixels: 10_000, side: 1_000 };

fn colours(width: u32, height: u32) -> DynamicImage {
    ImageBuffer::from_fn(width, height, |x, y| {
        let byte = |value: u32| u8::try_from(value % 256).unwrap_or_default();
        Rgb([byte(x * 20), byte(y * 30), 99])
    })
    .into()
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// An animation of one colour a frame.
fn animation(width: u16, height: u16, frames: u8) -> Vec<u8> {
    let palette: Vec<u8> = (0..=255).flat_map(|grey| [grey; 3]).collect();
    let mut encoder = gif::Encoder::new(Vec::new(), width, height, &palette).unwrap();
    encoder.set_repeat(gif::Repeat::Finite(3)).unwrap();
    for colour in 0..frames {
        let pixels = vec![colour; usize::from(width) * usize::from(height)];
        encoder.write_frame(&gif::Frame::from_indexed_pixels(width, height, pixels, None)).unwrap();
    }
    encoder.into_inner().unwrap()
}

fn frames(bytes: &[u8]) -> (usize, gif::Repeat) {
    let mut decoder = gif::DecodeOptions::new().read_info(bytes).unwrap();
    let mut frames = 0;
    while decoder.read_next_frame().unwrap().is_some() {
        frames += 1;
    }
    (frames, decoder.repeat())
}

/// A PNG that says it has so many pixels, with a good checksum and no data.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = written(&colours(1, 1), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[test]
fn every_type_becomes_one_of_ours_with_the_same_pixels() {
    let opaque = colours(12, 7);
    let transparent: DynamicImage = ImageBuffer::from_pixel(12, 7, Rgba([1_u8, 2, 3, 128])).into();
    let grey: DynamicImage = ImageBuffer::from_pixel(12, 7, Luma([77_u8])).into();
    let deep: DynamicImage = ImageBuffer::from_pixel(12, 7, Rgb([0xffff_u16, 0, 0x8080])).into();
    let table = [
        (&opaque, ImageFormat::Png, "image/png"),
        (&transparent, ImageFormat::Png, "image/png"),
        (&grey, ImageFormat::Png, "image/png"),
        (&deep, ImageFormat::Png, "image/png"),
        (&opaque, ImageFormat::Jpeg, "image/jpeg"),
        (&grey, ImageFormat::Jpeg, "image/jpeg"),
        (&opaque, ImageFormat::WebP, "image/jpeg"),
        (&transparent, ImageFormat::WebP, "image/png"),
        (&opaque, ImageFormat::Bmp, "image/png"),
        (&transparent, ImageFormat::Ico, "image/png"),
    ];
    for (image, format, media_type) in table {
        let raster = reencode(&written(image, format), &SMALL).unwrap();
        assert_eq!((raster.media_type, raster.width, raster.height), (media_type, 12, 7), "{format:?}");
        let read = image::load_from_memory(&raster.bytes).unwrap();
        if media_type == "image/png" {
            assert_eq!(read.to_rgba8(), image.to_rgba8(), "{format:?}");
        }
        assert_eq!(read.color().has_color(), image.color().has_color(), "{format:?}");
    }
}

#[test]
fn what_is_no_raster_image_is_refused() {
    let table: [&[u8]; 9] = [
        b"",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
        b"<?xml version=\"1.0\"?><svg/>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\x1f\x8b\x08\x00svgz",
        b"%PDF-1.7",
        b"II*\x00\x08\x00\x00\x00",
        b"\x00\x00\x00\x1cftypavif",
        b"P6 1 1 255 abc",
    ];
    for bytes in table {
        assert_eq!(reencode(bytes, &SMALL), Err(RasterError::NotRaster), "{bytes:?}");
    }
}

#[test]
fn what_only_begins_as_an_image_is_refused_too() {
    let png = written(&colours(9, 9), ImageFormat::Png);
    let table: [&[u8]; 5] = [
        b"GIF89a=1;<script>alert(1)</script>",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n<html>",
        b"\xff\xd8\xff\xe0<html>",
        &png[..png.len() / 2],
    ];
    for bytes in table {
        assert!(
            matches!(reencode(bytes, &SMALL), Err(RasterError::Broken(_) | RasterError::TooLarge)),
            "{bytes:?}"
        );
    }
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    for (width, height) in [(60_000, 60_000), (1_000, 1_000), (1_001, 1), (u32::MAX, 1)] {
        let refused = reencode(&png_header(width, height), &SMALL);
        assert!(matches!(refused, Err(RasterError::TooLarge | RasterError::Broken(_))), "{refused:?}");
    }
    // A bitmap's header alone, and a GIF's: no byte of data is needed to claim a large screen.
    let mut bitmap = written(&colours(1, 1), ImageFormat::Bmp);
    bitmap[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
    bitmap[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
    assert_eq!(reencode(&bitmap, &SMALL), Err(RasterError::TooLarge));
    let mut screen = animation(9, 9, 1);
    screen[6..10].copy_from_slice(&[0xff; 4]);
    assert_eq!(reencode(&screen, &SMALL), Err(RasterError::TooLarge));
}

#[test]
fn an_animation_keeps_its_frames_and_is_cut_off_at_the_limit() {
    let short = reencode(&animation(10, 10, 5), &SMALL).unwrap();
    assert_eq!((short.media_type, frames(&short.bytes)), ("image/gif", (5, gif::Repeat::Finite(3))));
    let long = reencode(&animation(50, 50, 200), &SMALL).unwrap();
    assert_eq!(frames(&long.bytes).0, 4);
    let cut = animation(10, 10, 5);
    let cut = reencode(&cut[..cut.len() - 8], &SMALL).unwrap();
    assert_eq!(frames(&cut.bytes).0, 4);
}

#[test]
fn nothing_but_pixels_goes_on() {
    let image = colours(9, 5);
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new(&mut jpeg);
    // TIFF, little endian, one entry: orientation (0x0112), turned by 90 degrees.
    let mut exif =
        b"II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"
            .to_vec();
    exif.extend_from_slice(b"canary in metadata");
    encoder.set_exif_metadata(exif).unwrap();
    encoder.write_image(image.to_rgb8().as_raw(), 9, 5, ExtendedColorType::Rgb8).unwrap();
    let mut gif = animation(9, 5, 2);
    let mut png = written(&image, ImageFormat::Png);
    for bytes in [&mut jpeg, &mut gif, &mut png] {
        bytes.extend_from_slice(b"<script>canary behind</script>");
        let raster = reencode(bytes, &SMALL).unwrap();
        assert!(!raster.bytes.windows(6).any(|window| window == b"canary"), "{}", raster.media_type);
    }
    let turned = reencode(&jpeg, &SMALL).unwrap();
    assert_eq!((turned.width, turned.height), (5, 9));
    assert_eq!(Orientation::from_exif(6), Some(Orientation::Rotate90));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn damaged_images_neither_panic_nor_become_anything_else(
        which in 0_usize..6,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let image = colours(20, 11);
        let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Ico];
        let mut bytes = match formats.get(which) {
            Some(ImageFormat::Ico) => written(&image.to_rgba8().into(), ImageFormat::Ico),
            Some(format) => written(&image, *format),
            None => animation(20, 11, 4),
        };
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        bytes.truncate(cut.index(bytes.len()).max(bytes.len() / 2));
        if let Ok(raster) = reencode(&bytes, &SMALL) {
            prop_assert!(u64::from(raster.width) * u64::from(raster.height) <= SMALL.pixels);
            let sniffed = sniff(&raster.bytes).map(|format| format.to_mime_type());
            prop_assert_eq!(sniffed, Some(raster.media_type));
        }
    }
}
