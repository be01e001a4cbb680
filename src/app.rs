//! The program: build, then run until a signal.
