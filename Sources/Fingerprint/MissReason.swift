// Why a key has no usable result: against the most similar earlier result of the same task.

public import Vocabulary

/// The reason for running a task whose key has no successful record.
///
/// - Parameters:
///   - listing: of the key that was looked up.
///   - earlier: results of the same task, the latest first.
public func missReason(for listing: KeyListing, earlier: [ActionRecord]) -> RunReason {
    var best: [KeyChange]?
    for record in earlier {
        let changes = listing.changes(since: record.listing)
        if changes.isEmpty { return .failedBefore }
        if changes.count < best?.count ?? .max { best = changes }
    }
    return best.map { .changed($0.sorted { $0.rank < $1.rank }) } ?? .neverRan
}

extension KeyChange {
    /// The more telling a kind of change is to a person, the lower.
    fileprivate var rank: Int {
        switch kind {
        case .input: 0
        case .command: 1
        case .definition: 2
        case .environment: 3
        case .argument, .string: 4
        case .dependency: 5
        case .tool: 6
        case .workspace: 7
        case .service, .secret: 8
        case .platform, .format: 9
        }
    }
}
