// "Did you mean": the nearest known name. Pure string distance, no knowledge of what the names are.

/// The candidate nearest to a misspelt name.
///
/// Damerau–Levenshtein distance (optimal string alignment) of at most a third of the name's length, at least 1; of a
/// name of one character nothing is near. Ties go to the candidate that comes first.
public func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
    guard name.unicodeScalars.count > 1 else { return nil }
    let limit = max(1, name.unicodeScalars.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in candidates {
        let distance = editDistance(Array(name.unicodeScalars), Array(candidate.unicodeScalars))
        if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
}

private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in 1...left.count {
        var row = [i]
        for j in 1...right.count {
            let substitution = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
            var distance = min(last[j] + 1, row[j - 1] + 1, substitution)
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                distance = min(distance, beforeLast[j - 2] + 1)
            }
            row.append(distance)
        }
        beforeLast = last
        last = row
    }
    return last[right.count]
}
