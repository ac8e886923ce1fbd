// A line of the lease protocol (docs/leases.md) as a request. Knows nothing of connections and of what is held.

internal import Conditions
internal import Vocabulary

/// What somebody wants who is connected.
struct LeaseRequest: Hashable, Sendable {
    /// Repeated in the answer.
    enum ID: Hashable, Sendable {
        case number(Int64)
        case text(String)
    }

    enum Operation: Hashable, Sendable {
        case hello(version: Int64)
        case lease(service: String)
        case release(lease: String)
        case lock(name: String)
        case unlock(name: String)
        case status
    }

    let id: ID
    let operation: Operation
}

/// A line that is no request.
struct LeaseRequestError: Error, Hashable, Sendable {
    /// As far as it could be read.
    let id: LeaseRequest.ID?
    /// One sentence.
    let message: String
}

extension LeaseRequest {
    /// - Parameter line: without its end.
    init(line: [UInt8]) throws(LeaseRequestError) {
        let members = try Members(line)
        let id = try members.id()
        self.id = id
        switch try members.text("op", id) {
        case "hello": operation = .hello(version: try members.number("protocol", id))
        case "lease": operation = .lease(service: try members.text("service", id))
        case "release": operation = .release(lease: try members.text("lease", id))
        case "lock": operation = .lock(name: try members.text("name", id))
        case "unlock": operation = .unlock(name: try members.text("name", id))
        case "status": operation = .status
        case let unknown:
            let near = suggestion(for: unknown, among: Members.operations).map { "; did you mean \"\($0)\"?" }
            throw LeaseRequestError(
                id: id,
                message: "there is no operation \"\(unknown)\""
                    + (near ?? "; there are \(Members.operations.joined(separator: ", "))"))
        }
    }
}

/// The members of one JSON object.
private struct Members {
    static let operations = ["hello", "lease", "release", "lock", "unlock", "status"]

    private let values: [DocumentNode.Entry]

    init(_ line: [UInt8]) throws(LeaseRequestError) {
        let node: DocumentNode
        do throws(DocumentError) { node = try JSONReader.read(line) } catch {
            throw LeaseRequestError(id: nil, message: "a request is one JSON object on a line: \(error.message)")
        }
        guard case .table(let entries) = node.content else {
            throw LeaseRequestError(id: nil, message: "a request is one JSON object on a line")
        }
        values = entries
    }

    func id() throws(LeaseRequestError) -> LeaseRequest.ID {
        switch scalar("id") {
        case .integer(let number): return .number(number)
        case .string(let text): return .text(text)
        default: throw LeaseRequestError(id: nil, message: "a request has an \"id\": a whole number or text")
        }
    }

    func text(_ name: String, _ id: LeaseRequest.ID) throws(LeaseRequestError) -> String {
        if case .string(let text) = scalar(name) { return text }
        throw LeaseRequestError(id: id, message: "\"\(name)\" has to be there and be text")
    }

    func number(_ name: String, _ id: LeaseRequest.ID) throws(LeaseRequestError) -> Int64 {
        if case .integer(let number) = scalar(name) { return number }
        throw LeaseRequestError(id: id, message: "\"\(name)\" has to be there and be a whole number")
    }

    private func scalar(_ name: String) -> Scalar? {
        guard let entry = values.first(where: { $0.key == name }), case .scalar(let scalar) = entry.value.content else {
            return nil
        }
        return scalar
    }
}
