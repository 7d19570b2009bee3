//! Names of files that lie in one archive: each of them once, as every file system counts.

use super::file_name::clean;
use std::collections::HashSet;

/// The names made unique, in their order: `a.pdf`, `a (2).pdf`. Upper and lower case are one to many file systems.
pub fn unique<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut unique = Vec::new();
    for name in names {
        let name =
            Some(clean(name)).filter(|name| !name.is_empty()).unwrap_or_else(|| "attachment".to_owned());
        let (stem, extension) = name.rfind('.').map_or((name.as_str(), ""), |dot| name.split_at(dot));
        let numbered = (2u32..).map(|number| format!("{stem} ({number}){extension}"));
        let free =
            std::iter::once(name.clone()).chain(numbered).find(|name| taken.insert(name.to_lowercase()));
        unique.extend(free);
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_comes_twice_or_leads_out() {
        let names = [
            "a.pdf",
            "A.pdf",
            "a (2).pdf",
            "a.pdf",
            "../../etc/passwd",
            "/abs",
            "CON.txt",
            "",
            "none",
            "none",
        ];
        assert_eq!(
            unique(names),
            [
                "a.pdf",
                "A (2).pdf",
                "a (2) (2).pdf",
                "a (3).pdf",
                "_.._etc_passwd",
                "_abs",
                "_CON.txt",
                "attachment",
                "none",
                "none (2)"
            ]
        );
    }

    #[test]
    fn a_thousand_of_one_name_are_a_thousand_files() {
        let names = unique(std::iter::repeat_n("image.png", 1_000));
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), 1_000);
        assert_eq!(names[999], "image (1000).png");
    }
}
