// The trace event format: events as JSON objects in one document, and the numbers of lanes. Knows no tasks.

import Vocabulary

/// Appends trace events. Times are nanoseconds; the format wants microseconds.
struct TraceWriter: Sendable {
    private var bytes: [UInt8] = []
    private var isFirst = true

    /// What was written since the last time.
    mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    mutating func end() {
        if isFirst { bytes.append(TraceWriter.head) }
        isFirst = false
        bytes.append("\n]}\n")
    }

    mutating func name(process name: String) {
        add("process_name", "M", nil, nil, [("args", .object([("name", .string(name))]))])
    }

    mutating func name(lane: Int, _ name: String) {
        add("thread_name", "M", lane, nil, [("args", .object([("name", .string(name))]))])
        add("thread_sort_index", "M", lane, nil, [("args", .object([("sort_index", .count(lane))]))])
    }

    mutating func complete(
        _ name: String, _ category: String, _ lane: Int, from start: UInt64, to end: UInt64,
        _ details: [(String, JSON?)], color: String? = nil
    ) {
        add(
            name, "X", lane, start,
            [
                ("dur", .microseconds(end - start)), ("cat", .string(category)), ("cname", color.map(JSON.string)),
                ("args", .object(dropping: details)),
            ])
    }

    /// An asynchronous event: many may go on at once without a lane each.
    mutating func span(_ name: String, _ category: String, id: UInt32, from start: UInt64, to end: UInt64) {
        let identity: [(String, JSON?)] = [("cat", .string(category)), ("id", .string(String(id)))]
        add(name, "b", nil, start, identity)
        add(name, "e", nil, end, identity)
    }

    mutating func counters(_ values: [(String, Int)], at time: UInt64) {
        add("tasks", "C", nil, time, [("args", .object(values.map { ($0, .count($1)) }))])
    }

    mutating func instant(_ name: String, at time: UInt64) {
        add(name, "i", nil, time, [("s", .string("g"))])
    }

    /// - Parameter lane: nil is a lane of its own for what belongs to none.
    private mutating func add(
        _ name: String, _ phase: String, _ lane: Int?, _ time: UInt64?, _ more: [(String, JSON?)]
    ) {
        bytes.append(isFirst ? TraceWriter.head : ",\n")
        isFirst = false
        let head: [(String, JSON?)] = [
            ("name", .string(name)), ("ph", .string(phase)), ("pid", .count(1)), ("tid", .count(lane ?? 0)),
            ("ts", time.map(JSON.microseconds)),
        ]
        bytes += JSON.object(dropping: head + more).bytes
    }

    private static let head = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"
}

/// Numbers of lanes from 1, the lowest free one first.
struct TraceLanes: Sendable {
    private var isTaken: [Bool] = []

    mutating func take() -> (number: Int, isNew: Bool) {
        if let free = isTaken.firstIndex(of: false) {
            isTaken[free] = true
            return (free + 1, false)
        }
        isTaken.append(true)
        return (isTaken.count, true)
    }

    mutating func give(back number: Int) { isTaken[number - 1] = false }
}
