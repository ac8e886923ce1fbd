// The calls that change the disk for good, each with a crash point behind it. Does not know who changes what.
//
// In this room these names hide the C library's, so that no change escapes the tests that kill the program after each
// one (`faults.h`). What creates files by opening says so itself; SQLite's changes are counted by statement.

internal import CLinux
internal import Glibc

@discardableResult @inline(__always)
func rename(_ old: UnsafePointer<CChar>!, _ new: UnsafePointer<CChar>!) -> Int32 {
    tg_effected(tg_effect_rename, Glibc.rename(old, new))
}

@discardableResult @inline(__always)
func renameat(
    _ from: Int32, _ old: UnsafePointer<CChar>!, _ to: Int32, _ new: UnsafePointer<CChar>!
) -> Int32 {
    tg_effected(tg_effect_rename, Glibc.renameat(from, old, to, new))
}

@discardableResult @inline(__always)
func unlink(_ path: UnsafePointer<CChar>!) -> Int32 {
    tg_effected(tg_effect_remove, Glibc.unlink(path))
}

@discardableResult @inline(__always)
func unlinkat(_ directory: Int32, _ name: UnsafePointer<CChar>!, _ flags: Int32) -> Int32 {
    tg_effected(tg_effect_remove, Glibc.unlinkat(directory, name, flags))
}

@discardableResult @inline(__always)
func rmdir(_ path: UnsafePointer<CChar>!) -> Int32 {
    tg_effected(tg_effect_remove, Glibc.rmdir(path))
}

@discardableResult @inline(__always)
func mkdir(_ path: UnsafePointer<CChar>!, _ mode: mode_t) -> Int32 {
    tg_effected(tg_effect_directory, Glibc.mkdir(path, mode))
}

@discardableResult @inline(__always)
func mkdirat(_ directory: Int32, _ name: UnsafePointer<CChar>!, _ mode: mode_t) -> Int32 {
    tg_effected(tg_effect_directory, Glibc.mkdirat(directory, name, mode))
}

@discardableResult @inline(__always)
func symlink(_ target: UnsafePointer<CChar>!, _ path: UnsafePointer<CChar>!) -> Int32 {
    tg_effected(tg_effect_link, Glibc.symlink(target, path))
}

@discardableResult @inline(__always)
func symlinkat(_ target: UnsafePointer<CChar>!, _ directory: Int32, _ name: UnsafePointer<CChar>!) -> Int32 {
    tg_effected(tg_effect_link, Glibc.symlinkat(target, directory, name))
}

@discardableResult @inline(__always)
func ftruncate(_ file: Int32, _ size: off_t) -> Int32 {
    tg_effected(tg_effect_truncate, Glibc.ftruncate(file, size))
}

@discardableResult @inline(__always)
func fdatasync(_ file: Int32) -> Int32 {
    tg_effected(tg_effect_sync, Glibc.fdatasync(file))
}

@discardableResult @inline(__always)
func fchmod(_ file: Int32, _ mode: mode_t) -> Int32 {
    tg_effected(tg_effect_mode, Glibc.fchmod(file, mode))
}

@discardableResult @inline(__always)
func fchmodat(_ directory: Int32, _ name: UnsafePointer<CChar>!, _ mode: mode_t, _ flags: Int32) -> Int32 {
    tg_effected(tg_effect_mode, Glibc.fchmodat(directory, name, mode, flags))
}

@discardableResult @inline(__always)
func chmod(_ path: UnsafePointer<CChar>!, _ mode: mode_t) -> Int32 {
    tg_effected(tg_effect_mode, Glibc.chmod(path, mode))
}

/// For files only: what goes to pipes is no change of the disk.
@inline(__always)
func writeFile(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    let written = Glibc.write(file, bytes, count)
    if written >= 0 { tg_effect(tg_effect_write) }
    return written
}
