//! What a check has to do: what is on the server, against what is remembered.
