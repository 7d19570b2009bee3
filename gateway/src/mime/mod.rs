//! Mail bodies: choosing parts, decoding, making HTML safe.
