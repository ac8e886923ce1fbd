// Names of things as small integers, and tables keyed by them. Knows nothing of what a task is.

/// A task of a frozen graph: its position in declaration order. Only meaningful together with that graph.
public struct TaskID: Hashable, Comparable, Sendable {
    public let rawValue: UInt32

    @inlinable
    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    @inlinable
    public init(_ index: Int) {
        self.rawValue = UInt32(truncatingIfNeeded: index)
    }

    /// The same number as an array index.
    @inlinable
    public var index: Int { Int(rawValue) }

    @inlinable
    public static func < (lhs: TaskID, rhs: TaskID) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// A dense table with one value per task of a graph.
public struct IDMap<Value> {
    public var values: [Value]

    @inlinable
    public init(repeating value: Value, count: Int) {
        values = Array(repeating: value, count: count)
    }

    @inlinable
    public init(_ values: [Value]) {
        self.values = values
    }

    @inlinable
    public var count: Int { values.count }

    /// All ids of the table in order.
    @inlinable
    public var ids: some Sequence<TaskID> { (0..<UInt32(values.count)).lazy.map { TaskID($0) } }

    @inlinable
    public subscript(id: TaskID) -> Value {
        get { values[id.index] }
        _modify { yield &values[id.index] }
    }
}

extension IDMap: Sendable where Value: Sendable {}
extension IDMap: Equatable where Value: Equatable {}
