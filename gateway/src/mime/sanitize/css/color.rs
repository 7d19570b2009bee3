//! Colours, and what becomes of them in dark surroundings: light grounds turn dark and dark texts light, each with its hue,
//! whatever is dark or light already stays. Grounds end up so dark and texts so light that any text can be read on any ground
//! (WCAG 2.2 §1.4.3, 4.5:1), so it does not matter which of a mail's grounds a text stands on.
//!
//! Lightness, chroma and hue are those of OKLCH (CSS Color 4 §9).

/// The luminance that no ground exceeds.
const GROUND_MAX: f64 = 0.06;
/// The luminance that every text reaches.
const TEXT_MIN: f64 = 0.46;
/// What white becomes: the paper of the app in the dark (`page.css` has it too).
const PAPER: Color = Color { red: 0x18, green: 0x1b, blue: 0x20, alpha: 1.0 };

/// A colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Color {
    /// 0 to 255.
    pub red: u8,
    /// 0 to 255.
    pub green: u8,
    /// 0 to 255.
    pub blue: u8,
    /// 0, transparent, to 1.
    pub alpha: f32,
}

/// What a colour is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Letters.
    Text,
    /// What is behind them.
    Ground,
    /// Borders.
    Line,
}

impl Color {
    /// A name, or hexadecimal digits behind `#`.
    pub fn parse(text: &str) -> Option<Self> {
        let parsed = match text.strip_prefix('#') {
            Some(digits) => cssparser::color::parse_hash_color(digits.as_bytes()).ok(),
            None => cssparser::color::parse_named_color(text)
                .ok()
                .map(|(red, green, blue)| (red, green, blue, 1.0)),
        };
        parsed.map(|(red, green, blue, alpha)| Self { red, green, blue, alpha })
    }

    /// From hue in degrees, saturation and lightness from 0 to 1 (CSS Color 4 §7.1).
    pub fn from_hsl(hue: f32, saturation: f32, lightness: f32, alpha: f32) -> Self {
        let channel = |n: f32| {
            let k = (n + hue.rem_euclid(360.0) / 30.0) % 12.0;
            let a = saturation * lightness.min(1.0 - lightness);
            byte(f64::from(lightness - a * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)))
        };
        Self { red: channel(0.0), green: channel(8.0), blue: channel(4.0), alpha }
    }

    /// What it becomes in dark surroundings.
    pub fn in_dark(self, role: Role) -> Self {
        let luminance = self.luminance();
        match role {
            _ if self.alpha == 0.0 => self,
            Role::Text if luminance >= TEXT_MIN => self,
            Role::Ground if luminance <= GROUND_MAX => self,
            Role::Text => self.lightened(),
            Role::Ground => self.darkened(),
            Role::Line => self.inverted(),
        }
    }

    /// The darker the text, the lighter.
    fn lightened(self) -> Self {
        let mut lch = Lch::from(self);
        lch.lightness = 0.93 - (lch.lightness / 0.77).min(1.0) * 0.13;
        loop {
            let color = lch.color(self.alpha);
            if color.luminance() >= TEXT_MIN || lch.lightness >= 1.0 {
                return color;
            }
            lch.lightness += 0.01;
        }
    }

    /// The lighter the ground, the darker; a vivid one keeps more of its light.
    fn darkened(self) -> Self {
        let (paper, mut lch) = (Lch::from(PAPER), Lch::from(self));
        let from_dark = ((lch.lightness - 0.39) / 0.61).clamp(0.0, 1.0);
        let plain = 0.39 + from_dark * (paper.lightness - 0.39);
        let vivid = (lch.chroma / 0.15).min(1.0) * 0.8;
        lch.lightness = plain + vivid * (0.39 - plain);
        lch.a += paper.a * (1.0 - vivid);
        lch.b += paper.b * (1.0 - vivid);
        lch.chroma = lch.a.hypot(lch.b);
        loop {
            let color = lch.color(self.alpha);
            if color.luminance() <= GROUND_MAX || lch.lightness <= 0.0 {
                return color;
            }
            lch.lightness -= 0.01;
        }
    }

    /// Grey lines stand out from their ground as much as before, coloured ones go with grounds of their colour.
    fn inverted(self) -> Self {
        let mut lch = Lch::from(self);
        if lch.chroma > 0.04 || lch.lightness > 0.97 {
            return self.in_dark(Role::Ground);
        }
        lch.lightness = 0.30 + (0.97 - lch.lightness) * 0.5;
        lch.color(self.alpha)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn linear(self) -> [f64; 3] {
        [self.red, self.green, self.blue].map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.040_45 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        })
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)?;
        if self.alpha < 1.0 { write!(f, "{:02x}", byte(f64::from(self.alpha))) } else { Ok(()) }
    }
}

