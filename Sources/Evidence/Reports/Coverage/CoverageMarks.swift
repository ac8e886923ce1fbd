// Lines or branches of files, each reached or not, from records that may repeat each other. One word each.

/// Things with a number, of which some were reached.
struct CoverageMarks {
    /// The number doubled, with 1 for reached.
    private var marks: [UInt64] = []

    mutating func add(_ number: UInt64, reached: Bool) {
        marks.append(number << 1 | (reached ? 1 : 0))
    }

    /// A thing that was reached once is reached.
    func tally() -> CoverageTally {
        var tally = CoverageTally()
        let sorted = marks.sorted()
        for (index, mark) in sorted.enumerated()
        where index + 1 == sorted.count || sorted[index + 1] >> 1 != mark >> 1 {
            tally.valid += 1
            tally.covered += Int(mark & 1)
        }
        return tally
    }
}

/// The files of one report, by path.
struct CoveredFiles<Content> {
    private(set) var paths: [String] = []
    private(set) var contents: [Content] = []
    private var indices: [String: Int] = [:]
    private let root: String?

    init(root: String?) {
        self.root = root.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    }

    /// The index of a file, which is added if it is new.
    mutating func index(of path: String, new: @autoclosure () -> Content) -> Int {
        let path = relative(path)
        if let index = indices[path] { return index }
        indices[path] = paths.count
        paths.append(path)
        contents.append(new())
        return paths.count - 1
    }

    mutating func change(_ index: Int, _ body: (inout Content) -> Void) {
        body(&contents[index])
    }

    /// The path from the root on, if it is beneath it.
    func relative(_ path: String) -> String {
        guard let root, path.hasPrefix(root) else { return path }
        return String(path.dropFirst(root.count))
    }
}
