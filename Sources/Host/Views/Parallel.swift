// Blocking work on several threads at once. Knows nothing of the work.

internal import Glibc
internal import Ports
internal import Synchronization

/// Calls the body for every number below `count`, on as many threads as there are processors, and waits for all.
/// - Throws: the error of the smallest number that failed; the others are still done.
func inParallel(_ count: Int, _ body: @escaping @Sendable (Int) throws(ViewError) -> Void) throws(ViewError) {
    // A thread costs some 20 µs; handing out small batches keeps the counter cool.
    let batch = 16
    let threads = min(8, sysconf(Int32(_SC_NPROCESSORS_ONLN)), (count + batch - 1) / batch)
    let work = SharedWork(count: count, batch: batch, body: body)
    var others: [pthread_t] = []
    for _ in 1..<max(1, threads) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(work)
        let failed = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<SharedWork>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        if failed != 0 {
            context.release()
            break
        }
        others.append(thread)
    }
    work.run()
    for thread in others { pthread_join(thread, nil) }
    if let error = work.firstError { throw error }
}

private final class SharedWork: Sendable {
    private let count: Int
    private let batch: Int
    private let body: @Sendable (Int) throws(ViewError) -> Void
    private let next = Atomic<Int>(0)
    private let failure = Mutex<(number: Int, error: ViewError)?>(nil)

    init(count: Int, batch: Int, body: @escaping @Sendable (Int) throws(ViewError) -> Void) {
        self.count = count
        self.batch = batch
        self.body = body
    }

    var firstError: ViewError? { failure.withLock { $0?.error } }

    func run() {
        while true {
            let first = next.add(batch, ordering: .relaxed).oldValue
            guard first < count else { return }
            for number in first..<min(count, first + batch) { perform(number) }
        }
    }

    private func perform(_ number: Int) {
        do {
            try body(number)
        } catch {
            failure.withLock { if $0.map({ number < $0.number }) ?? true { $0 = (number, error) } }
        }
    }
}

/// A value several threads write parts of.
final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { value in body(&value) }
    }
}
