// `when` and `platforms`: whether a task takes part at all on this machine, in this run.

import Manifest
import Vocabulary

extension Resolver {
    /// Why the task is left out, or nil.
    ///
    /// - Parameter itemIsKnown: false for a task whose instances are not known yet: what depends on the item waits.
    func skipReason(_ keys: SharedKeys, _ scope: Scope, itemIsKnown: Bool) -> String? {
        if let platforms = keys.platforms, !platforms.contains(where: { isThisPlatform($0.value) }) {
            return "it runs on \(platforms.map(\.value).joined(separator: ", ")); this is \(context.platform)"
        }
        guard let when = keys.when, itemIsKnown || !when.mentionsItem, let text = scope.text(when) else { return nil }
        guard let holds = truth(text) else {
            findings.error(
                "`when` wants true, false, or a comparison; this is \"\(text)\"", at: when.range,
                hint: "write `A == B` or `A != B`, for example `${{ env.CI }} == true`"
            )
            return nil
        }
        return holds ? nil : "`when: \(text)` does not hold"
    }

    /// `linux` names the system, `linux/x86_64` the machine too.
    private func isThisPlatform(_ platform: String) -> Bool {
        context.platform == platform || context.platform.hasPrefix(platform + "/")
    }

    private func truth(_ text: String) -> Bool? {
        for (comparison, isEqual) in [("==", true), ("!=", false)] {
            if let sides = split(text, at: comparison) { return (sides.0 == sides.1) == isEqual }
        }
        switch trimmed(Substring(text)) {
        case "true": return true
        case "false", "": return false
        default: return nil
        }
    }

    private func split(_ text: String, at separator: String) -> (String, String)? {
        let bytes = Array(text.utf8)
        let mark = Array(separator.utf8)
        guard let index = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return nil }
        return (
            trimmed(Substring(decoding: bytes[..<index], as: UTF8.self)),
            trimmed(Substring(decoding: bytes[(index + mark.count)...], as: UTF8.self))
        )
    }

    private func trimmed(_ text: Substring) -> String {
        let blanks: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" }
        let head = text.drop(while: blanks)
        return String(head[..<(head.lastIndex { !blanks($0) }.map(head.index(after:)) ?? head.startIndex)])
    }
}
