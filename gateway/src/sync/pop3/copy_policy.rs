//! When a copy on the server may be deleted. Nothing else ever deletes one.
