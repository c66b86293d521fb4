//! Bytes read as a script: numbers and pieces, one after another. What is missing at the end counts as zero or empty.

/// What is left of the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    /// From the first byte on.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether nothing is left.
    pub const fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let (&first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        first
    }

    /// The next so many bytes, or fewer if there are not as many.
    pub fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at_checked(length).unwrap_or((self.0, &[]));
        self.0 = rest;
        taken
    }

    /// A byte, and as many bytes as it says.
    pub fn piece(&mut self) -> &'a [u8] {
        let length = self.byte();
        self.take(usize::from(length))
    }

    /// The bytes before the next one with this value, which is taken as well.
    pub fn take_until(&mut self, end: u8) -> &'a [u8] {
        let length = self.0.iter().position(|byte| *byte == end).unwrap_or(self.0.len());
        let taken = self.take(length);
        self.byte();
        taken
    }

    /// Just so many bytes, filled up with zeros.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        for (to, from) in array.iter_mut().zip(self.take(N)) {
            *to = *from;
        }
        array
    }

    /// Everything that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        self.take(usize::MAX)
    }

    /// One of several; the first where there are none to choose from but one.
    pub fn one_of<T: Copy>(&mut self, choices: &[T], otherwise: T) -> T {
        let place = usize::from(self.byte()).checked_rem(choices.len());
        place.and_then(|place| choices.get(place)).copied().unwrap_or(otherwise)
    }
}
