#![doc = include_str!("../README.md")]
//!
//! This module exists for doctests only: they compile and run the README's Rust.
