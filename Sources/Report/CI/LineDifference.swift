// What differs between two texts, line by line. Knows nothing of what they are.

/// Lines that only the first text has with `-`, those that only the second has with `+`, each block below the number of
/// the first text's line that it stands at. Empty when the texts are the same.
public func lineDifference(_ before: String, _ after: String) -> String {
    let old = before.split(separator: "\n", omittingEmptySubsequences: false)
    let new = after.split(separator: "\n", omittingEmptySubsequences: false)
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in new.difference(from: old) {
        switch change {
        case .remove(let offset, _, _): removed.insert(offset)
        case .insert(let offset, _, _): added.insert(offset)
        }
    }
    var text = ""
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
        if !removed.contains(left), !added.contains(right) {
            left += 1
            right += 1
            continue
        }
        text += "@@ line \(left + 1) @@\n"
        while removed.contains(left) {
            text += "-\(old[left])\n"
            left += 1
        }
        while added.contains(right) {
            text += "+\(new[right])\n"
            right += 1
        }
    }
    return text
}
