// Whose terminal it is. Knows nothing of what is printed on it.

internal import CLinux
internal import Glibc

/// The terminal on standard input, as job control sees it.
enum Terminal {
    static let descriptor: Int32 = 0

    /// Whether there is one, and this program is in its foreground.
    static var isOurs: Bool { isatty(descriptor) == 1 && tg_foreground(descriptor) == getpgrp() }

    static func give(to group: Int32) {
        tg_set_foreground(descriptor, group)
    }

    static func takeBack() {
        tg_set_foreground(descriptor, getpgrp())
    }
}
