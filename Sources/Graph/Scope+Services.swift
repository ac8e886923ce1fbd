// What `${{ service.NAME.FIELD }}` and `${{ self.FIELD }}` may name. Their values are known only when instances run.

import Manifest
import Vocabulary

extension Scope {
    /// As it was written: the value is put in when the service runs. Nil after an error was reported.
    func serviceReference(_ reference: Template.Reference) -> String? {
        let (name, field) = (reference.path[1], reference.path[2])
        guard services.contains(name) else {
            findings.error(
                "\"\(reference.name)\" has no value here", at: reference.range,
                hint: services.isEmpty || suggestion(for: name, among: services.sorted()) == nil
                    ? "a task that names it under `uses:` can ask for it, not a variable or another task"
                    : "did you mean \"service.\(suggestion(for: name, among: services.sorted()) ?? "").\(field)\"?")
            return nil
        }
        if let scope = leasedByModules[name] {
            findings.error(
                "\"\(reference.name)\" has no value here: test modules lease \"\(name)\" while the task runs",
                at: reference.range, notes: [.init("\"\(name)\" has the scope `module` here", at: scope)],
                hint: "let the tests lease it, as docs/leases.md says, or use a service of `scope: task`")
            return nil
        }
        return checked(field, reference) ? "${{ \(reference.name) }}" : nil
    }

    /// The field of the instance itself; nil after an error was reported.
    func ownField(_ reference: Template.Reference) -> String? {
        guard isInService, reference.path.count == 2 else {
            findings.error(
                "\"\(reference.name)\" has a value only inside of a service", at: reference.range,
                hint: "write \"service.NAME.\(reference.path.last ?? "")\" in a task that uses the service")
            return nil
        }
        return checked(reference.path[1], reference) ? reference.path[1] : nil
    }

    private func checked(_ field: String, _ reference: Template.Reference) -> Bool {
        let known = ServiceAddress.fields
        if known.contains(field) { return true }
        findings.error(
            "a service has no \"\(field)\"", at: reference.range,
            hint: suggestion(for: field, among: known).map { "did you mean \"\($0)\"?" }
                ?? "it has \(known.joined(separator: ", "))")
        return false
    }
}
