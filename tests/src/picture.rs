//! Small pictures for letters, drawn by a formula.

use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::{self, Write};

/// A landscape of soft colours in PNG (ISO/IEC 15948), 8 bits a channel.
pub fn landscape(width: u32, height: u32, hue: u8) -> io::Result<Vec<u8>> {
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::fast());
    for y in 0..height {
        let mut row = vec![0];
        for x in 0..width {
            row.extend(colour(f64::from(x) / f64::from(width), f64::from(y) / f64::from(height), hue));
        }
        pixels.write_all(&row)?;
    }
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    // 8 bits a channel, RGB, the only compression, the only filter method, not interlaced.
    header.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, content) in [(b"IHDR", header), (b"IDAT", pixels.finish()?), (b"IEND", Vec::new())] {
        chunk(&mut png, name, &content)?;
    }
    Ok(png)
}

/// Sky above hills.
fn colour(x: f64, y: f64, hue: u8) -> [u8; 3] {
    let ridge = 0.6 + 0.12 * (x * 7.0 + f64::from(hue)).sin() + 0.05 * (x * 23.0).sin();
    let shade = |base: f64, slope: f64| (base + slope * y).clamp(0.0, 255.0) as u8;
    let turn = f64::from(hue);
    if y < ridge {
        [shade(120.0 + turn / 4.0, 120.0), shade(150.0, 90.0), shade(230.0 - turn / 3.0, 10.0)]
    } else {
        [shade(40.0 + turn / 3.0, 40.0), shade(110.0 - turn / 6.0, 30.0), shade(70.0, 20.0)]
    }
}

fn chunk(png: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) -> io::Result<()> {
    let length = u32::try_from(content.len()).map_err(io::Error::other)?;
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(content);
    png.extend(length.to_be_bytes());
    png.extend(name);
    png.extend(content);
    png.extend(crc.sum().to_be_bytes());
    Ok(())
}
