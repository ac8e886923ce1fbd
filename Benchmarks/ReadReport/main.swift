// Reads a report as the engine will, and says what that cost. Built by `Benchmarks/reports` only.

import Evidence
import Glibc

/// What this process has used, in seconds.
func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func peakKilobytes() -> Int {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss
}

/// Hands over a file (`-` is the standard input) piece by piece.
func feed(_ path: String, _ body: (UnsafeBufferPointer<UInt8>) throws(ReportError) -> Void) throws(ReportError) {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY)
    guard descriptor >= 0 else { fatalError("cannot read \(path)") }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while case let count = read(descriptor, buffer.baseAddress, buffer.count), count > 0 {
        try body(UnsafeBufferPointer(rebasing: buffer.assumingMemoryBound(to: UInt8.self)[..<count]))
    }
}

/// Reads the report; what is returned says what is in it, after the measurement.
func measure(_ kind: String, _ path: String) throws(ReportError) -> () -> String {
    if kind == "coverage" {
        let reader = CoverageReader()
        try feed(path) { (bytes) throws(ReportError) in try reader.feed(bytes) }
        let report = try reader.finish()
        return { "\(report.files.count) files" }
    }
    let reader = JUnitReader()
    try feed(path) { (bytes) throws(ReportError) in try reader.feed(bytes) }
    let report = try reader.finish()
    return { "\(report.counts.tests) tests \(report.counts.failed) failed" }
}

guard CommandLine.arguments.count == 3 else { fatalError("usage: readreport junit|coverage FILE") }
let start = cpuSeconds()
let result: () -> String
do throws(ReportError) {
    result = try measure(CommandLine.arguments[1], CommandLine.arguments[2])
} catch {
    result = { "refused at \(error.place.line):\(error.place.column): \(error.message)" }
}
let cost = cpuSeconds() - start
print("\(cost)\t\(peakKilobytes())\t\(result())")
