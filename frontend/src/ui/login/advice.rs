//! What to do when signing in failed. Pure.

use crate::model::failure::what_to_do;
use postern_shared::{error::ErrorCode, session::HttpFailure};

/// What was kept and what to do. Signing in has advice of its own where the password's safety is the question, or
/// where nothing tries again by itself.
pub fn advice(failure: &HttpFailure) -> String {
    if let Some(seconds) = failure.retry_after {
        return format!("Try again in {seconds} seconds.");
    }
    match failure.failure.code {
        ErrorCode::WrongPassword => {
            "Check both and try again. Some servers want a password made for mail programs."
        }
        ErrorCode::ServerUnreachable => {
            "Check the server's name and port, and that you are online, then try again."
        }
        ErrorCode::ServerBroken => "Check the port and the security setting, or try again later.",
        ErrorCode::ServerUnavailable => "Nothing is wrong with your password. Try again in a few minutes.",
        ErrorCode::BadCertificate => "Your password was not sent. Tell whoever runs the mail server.",
        ErrorCode::TlsUnavailable => {
            "Your password was not sent. Choose TLS, or ask whoever runs the mail server."
        }
        ErrorCode::InsecureForbidden => "Your password was not sent. Choose TLS or STARTTLS.",
        code => what_to_do(code),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_shared::error::Failure;

    #[test]
    fn a_wait_is_told_in_seconds() {
        let failure =
            |retry_after| HttpFailure { failure: Failure::new(ErrorCode::RateLimited, ""), retry_after };
        assert_eq!(advice(&failure(Some(30))), "Try again in 30 seconds.");
        assert_eq!(advice(&failure(None)), what_to_do(ErrorCode::RateLimited));
    }
}
