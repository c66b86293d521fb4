//! Every target: hands the bytes to the function with the name of this program.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rescue_fuzz::run(env!("CARGO_BIN_NAME"), bytes));
