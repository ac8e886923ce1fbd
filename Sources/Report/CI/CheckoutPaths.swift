// Paths as annotations want them: relative to the checkout. Looks at no disk.

/// Where paths start from in one run.
public struct CheckoutPaths: Sendable {
    /// Absolute; `GITHUB_WORKSPACE`. Nil: paths stay as they are.
    let workspace: String?
    /// Absolute; paths of diagnostics start here.
    let working: String
    /// Absolute; paths of tests start here.
    let root: String

    public init(workspace: String?, working: String, root: String) {
        self.workspace = workspace
        self.working = working
        self.root = root
    }

    /// A path that a diagnostic shows.
    func shown(_ path: String) -> String { inCheckout(path, from: working) }

    /// A path relative to the project's root.
    func inRoot(_ path: String) -> String { inCheckout(path, from: root) }

    /// Without the checkout's path in front; what lies elsewhere stays absolute.
    private func inCheckout(_ path: String, from base: String) -> String {
        guard let workspace else { return path }
        let parts = components(path.hasPrefix("/") ? path : base + "/" + path)
        let checkout = components(workspace)
        guard parts.starts(with: checkout), parts.count > checkout.count else {
            return "/" + parts.joined(separator: "/")
        }
        return parts[checkout.count...].joined(separator: "/")
    }

    private func components(_ path: String) -> [Substring] {
        path.split(separator: "/").reduce(into: []) { parts, part in
            if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(part) }
        }
    }
}
