// What `scripts/sanitize thread --self-check` runs: four threads that append to one list, with a lock or without.

import Glibc

final class Shared: @unchecked Sendable {
    let guarded = Mutex([Int]())
    var bare = 0
    let takesLock = CommandLine.arguments.dropFirst().first == "locked"
}

let shared = Shared()
var threads: [pthread_t] = []
for _ in 0..<4 {
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { argument in
            let shared = Unmanaged<Shared>.fromOpaque(argument!).takeUnretainedValue()
            for number in 0..<1_000 {
                shared.guarded.withLock { if $0.count < 10 { $0.append(number) } else { $0 = [] } }
                if !shared.takesLock { shared.bare += 1 }
            }
            return nil
        }, Unmanaged.passUnretained(shared).toOpaque())
    threads.append(thread)
}
for thread in threads { pthread_join(thread, nil) }
