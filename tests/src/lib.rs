//! Starts the whole system for people and for tests.
