// A directory that is gone with its owner.

import Files
import Glibc

/// A fresh directory for one test.
final class Folder: Sendable {
    let path: String

    init() {
        do { path = try FileSystem.makeTemporaryDirectory("wallet-files") } catch {
            fatalError("\(error)")
        }
    }

    deinit { remove(path) }

    private func remove(_ directory: String) {
        for name in names(directory) {
            let child = directory + "/" + name
            var status = stat()
            if lstat(child, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                remove(child)
            } else {
                unlink(child)
            }
        }
        rmdir(directory)
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// The names in it, found without the code under test.
    func names(_ directory: String? = nil) -> [String] {
        guard let stream = opendir(directory ?? path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func mode(_ name: String) -> UInt32 {
        var status = stat()
        return stat(file(name), &status) == 0 ? UInt32(status.st_mode & 0o7777) : 0
    }
}

/// Starts a program of the system; nil where it cannot be.
func spawn(_ arguments: [String]) -> pid_t? {
    var process: pid_t = 0
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    guard let name = pointers[0] else { return nil }
    return posix_spawnp(&process, name, nil, nil, pointers, environ) == 0 ? process : nil
}

/// Waits for the end of a program; returns its exit status.
@discardableResult
func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status >> 8 & 0xff
}

/// Runs a program of the system to its end; returns its exit status.
func run(_ arguments: [String]) -> Int32 {
    spawn(arguments).map { wait(for: $0) } ?? -1
}
