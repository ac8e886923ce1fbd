// The JSON lines of a run, read back. Uses another JSON reader than the program has a writer.

import Foundation

/// One line of `--json`.
struct RunEvent {
    let members: [String: Any]
    var name: String { members["event"] as? String ?? "" }
    var task: String? { members["task"] as? String }
    func text(_ name: String) -> String? { members[name] as? String }
    func object(_ name: String) -> RunEvent { RunEvent(members: members[name] as? [String: Any] ?? [:]) }
    func count(_ name: String) -> Int? { members[name] as? Int }
}

/// One JSON value that is an object; nil if the text is not.
func jsonObject(_ text: String) -> [String: Any]? {
    (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
}

extension Ending {
    /// Every line as an event; nil if one of them is not a JSON object.
    var events: [RunEvent]? {
        var events: [RunEvent] = []
        for line in out.split(separator: "\n") {
            guard let members = jsonObject(String(line)) else { return nil }
            events.append(RunEvent(members: members))
        }
        return events
    }

    /// How every task ended: `["a": "succeeded"]`.
    var outcomes: [String: String] {
        var outcomes: [String: String] = [:]
        for event in events ?? [] where event.name == "finished" {
            outcomes[event.task ?? ""] = event.text("outcome")
        }
        return outcomes
    }

    /// Why the tasks that ran did: `["a": "first run"]`.
    var reasons: [String: String] {
        var reasons: [String: String] = [:]
        for event in events ?? [] where event.text("decision") == "run" {
            reasons[event.task ?? ""] = event.object("reason").text("text")
        }
        return reasons
    }
}
