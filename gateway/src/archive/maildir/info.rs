//! Flags in the name of a file: `1704067200.7.postern:2,FS`.

use postern_shared::flags::{Flag, Flags};

/// The flags that have a letter, in the order letters stand in.
const LETTERS: [(char, Flag); 6] = [
    ('D', Flag::Draft),
    ('F', Flag::Flagged),
    ('P', Flag::Forwarded),
    ('R', Flag::Answered),
    ('S', Flag::Seen),
    ('T', Flag::Deleted),
];

/// The letters of these flags.
pub(super) fn letters(flags: &Flags) -> String {
    LETTERS.iter().filter(|(_, flag)| flags.has(*flag)).map(|(letter, _)| letter).collect()
}

/// A file's name without its letters, and what they say.
pub(super) fn parse(name: &str) -> (&str, Flags) {
    // Where a colon cannot stand, other programs write these.
    let Some((base, letters)) = [":2,", ";2,", "!2,"].iter().find_map(|info| name.rsplit_once(info)) else {
        return (name, Flags::new());
    };
    (base, LETTERS.iter().filter(|(letter, _)| letters.contains(*letter)).map(|&(_, flag)| flag).collect())
}

/// Sets those flags that have a letter as `by_name` says.
pub(super) fn overrule(flags: &mut Flags, by_name: &Flags) {
    for (_, flag) in LETTERS {
        flags.set(flag, by_name.has(flag));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_in_their_order_and_are_read_in_any() {
        let flags: Flags = [Flag::Seen, Flag::Draft, Flag::Junk].into_iter().collect();
        assert_eq!(letters(&flags), "DS");
        let (base, read) = parse("1.2.host,S=17:2,SDxa");
        assert_eq!((base, read), ("1.2.host,S=17", [Flag::Seen, Flag::Draft].into_iter().collect()));
        assert_eq!(parse("1.2.host"), ("1.2.host", Flags::new()));
    }

    #[test]
    fn a_name_overrules_what_has_a_letter() {
        let mut flags: Flags = [Flag::Seen, Flag::Junk].into_iter().collect();
        overrule(&mut flags, &Flags::one(Flag::Flagged));
        assert_eq!(flags, [Flag::Flagged, Flag::Junk].into_iter().collect());
    }
}
