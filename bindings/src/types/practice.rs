//! The mirror of what a practice band shows.

use rescue_core::practice;

mirror! {
    /// How the practice band looks.
    Face = practice::Face {
        /// Nothing to see.
        Dark,
        /// It asks for a tap.
        Prompt,
        /// It vibrates.
        Buzzing,
        /// It asks to be paired.
        PairingScreen,
        /// It restarts, or is being erased.
        Restarting,
    }
}
