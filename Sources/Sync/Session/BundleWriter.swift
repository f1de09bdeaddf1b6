// The protocol in a file: HELLO, packs, and a last frame with the digest of all before it.
import Bytes
import Documents

/// Writes a bundle.
public struct BundleWriter {
    /// Writes all that `replica` holds, or, where `basis` is what a peer said of itself, what that
    /// peer lacks as far as heads, heights and summaries tell.
    /// - Parameter sink: takes the bytes, piece by piece.
    public static func write(
        _ replica: any Replica, since basis: Hello? = nil, to sink: ([UInt8]) throws -> Void
    ) throws -> BundleContents { fatalError("to be written") }
}

/// What a bundle holds.
public struct BundleContents: Sendable, Equatable {
    /// Who wrote it, and what it had.
    public var hello: Hello
    /// Documents.
    public var documents: SyncCounts
    /// Bytes of the file.
    public var bytes: Int
    /// SHA-256 of all before the last frame.
    public var digest: Digest256
}
