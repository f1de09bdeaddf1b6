// What a replica says of itself when nothing has changed since it last folded: two that are equal
// find that out without reading what they hold.
import Bytes
import Documents
import Files
import Sync

/// `replica/folded`: the fingerprint of the files on a line, then the body of HELLO. It follows from
/// the other files, and is as good as gone where it does not fit them.
struct FoldedHello {
    private let path: String
    /// More than a greeting with as many devices as a domain may have.
    private static let byteLimit = 1_048_576

    init(_ directory: ReplicaDirectory) { path = directory.folded }

    /// What was kept for these files; nil where there is nothing, or it is of others.
    func load(_ fingerprint: ReplicaFingerprint) -> Hello? {
        guard let bytes = try? FileSystem.read(path, limit: Self.byteLimit),
            let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            bytes[..<end].elementsEqual(fingerprint.text.utf8)
        else { return nil }
        return try? Hello(body: Array(bytes[(end + 1)...]))
    }

    /// Keeps it. That it fails costs the next process time, nothing else.
    func keep(_ hello: Hello, _ fingerprint: ReplicaFingerprint) {
        try? FileSystem.replace(path, with: Array(fingerprint.text.utf8) + [0x0a] + hello.body)
    }
}
