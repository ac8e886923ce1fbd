// A declared probe as what is to be tried, once its variables are known. Tries nothing.

public import Vocabulary

extension ProbeDeclaration {
    /// What the probe tries, or the first mistake in it that only the values of variables show.
    /// - Parameters:
    ///   - text: the text of a template.
    ///   - purpose: what it stands under: `ready` or `live`. What is not declared is that purpose's default.
    public func spec(
        for purpose: ProbePurpose, _ text: (Template) -> String
    ) -> Result<ProbeSpec, ProbeDeclarationError> {
        for option in options {
            let value = text(option.value)
            guard let wants = Self.objection(to: value, as: option.name.value) else { continue }
            let message = "`\(kind.value.rawValue).\(option.name.value)` wants \(wants), got \"\(value)\""
            return .failure(ProbeDeclarationError(diagnostic: Diagnostic(.error, message, at: option.value.range)))
        }
        let values = ProbeOptions(options.map { ($0.name.value, text($0.value)) })
        return .success(ProbeSpec(specKind(values, text), at: address(values), timing: timing(for: purpose)))
    }

    /// What an option wants instead of a value; nil when the value will do.
    static func objection(to value: String, as option: String) -> String? {
        switch option {
        case "port": UInt16(value).map { $0 > 0 } == true ? nil : "a port from 1 to 65535"
        case "status": HTTPExpectation.statuses(value) == nil ? "a status such as 200, 2xx or 200-299" : nil
        default: nil
        }
    }

    private func specKind(_ values: ProbeOptions, _ text: (Template) -> String) -> ProbeKind {
        switch kind.value {
        case .postgres: .postgres(query: values["query"], parameters: [])
        case .redis: .redis
        case .tcp: .tcp
        case .http: .http(expectation(values))
        case .exec: .exec(executed(text))
        case .log: .log(pattern: values["pattern"] ?? "", file: values["file"])
        case .file: .file(path: values["path"] ?? "", contains: values["contains"])
        case .notify: .notify
        }
    }

    private func executed(_ text: (Template) -> String) -> Command {
        switch command {
        case .script(let script): .script(text(script))
        case .arguments(let words, _): .arguments(words.map(text))
        case nil: .arguments([])
        }
    }

    private func expectation(_ values: ProbeOptions) -> HTTPExpectation {
        let headers = values.pairs.filter { $0.name.hasPrefix("header.") }
        return HTTPExpectation(
            path: values["path"] ?? "/",
            headers: headers.map { ConnectionParameter(name: String($0.name.dropFirst(7)), value: $0.value) },
            statuses: values.all("status").compactMap(HTTPExpectation.statuses), contains: values["contains"],
            body: values["body"]
        )
    }

    private func address(_ values: ProbeOptions) -> ProbeAddress {
        ProbeAddress(
            host: values["host"], port: values["port"].flatMap { UInt16($0) }, user: values["user"],
            password: values["password"], database: values["database"]
        )
    }

    private func timing(for purpose: ProbePurpose) -> ProbeTiming {
        var timing = purpose == .startup ? ProbeTiming.startup : ProbeTiming.liveness
        if let initialDelay { timing.initialDelay = initialDelay.value.nanoseconds }
        if let period { timing.period = period.value.nanoseconds }
        if let timeout { timing.timeout = timeout.value.nanoseconds }
        if let successThreshold { timing.successThreshold = successThreshold.value }
        if let failureThreshold { timing.failureThreshold = failureThreshold.value }
        if let deadline { timing.deadline = deadline.value.nanoseconds }
        return timing
    }
}

/// A value of a probe is not what its option wants.
public struct ProbeDeclarationError: Error, Hashable, Sendable {
    public let diagnostic: Diagnostic
}

/// Options with their values, by name.
private struct ProbeOptions {
    let pairs: [(name: String, value: String)]

    init(_ pairs: [(name: String, value: String)]) {
        self.pairs = pairs
    }

    subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }
}
