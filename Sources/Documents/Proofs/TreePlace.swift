// Where a leaf stands in a tree, and the hashes that lead from it to the root.
import Bytes

/// An inclusion path (RFC 6962 §2.1.1).
public struct TreePlace: Sendable, Hashable {
    /// Leaves before it.
    public let index: Int
    /// From the leaf's sibling up.
    public let path: [Digest256]

    /// A place.
    public init(index: Int, path: [Digest256]) {
        self.index = index
        self.path = path
    }

    func write(to writer: inout CanonicalWriter) {
        writer.name("index")
        writer.integer(index)
        writer.name("path")
        writer.digests(path)
    }

    init(_ reader: MemberReader) throws(Refusal) {
        index = try reader.integer("index", 0...Limits.logDocuments)
        path = try reader.digests("path", 0...Limits.treeLevels)
    }
}

extension CanonicalWriter {
    /// An array of digests.
    mutating func digests(_ digests: [Digest256]) {
        beginArray()
        for digest in digests { plain(Hexadecimal.encodedBytes(digest.bytes)) }
        endArray()
    }

    /// A member whose value is a digest.
    mutating func member(_ name: StaticString, _ digest: Digest256) {
        self.name(name)
        plain(Hexadecimal.encodedBytes(digest.bytes))
    }
}

extension MemberReader {
    /// An array of digests.
    func digests(
        _ name: StaticString, _ count: ClosedRange<Int>
    ) throws(Refusal) -> [Digest256] {
        var digests: [Digest256] = []
        for value in try array(name, count) {
            guard let text = value.plainString, let digest = Digest256(hexadecimal: text) else {
                throw failure(name, "must hold 64 lower-case hexadecimal digits each")
            }
            digests.append(digest)
        }
        return digests
    }
}
