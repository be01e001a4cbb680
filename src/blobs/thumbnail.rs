//! Small pictures of pictures that strangers sent.
//!
//! A picture of some octets can say that it is a million pixels wide: what it says of itself is looked at before room is made
//! for it, and room has a limit.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// Pixels of the longer side of a small picture.
pub const THUMBNAIL_PIXELS: u32 = 320;

/// Pixels of one side of a picture.
const SIDE_MAX: u32 = 16_384;

/// Pixels of a picture: twice as many as the cameras of telephones make in daily use.
const PIXELS_MAX: u64 = 25_000_000;

/// Octets that reading a picture may take.
const ROOM_BYTES_MAX: u64 = 160 << 20;

/// From 1 to 100.
const JPEG_QUALITY: u8 = 80;

/// A small picture of this one, upright, at most [`THUMBNAIL_PIXELS`] wide and high: JPEG, or PNG where it can be seen
/// through. Nothing for what is no picture of a known kind, is broken, or is too large. It takes processor time, up to a
/// second, and memory: a few octets for each pixel.
pub fn thumbnail(octets: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(octets)).with_guessed_format().ok()?;
    let kinds = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    reader.format().filter(|format| kinds.contains(format))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(ROOM_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > ROOM_BYTES_MAX {
        return None;
    }
    let orientation = decoder.orientation().ok()?;
    let whole = DynamicImage::from_decoder(decoder).ok()?;
    // What is small already is not made larger.
    let mut small =
        if width.max(height) > THUMBNAIL_PIXELS { whole.thumbnail(THUMBNAIL_PIXELS, THUMBNAIL_PIXELS) } else { whole };
    small.apply_orientation(orientation);
    let mut made = Vec::new();
    if small.color().has_alpha() {
        small.to_rgba8().write_to(&mut Cursor::new(&mut made), ImageFormat::Png).ok()?;
    } else {
        small.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut made, JPEG_QUALITY)).ok()?;
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder as _, RgbImage, RgbaImage};

    use super::*;

    fn photo(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, 90]))
    }

    fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut octets = Vec::new();
        image.write_to(&mut Cursor::new(&mut octets), format).unwrap();
        octets
    }

    fn size(octets: &[u8]) -> (ImageFormat, u32, u32) {
        let image = image::load_from_memory(octets).unwrap();
        (image::guess_format(octets).unwrap(), image.width(), image.height())
    }

    #[test]
    fn large_pictures_become_small_ones_of_the_same_shape() {
        let image = DynamicImage::from(photo(1_600, 1_200));
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let small = thumbnail(&written(&image, format)).unwrap();
            let (made, width, height) = size(&small);
            assert_eq!((width, height), (320, 240), "{format:?}");
            assert!(matches!(made, ImageFormat::Jpeg | ImageFormat::Png) && small.len() < 200_000);
        }
        let clear = DynamicImage::from(RgbaImage::from_pixel(900, 300, image::Rgba([1, 2, 3, 100])));
        assert_eq!(size(&thumbnail(&written(&clear, ImageFormat::Png)).unwrap()), (ImageFormat::Png, 320, 107));
        let tiny = DynamicImage::from(photo(20, 10));
        assert_eq!(size(&thumbnail(&written(&tiny, ImageFormat::Png)).unwrap()), (ImageFormat::Jpeg, 20, 10));
    }

    #[test]
    fn a_photo_that_was_taken_upright_stands_upright() {
        let mut octets = Vec::new();
        let mut encoder = JpegEncoder::new(&mut octets);
        // Exif with one field: the orientation is 6, a quarter turned.
        let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        encoder.set_exif_metadata(exif.to_vec()).unwrap();
        photo(800, 400).write_with_encoder(encoder).unwrap();
        assert_eq!(size(&thumbnail(&octets).unwrap()), (ImageFormat::Jpeg, 160, 320));
    }

    #[test]
    fn a_bomb_costs_nothing() {
        let mut bomb = written(&DynamicImage::from(photo(4, 4)), ImageFormat::Png);
        // What it says of itself, and the sum over that.
        bomb[16..24].copy_from_slice(&[0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
        let sum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        let began = std::time::Instant::now();
        assert_eq!(thumbnail(&bomb), None);
        bomb[16..24].copy_from_slice(&[0, 0, 0x3f, 0xff, 0, 0, 0x3f, 0xff]);
        let sum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(thumbnail(&bomb), None, "its sides are allowed, but not its surface");
        assert!(began.elapsed().as_millis() < 200);
    }

    #[test]
    fn what_is_no_picture_has_none() {
        let png = written(&DynamicImage::from(photo(64, 64)), ImageFormat::Png);
        for junk in [&b""[..], b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\n", &png[..png.len() / 2], b"BM6\0\0\0"] {
            assert_eq!(thumbnail(junk), None);
        }
    }

    /// The check sum of PNG (ISO 15948, annex D).
    fn crc(octets: &[u8]) -> u32 {
        !octets.iter().fold(u32::MAX, |sum, octet| {
            (0..8)
                .fold(sum ^ u32::from(*octet), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
        })
    }
}
