//! Tests of `src/config`.
