// A directory that is gone with its owner.

import Files
import Glibc

/// A fresh directory for one test.
final class Folder {
    let path: String

    init() {
        do { path = try FileSystem.makeTemporaryDirectory("wallet-sqlite") } catch {
            fatalError("\(error)")
        }
    }

    deinit {
        for name in names() { unlink(path + "/" + name) }
        rmdir(path)
    }

    func file(_ name: String) -> String { path + "/" + name }

    func names() -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Changes the bytes of a file from `offset` on, or makes it.
    func write(_ name: String, _ bytes: [UInt8], at offset: Int = 0) {
        let descriptor = open(file(name), O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        guard pwrite(descriptor, bytes, bytes.count, offset) == bytes.count else {
            fatalError("pwrite: \(errno)")
        }
    }

    func size(_ name: String) -> Int {
        var status = stat()
        return stat(file(name), &status) == 0 ? Int(status.st_size) : -1
    }
}
