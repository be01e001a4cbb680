//! Tests of `src/phone`.