/// Lightness, and chroma as the length of (a, b).
#[derive(Clone, Copy)]
struct Lch {
    lightness: f64,
    a: f64,
    b: f64,
    chroma: f64,
}

impl From<Color> for Lch {
    fn from(color: Color) -> Self {
        let [red, green, blue] = color.linear();
        let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        let a = 1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short;
        let b = 0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short;
        let lightness = 0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short;
        Self { lightness, a, b, chroma: a.hypot(b) }
    }
}

impl Lch {
    /// The colour, with as much of the chroma as sRGB has at this lightness.
    fn color(self, alpha: f32) -> Color {
        let fits =
            |share: f64| self.linear(share).iter().all(|channel| (-0.000_1..=1.000_1).contains(channel));
        let mut share = 1.0;
        if !fits(share) {
            let mut step = 0.5;
            share = 0.0;
            for _ in 0..10 {
                if fits(share + step) {
                    share += step;
                }
                step /= 2.0;
            }
        }
        let [red, green, blue] = self.linear(share).map(|channel| {
            let channel = channel.clamp(0.0, 1.0);
            byte(if channel <= 0.003_130_8 {
                channel * 12.92
            } else {
                1.055 * channel.powf(1.0 / 2.4) - 0.055
            })
        });
        Color { red, green, blue, alpha }
    }

    fn linear(self, share: f64) -> [f64; 3] {
        let (a, b) = (self.a * share, self.b * share);
        let long = (self.lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let medium = (self.lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let short = (self.lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        [
            4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
            -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
            -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
        ]
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a byte holds")]
fn byte(share: f64) -> u8 {
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn contrast(text: Color, ground: Color) -> f64 {
        let (text, ground) = (text.luminance() + 0.05, ground.luminance() + 0.05);
        text.max(ground) / text.min(ground)
    }

    fn dark(color: &str, role: Role) -> String {
        Color::parse(color).unwrap().in_dark(role).to_string()
    }

    #[test]
    fn white_becomes_paper_and_black_becomes_light() {
        assert_eq!(dark("white", Role::Ground), PAPER.to_string());
        assert_eq!(dark("#000", Role::Ground), "#000000");
        assert_eq!(dark("white", Role::Text), "#ffffff");
        let black = Color::parse("black").unwrap().in_dark(Role::Text);
        assert!(contrast(black, PAPER) > 12.0, "{black}");
        assert_eq!(dark("#ffffff00", Role::Ground), "#ffffff00");
    }

    #[test]
    fn hues_stay() {
        let red = Color::parse("#c00").unwrap().in_dark(Role::Text);
        assert!(red.red > red.green && red.red > red.blue, "{red}");
        let blue = Color::parse("#0a66c2").unwrap().in_dark(Role::Ground);
        assert!(blue.blue > blue.green && blue.green > blue.red, "{blue}");
    }

    #[test]
    fn hsl() {
        assert_eq!(Color::from_hsl(120.0, 1.0, 0.25, 1.0).to_string(), "#008000");
        assert_eq!(Color::from_hsl(-120.0, 1.0, 0.5, 0.5).to_string(), "#0000ff80");
    }

    proptest! {
        #[test]
        fn any_text_can_be_read_on_any_ground(text in any::<[u8; 3]>(), ground in any::<[u8; 3]>()) {
            let color = |[red, green, blue]: [u8; 3]| Color { red, green, blue, alpha: 1.0 };
            let (text, ground) = (color(text).in_dark(Role::Text), color(ground).in_dark(Role::Ground));
            prop_assert!(contrast(text, ground) >= 4.5, "{} on {}", text, ground);
            prop_assert_eq!(text.in_dark(Role::Text), text);
            prop_assert_eq!(ground.in_dark(Role::Ground), ground);
        }
    }
}
