// The targets as libFuzzer's driver calls them: by a name once, and then with bytes.

import Synchronization

private let chosen = Mutex(FuzzTarget.yaml)

/// Whether there is a target of this name; it is the one from now on.
@_cdecl("tg_fuzz_choose")
public func chooseFuzzTarget(_ name: UnsafePointer<CChar>) -> Bool {
    guard let target = FuzzTarget(rawValue: String(cString: name)) else { return false }
    chosen.withLock { $0 = target }
    return true
}

/// Feeds one input; always 0, which means that the input may join the corpus.
@_cdecl("tg_fuzz_run")
public func runFuzzTarget(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
    chosen.withLock { $0 }.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
    return 0
}
