// Showing a manual page.
import Files
import Glibc

enum Manual {
    /// Shows a page with man; its exit status, or nil where there is no man.
    static func show(_ page: String) -> Int32? {
        var name = Array("/tmp/wallet-manual-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { return nil }
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            close(descriptor)
            unlink(path)
        }
        let bytes = Array(page.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count,
            let process = Child.spawn(["man", "-l", path])
        else { return nil }
        return Child.wait(process)
    }
}
