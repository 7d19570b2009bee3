//! `Authentication-Results` (RFC 8601): what the operator's own servers found out about a sender. Everybody can write
//! such a header; only those count that bear a configured name and stand where only the operator's servers write.

use super::{
    authentication_tokens::{Token, tokens},
    header_fields::raw_fields,
};
use postern_shared::sender::{Authentication, Check, CheckResult, Verdict};

/// The fields it takes to know.
pub const FIELDS: [&str; 2] = ["Authentication-Results", "Received"];

/// Findings kept: more than any real message has.
const KEPT: usize = 16;

/// What a header tells of the sender to whoever trusts the servers of these names; `from` is the domain of its From,
/// where there is exactly one.
///
/// Servers write on top (RFC 8601 §5, §7.1). So the header is read from its top: `Received` by a trusted server is
/// passed over, by any other it ends the reading; and the results are those that stand together, up to the next
/// `Received`. Whatever a sender wrote stands below.
pub fn authentication(header: &[u8], trusted: &[String], from: Option<&str>) -> Option<Authentication> {
    let is_trusted =
        |name: &str| trusted.iter().any(|id| id.eq_ignore_ascii_case(name.trim_end_matches('.')));
    let mut found: Option<Findings> = None;
    for field in raw_fields(header) {
        if field.is("Received") {
            let ours = received_by(field.value).is_some_and(|host| is_trusted(&host));
            if found.is_some() || !ours {
                break;
            }
        } else if field.is("Authentication-Results")
            && let Some((server, results)) = results(field.value)
            && is_trusted(&server)
        {
            found.get_or_insert_default().add(results);
        }
    }
    let Findings { spf, dkim, dmarc } = found?;
    let verdict = verdict(from, spf.as_ref(), &dkim, dmarc.as_ref());
    Some(Authentication { verdict, spf, dkim, dmarc })
}

#[derive(Default)]
struct Findings {
    spf: Option<Check>,
    dkim: Vec<Check>,
    dmarc: Option<Check>,
}

impl Findings {
    /// What was said further up stays: it was said later.
    fn add(&mut self, results: Vec<(String, Check)>) {
        for (method, check) in results {
            match method.as_str() {
                "spf" => _ = self.spf.get_or_insert(check),
                "dmarc" => _ = self.dmarc.get_or_insert(check),
                "dkim" if self.dkim.len() < KEPT => self.dkim.push(check),
                _ => {}
            }
        }
    }
}

/// DMARC has the last word about From (RFC 7489). Without it a signature of the domain, or of one above it, proves it.
fn verdict(from: Option<&str>, spf: Option<&Check>, dkim: &[Check], dmarc: Option<&Check>) -> Verdict {
    let Some(from) = from else {
        let disowned = dmarc.is_some_and(|dmarc| dmarc.result == CheckResult::Fail);
        return if disowned { Verdict::Forged } else { Verdict::Unknown };
    };
    match dmarc {
        Some(Check { result: CheckResult::Fail, .. }) => return Verdict::Forged,
        Some(Check { result: CheckResult::Pass, domain }) => {
            return if domain.eq_ignore_ascii_case(from) { Verdict::Genuine } else { Verdict::Unknown };
        }
        _ => {}
    }
    let signed =
        dkim.iter().any(|check| check.result == CheckResult::Pass && is_or_above(&check.domain, from));
    if signed {
        return Verdict::Genuine;
    }
    let disowned = spf.is_some_and(|spf| spf.result == CheckResult::Fail && is_or_above(&spf.domain, from));
    if disowned { Verdict::Forged } else { Verdict::Unknown }
}

/// Whether a domain is `below` itself or one that `below` is part of.
fn is_or_above(domain: &str, below: &str) -> bool {
    let below = below.to_ascii_lowercase();
    let inside = || below.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    !domain.is_empty() && (below == domain || (domain.contains('.') && inside()))
}

/// The name of the server and its findings; none where the field is not understood (a version that is not 1).
fn results(value: &[u8]) -> Option<(String, Vec<(String, Check)>)> {
    let tokens = tokens(value);
    let mut parts = tokens.split(|token| *token == Token::Semicolon);
    let server = match parts.next()? {
        [Token::Word(server)] => server,
        [Token::Word(server), Token::Word(version)] if version == "1" => server,
        _ => return None,
    };
    let results = parts.filter_map(result).take(KEPT).collect();
    Some((server.clone(), results))
}

/// One finding: `method=result`, then properties (RFC 8601 §2.2).
fn result(part: &[Token]) -> Option<(String, Check)> {
    let mut pairs = pairs(part).into_iter();
    let (method, result) = pairs.next()?;
    let method = method.split('/').next().unwrap_or_default().to_owned();
    let properties: Vec<(String, String)> = pairs.collect();
    let property = |name: &str| {
        let value = properties.iter().find(|(key, _)| key == name).map(|(_, value)| domain(value));
        value.filter(|domain| !domain.is_empty())
    };
    let domain = match method.as_str() {
        "spf" => property("smtp.mailfrom").or_else(|| property("smtp.helo")),
        "dkim" => property("header.d").or_else(|| property("header.i")),
        "dmarc" => property("header.from"),
        _ => return None,
    };
    let result = match result.to_ascii_lowercase().as_str() {
        "pass" => CheckResult::Pass,
        "fail" | "hardfail" => CheckResult::Fail,
        "softfail" => CheckResult::SoftFail,
        "temperror" | "permerror" => CheckResult::Error,
        _ => CheckResult::Neutral,
    };
    Some((method, Check { result, domain: domain.unwrap_or_default() }))
}

/// The `key=value` pairs of a part; keys in lower case, with the white space around their dots left out.
fn pairs(part: &[Token]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut key = String::new();
    let mut at = 0;
    while let Some(token) = part.get(at) {
        at += 1;
        match token {
            Token::Word(word) => {
                let joined = word.starts_with(['.', '/']) || key.ends_with(['.', '/']);
                if !joined {
                    key.clear();
                }
                key.push_str(word);
            }
            Token::Equals if !key.is_empty() => {
                if let Some(Token::Word(value)) = part.get(at) {
                    pairs.push((key.to_ascii_lowercase(), value.clone()));
                    at += 1;
                }
                key.clear();
            }
            Token::Equals | Token::Semicolon => {}
        }
    }
    pairs
}

/// The domain of `a@b.test`, `@b.test`, `b.test` or `b.test.`, in lower case.
fn domain(value: &str) -> String {
    let domain = value.rsplit_once('@').map_or(value, |(_, domain)| domain);
    domain.trim_matches(['.', '<', '>']).to_lowercase()
}

/// The host that wrote a `Received` field (RFC 5321 §4.4).
fn received_by(value: &[u8]) -> Option<String> {
    let mut tokens = tokens(value).into_iter();
    tokens.find(|token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case("by")))?;
    match tokens.next()? {
        Token::Word(host) => Some(host),
        Token::Equals | Token::Semicolon => None,
    }
}

#[cfg(test)]
mod tests;
