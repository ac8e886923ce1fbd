// What the language knows and this version cannot execute yet: one located error, before anything starts.

public import Vocabulary

extension Graph {
    /// The first task of a closure that uses such a part.
    public func firstUnsupported(in isWanted: IDMap<Bool>) -> Diagnostic? {
        for id in ids where isWanted[id] {
            if let part = self[id].unsupported.first {
                return Diagnostic(
                    .error, "\"\(self[id].name)\" uses \(part.value), which this version cannot execute yet",
                    at: part.range,
                    hint: "name targets that do not need it"
                )
            }
        }
        return nil
    }
}
