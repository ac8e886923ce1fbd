// Whether a value that came from the cache may still be used: `max-age` and `same-run`. Reads no clock.

public import Vocabulary

extension MetricDefinition {
    /// Why this value has to be measured again; nil: it may be used.
    ///
    /// - Parameters:
    ///   - run: the run that asks.
    ///   - now: nanoseconds since the epoch.
    public func objection(to value: Measurement, in run: String, now: UInt64) -> String? {
        let origin = value.provenance
        if isSameRun, origin.run != run || origin.isRestored {
            return "\(name) was measured in run \(origin.run), and `same-run` wants it measured in this one"
        }
        // A clock that was set back makes nothing old.
        let age = now > origin.time ? now - origin.time : 0
        if let maximumAge, age > maximumAge {
            return "\(name) was measured \(MetricProse.age(age)) ago, and `max-age` is \(MetricProse.age(maximumAge))"
        }
        return nil
    }
}
