//! What happens, line by line: the report while it grows. It has no keys, and of addresses the last two bytes.

/// Remembers which line of the report was the last one told.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    last: String,
}

impl Trace {
    /// The lines that are new.
    pub(crate) fn news<'a>(&mut self, report: &'a str) -> Vec<&'a str> {
        let lines: Vec<&str> = report.lines().collect();
        let told = lines.iter().rposition(|line| *line == self.last).map_or(0, |index| index + 1);
        if let Some(last) = lines.last() {
            (*last).clone_into(&mut self.last);
        }
        lines.get(told..).unwrap_or_default().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_told_once_also_where_the_first_ones_go() {
        let mut trace = Trace::default();
        assert_eq!(trace.news("head\na\nb\n"), ["head", "a", "b"]);
        assert!(trace.news("head\na\nb\n").is_empty());
        assert_eq!(trace.news("head\nb\nc\nd\n"), ["c", "d"]);
        assert_eq!(trace.news("head\ne\n"), ["head", "e"], "a new task begins anew");
    }
}
