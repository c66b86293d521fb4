//! Writes the Kotlin side of the bindings from the built library. Its version is that of the library's scaffolding,
//! so the two always fit.

fn main() {
    uniffi::uniffi_bindgen_main();
}
