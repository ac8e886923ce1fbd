// The seam to job tokens as GNU make deals them: bytes in a pipe, one for each further job. Decides nothing.

/// Where job tokens lie until somebody takes them. Nothing here waits. Used by one thread; processes take tokens and put
/// them back at any moment.
public protocol TokenSource: AnyObject {
    /// Readable when a token lies there.
    var descriptor: Int32 { get }
    /// Puts tokens there.
    /// - Returns: how many found room.
    func put(_ count: Int) -> Int
    /// Takes tokens away.
    /// - Returns: how many there were.
    func take(atMost count: Int) -> Int
}

/// A pipe of our own, for one task after the other.
public protocol TokenPipe: TokenSource {
    /// What is handed to processes, which may set its flags.
    var shared: Int32 { get }
    /// Where processes can open it.
    var path: String { get }
    /// How many tokens lie there.
    var unread: Int { get }
    /// Takes everything away, and sets the flags of `shared` back.
    func clear()
}
