//! An invitation: what, when, where, who. The zone of each time is named, for the page cannot know the reader's.

use super::{Card, time::Moment};
use calcard::{
    Entry, Parser,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType as Component, ICalendarDay, ICalendarEntry,
        ICalendarFrequency as Frequency, ICalendarParameterName as Parameter, ICalendarProperty as Property,
        ICalendarRecurrenceRule, ICalendarValue as Value, ICalendarWeekday as Weekday,
    },
};

/// How much of a calendar is read, in bytes. An invitation has a few thousand.
const READ_LIMIT: usize = 512 * 1024;
/// Attendees named one by one.
const ATTENDEES_LIMIT: usize = 20;

/// The card for the first event of a calendar.
pub(super) fn invitation(text: &str) -> Option<Card> {
    let text = &text[..text.floor_char_boundary(READ_LIMIT)];
    let text = text.trim_start_matches(['\u{feff}', '\r', '\n', ' ', '\0']);
    let mut parser = Parser::new(text);
    // Some calendars have lines before they begin, which are no error.
    let calendar = std::iter::repeat_with(|| parser.entry()).take(20).find_map(|entry| match entry {
        Entry::ICalendar(calendar) => Some(Some(calendar)),
        Entry::Eof => Some(None),
        _ => None,
    })??;
    let event = main_event(&calendar)?;
    let method = calendar.components.first().and_then(|root| text_of(root, &Property::Method));
    let mut card = Card::new("Invitation", text_of(event, &Property::Summary).unwrap_or("(no title)"));
    card.line(what(method.unwrap_or_default(), event));
    card.fact("When", when(event).unwrap_or_default());
    card.fact("Repeats", event.property(&Property::Rrule).map(repeats).unwrap_or_default());
    card.fact("Where", text_of(event, &Property::Location).unwrap_or_default());
    card.fact("Organizer", event.property(&Property::Organizer).map(person).unwrap_or_default());
    card.fact("Who", attendees(event));
    card.fact("Status", event.property(&Property::Status).map(status).unwrap_or_default());
    card.fact("Details", text_of(event, &Property::Description).map(short).unwrap_or_default());
    Some(card)
}

/// The first event or task, and of a series not one of its exceptions, if there is anything else.
fn main_event(calendar: &ICalendar) -> Option<&ICalendarComponent> {
    let is_event = |component: &&ICalendarComponent| {
        matches!(component.component_type, Component::VEvent | Component::VTodo | Component::VJournal)
    };
    let mut events = calendar.components.iter().filter(is_event);
    let first = events.clone().next();
    events.find(|event| !event.has_property(&Property::RecurrenceId)).or(first)
}

fn text_of<'c>(component: &'c ICalendarComponent, property: &Property) -> Option<&'c str> {
    let text = component.property(property)?.values.first()?.as_text()?.trim();
    (!text.is_empty()).then_some(text)
}

fn what(method: &str, event: &ICalendarComponent) -> String {
    let organizer = event.property(&Property::Organizer).map(person).filter(|name| !name.is_empty());
    let organizer = organizer.as_deref().unwrap_or("The organizer");
    match method.to_ascii_uppercase().as_str() {
        "REQUEST" if event.has_property(&Property::RecurrenceId) => {
            format!("{organizer} changes one date of a series.")
        }
        "REQUEST" => format!("{organizer} invites you."),
        "CANCEL" => format!("{organizer} has cancelled this."),
        "ADD" => format!("{organizer} adds a date to a series."),
        "DECLINECOUNTER" => format!("{organizer} does not accept the change you proposed."),
        "REPLY" => reply(event),
        "COUNTER" => {
            let who = event.property(&Property::Attendee).map(person).unwrap_or_default();
            format!("{} proposes a change.", somebody(&who))
        }
        "REFRESH" => "An attendee asks for the latest state of this.".to_owned(),
        _ => "An entry for your calendar.".to_owned(),
    }
}

fn somebody(who: &str) -> &str {
    if who.is_empty() { "Somebody" } else { who }
}

fn reply(event: &ICalendarComponent) -> String {
    let Some(attendee) = event.property(&Property::Attendee) else { return "An answer came.".to_owned() };
    let who = person(attendee);
    let who = somebody(&who);
    match parameter(attendee, &Parameter::Partstat).to_ascii_uppercase().as_str() {
        "ACCEPTED" => format!("{who} has accepted."),
        "DECLINED" => format!("{who} has declined."),
        "TENTATIVE" => format!("{who} may come."),
        "DELEGATED" => format!("{who} sends somebody else."),
        _ => format!("{who} has answered."),
    }
}

fn parameter<'e>(entry: &'e ICalendarEntry, name: &Parameter) -> &'e str {
    entry.parameter(name).and_then(|value| value.as_text()).unwrap_or_default()
}

