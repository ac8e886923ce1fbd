// Going on in the background: what the process there tells the one that made it. Does not know what either does.

internal import CLinux
internal import Glibc

/// Two processes after `detach`: one that waits for the other's words, and the other.
public enum Background {
    /// The one that was asked, and waits.
    case here(BackgroundReport)
    /// The one that goes on.
    case there(BackgroundVoice)

    /// To be called before there are threads.
    /// - Returns: nil when the kernel makes no process; the reason is `errno`.
    public static func detach() -> Background? {
        var end: Int32 = -1
        switch tg_detach(&end) {
        case 0: return .there(BackgroundVoice(end))
        case 1...: return .here(BackgroundReport(end))
        default: return nil
        }
    }
}

/// What the process in the background said until it let go.
public struct BackgroundReport: Sendable {
    public private(set) var errors = ""
    /// The exit status for who waits; nil: it died before it said one.
    public private(set) var status: Int32?

    fileprivate init(_ end: Int32) {
        guard let end = Descriptor(end) else { return }
        var bytes: [UInt8] = []
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
            while case .bytes(let count) = end.read(into: buffer) { bytes += buffer[..<count] }
        }
        // A kind, and a text that ends with a zero.
        for part in bytes.split(separator: 0) {
            let text = String(decoding: part.dropFirst(), as: UTF8.self)
            switch part.first {
            case UInt8(ascii: "e"): errors += text
            default: status = Int32(text)
            }
        }
    }
}

/// The way from the background to who waits.
public final class BackgroundVoice {
    private let end: Int32
    private var isOpen = true

    fileprivate init(_ end: Int32) {
        self.end = end
    }

    /// Readable when who waited is gone.
    public var descriptor: Int32 { end }

    public func error(_ text: String) { tell("e" + text) }

    /// Says the exit status; who waited goes.
    public func finish(_ status: Int32) {
        tell("s\(status)")
        if isOpen { close(end) }
        isOpen = false
    }

    private func tell(_ text: String) {
        guard isOpen else { return }
        var bytes = (Array(text.utf8) + [0])[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { tg_tell(end, $0.baseAddress!, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes.removeFirst(count)
        }
    }
}
