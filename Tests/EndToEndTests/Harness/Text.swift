// What differs between two runs of the same thing, taken out of texts.

extension String {
    /// With `TIME` for every duration that is printed for people.
    var withoutTimes: String {
        replacing(/(<1 ms|\d+ d \d+ h|\d+ h \d+ min|\d+ min \d+ s|\d+\.\d s|\d+ ms)/) { _ in "TIME" }
    }

    /// With `CLOCK` for every moment at which a run began.
    var withoutClocks: String {
        replacing(/(\d{4}-\d\d-\d\d )?\b\d\d:\d\d\b/) { _ in "CLOCK" }
    }

    /// Whether a terminal would do anything but print it.
    var hasControls: Bool { unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" } }

    func count(of part: String) -> Int { ranges(of: part).count }
}

extension Ending {
    /// The lines of its output without durations.
    var lines: [String] { out.withoutTimes.split(separator: "\n").map(String.init) }
}