/// A person's name and address.
fn person(entry: &ICalendarEntry) -> String {
    let address = entry.values.first().and_then(Value::as_text).unwrap_or_default().trim();
    let is_mailto = |scheme: &str| scheme.eq_ignore_ascii_case("mailto:");
    let address = address.get(..7).filter(|scheme| is_mailto(scheme)).map_or(address, |_| &address[7..]);
    let name = parameter(entry, &Parameter::Cn).trim().trim_matches('"');
    match (name, address) {
        ("", address) => address.to_owned(),
        (name, address) if address.is_empty() || name.eq_ignore_ascii_case(address) => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    }
}

fn attendees(event: &ICalendarComponent) -> String {
    let answer =
        |entry: &ICalendarEntry| match parameter(entry, &Parameter::Partstat).to_ascii_uppercase().as_str() {
            "ACCEPTED" => " (accepted)",
            "DECLINED" => " (declined)",
            "TENTATIVE" => " (may come)",
            "DELEGATED" => " (sends somebody else)",
            _ => "",
        };
    let all = || event.entries.iter().filter(|entry| entry.name == Property::Attendee);
    let named: Vec<_> =
        all().take(ATTENDEES_LIMIT).map(|entry| format!("{}{}", person(entry), answer(entry))).collect();
    let more = all().count() - named.len();
    let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
    named.join("\n") + &more
}

fn moment(event: &ICalendarComponent, property: &Property) -> Option<Moment> {
    let entry = event.property(property)?;
    let told = entry.values.first()?.as_partial_date_time()?;
    Moment::of(told, entry.parameter(&Parameter::Tzid).and_then(|zone| zone.as_text()))
}

fn when(event: &ICalendarComponent) -> Option<String> {
    let Some(start) = moment(event, &Property::Dtstart) else {
        return moment(event, &Property::Due).map(|due| format!("until {}", due.words()));
    };
    let end =
        moment(event, &Property::Dtend).or_else(|| moment(event, &Property::Due)).or_else(|| {
            match event.property(&Property::Duration)?.values.first()? {
                Value::Duration(duration) => Some(start.later(duration.as_seconds().max(0))),
                _ => None,
            }
        });
    // Without an end, a day is that day (RFC 5545 §3.6.1) and a time is a moment.
    Some(start.until(&end.unwrap_or_else(|| start.clone())))
}

fn status(entry: &ICalendarEntry) -> &'static str {
    let told = entry.values.first().and_then(Value::as_text).unwrap_or_default();
    match told.to_ascii_uppercase().as_str() {
        "CONFIRMED" => "confirmed",
        "TENTATIVE" => "tentative: it may not take place",
        "CANCELLED" => "cancelled",
        "COMPLETED" => "done",
        "NEEDS-ACTION" => "to be done",
        "IN-PROCESS" => "under way",
        _ => "",
    }
}

fn repeats(entry: &ICalendarEntry) -> String {
    let Some(Value::RecurrenceRule(rule)) = entry.values.first() else { return String::new() };
    let ICalendarRecurrenceRule { freq, interval, byday, count, until, .. } = rule.as_ref();
    let (every, unit) = match freq {
        Frequency::Yearly => ("every year", "years"),
        Frequency::Monthly => ("every month", "months"),
        Frequency::Weekly => ("every week", "weeks"),
        Frequency::Daily => ("every day", "days"),
        Frequency::Hourly => ("every hour", "hours"),
        Frequency::Minutely => ("every minute", "minutes"),
        Frequency::Secondly => ("every second", "seconds"),
    };
    let mut words = match interval {
        Some(interval) if *interval > 1 => format!("every {interval} {unit}"),
        _ => every.to_owned(),
    };
    if !byday.is_empty() {
        let days: Vec<_> = byday.iter().take(7).map(weekday).collect();
        words.push_str(&format!(" on {}", days.join(", ")));
    }
    if let Some(count) = count {
        words.push_str(&format!(", {count} times"));
    }
    if let Some(until) = until.as_ref().and_then(|until| Moment::of(until, None)) {
        words.push_str(&format!(", until {}", until.words()));
    }
    words
}

fn weekday(day: &ICalendarDay) -> String {
    let name = match day.weekday {
        Weekday::Sunday => "Sunday",
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
    };
    match day.ordwk {
        Some(1) => format!("the first {name}"),
        Some(2) => format!("the second {name}"),
        Some(3) => format!("the third {name}"),
        Some(4) => format!("the fourth {name}"),
        Some(-1) => format!("the last {name}"),
        _ => name.to_owned(),
    }
}

/// A description's beginning: the text of the mail says the rest.
fn short(text: &str) -> String {
    const LIMIT: usize = 600;
    let cut = text[..text.floor_char_boundary(LIMIT)].trim_end();
    if cut.len() < text.trim_end().len() { format!("{cut}…") } else { cut.to_owned() }
}
