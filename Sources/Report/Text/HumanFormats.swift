// Durations, sizes and counts as people read them. Knows no clock and no locale: the words are English, always.

/// A duration: `<1 ms`, `12 ms`, `0.3 s`, `1 min 12 s`, `3 h 5 min`, `5 d 3 h`. Rounds half up, except for hours and
/// days, whose last unit is cut.
/// - Parameter nanoseconds: the duration.
public func humanDuration(_ nanoseconds: UInt64) -> String {
    if nanoseconds < 1_000_000 { return "<1 ms" }
    let milliseconds = nanoseconds.rounded(to: 1_000_000)
    if milliseconds < 100 { return "\(milliseconds) ms" }
    let tenths = nanoseconds.rounded(to: 100_000_000)
    if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
    let seconds = nanoseconds.rounded(to: 1_000_000_000)
    if seconds < 3_600 { return "\(seconds / 60) min \(seconds % 60) s" }
    let minutes = seconds / 60
    if minutes < 48 * 60 { return "\(minutes / 60) h \(minutes % 60) min" }
    return "\(minutes / 1_440) d \(minutes % 1_440 / 60) h"
}

/// A size in decimal units: `999 B`, `1.0 kB`, `12.3 MB`. Rounds half up.
public func humanBytes(_ bytes: UInt64) -> String {
    if bytes < 1_000 { return "\(bytes) B" }
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
    var scale: UInt64 = 100
    for unit in units.dropLast() {
        let tenths = bytes.rounded(to: scale)
        if tenths < 10_000 { return "\(tenths / 10).\(tenths % 10) \(unit)" }
        scale *= 1_000
    }
    let tenths = bytes.rounded(to: scale)
    return "\(tenths / 10).\(tenths % 10) \(units[units.count - 1])"
}

/// A count with its thousands apart: `100,000`.
public func humanCount(_ count: Int) -> String {
    var digits = String(count.magnitude)
    var position = digits.count - 3
    while position > 0 {
        digits.insert(",", at: digits.index(digits.startIndex, offsetBy: position))
        position -= 3
    }
    return count < 0 ? "-" + digits : digits
}

/// A count and its noun: `1 task`, `2 tasks`, `3 dependencies`.
func counted(_ count: Int, _ singular: String, _ plural: String? = nil) -> String {
    "\(humanCount(count)) \(count == 1 ? singular : plural ?? singular + "s")"
}

extension UInt64 {
    /// How many whole units, rounded half up; does not overflow.
    fileprivate func rounded(to unit: UInt64) -> UInt64 {
        self / unit + (self % unit >= unit / 2 ? 1 : 0)
    }
}
