// Reading a bundle: twice, because nothing of a file that is cut or flipped is applied.
import Bytes
import Documents

/// Reads a bundle in pieces of any size: first all of it through `inspect`, then, where
/// `inspected` returns, all of it again through `apply`.
public struct BundleReader {
    /// A reader for a replica of `domain`.
    public init(domain: String) { fatalError("to be written") }

    /// First pass: takes the next bytes. Nothing is applied.
    public mutating func inspect(_ piece: [UInt8]) throws(SyncError) {
        fatalError("to be written")
    }

    /// Ends the first pass.
    /// - Throws: `invalid-bundle`, `wrong-domain`.
    public mutating func inspected() throws(SyncError) -> BundleContents {
        fatalError("to be written")
    }

    /// Second pass: takes the next bytes, and gives whole packs to the replica.
    public mutating func apply(_ piece: [UInt8], to replica: any Replica) throws {
        fatalError("to be written")
    }

    /// Ends the second pass: the replica folds.
    public mutating func applied(to replica: any Replica) throws -> SyncSummary {
        fatalError("to be written")
    }
}
