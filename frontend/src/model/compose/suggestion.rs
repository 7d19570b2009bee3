//! Who goes on like what is typed into To, Cc or Bcc: people, and groups of contacts.

use super::recipients::written;
use postern_shared::{address::Address, writing::ContactGroup};

/// One of those to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// Somebody.
    Person(Address),
    /// Everybody of a group.
    Group(ContactGroup),
}

impl Suggestion {
    /// What stands in the list.
    pub fn label(&self) -> String {
        match self {
            Self::Person(address) => written(address),
            Self::Group(ContactGroup { name, members }) => match members.len() {
                1 => format!("{name} (1 person)"),
                count => format!("{name} ({count} people)"),
            },
        }
    }

    /// Who is written to when it is chosen.
    pub fn people(self) -> Vec<Address> {
        match self {
            Self::Person(address) => vec![address],
            Self::Group(group) => group.members,
        }
    }
}

/// The list: people first, the likeliest above, so that Enter takes who is written to most; then the groups.
pub fn suggestions(addresses: Vec<Address>, groups: Vec<ContactGroup>) -> Vec<Suggestion> {
    let people = addresses.into_iter().map(Suggestion::Person);
    people.chain(groups.into_iter().map(Suggestion::Group)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, email: &str) -> Address {
        Address { name: name.to_owned(), email: email.to_owned() }
    }

    #[test]
    fn people_come_before_groups_and_a_group_is_all_of_its_members() {
        let (ada, bob) = (of("Ada", "ada@demo.test"), of("", "bob@demo.test"));
        let group = |name: &str, members: &[&Address]| ContactGroup {
            name: name.to_owned(),
            members: members.iter().copied().cloned().collect(),
        };
        let groups = vec![group("Team", &[&ada, &bob]), group("Tea", &[&bob])];
        let found = suggestions(vec![of("Ted", "ted@demo.test")], groups);
        let labels: Vec<_> = found.iter().map(Suggestion::label).collect();
        assert_eq!(labels, ["Ted <ted@demo.test>", "Team (2 people)", "Tea (1 person)"]);
        let people: Vec<_> = found.into_iter().map(Suggestion::people).collect();
        assert_eq!(people, [vec![of("Ted", "ted@demo.test")], vec![ada, bob.clone()], vec![bob]]);
    }
}
