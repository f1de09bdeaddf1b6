// How the index looks at documents: it keeps only prefixes of their hashes, and a prefix is a hint.

/// The lines of the log by the packed number of their place.
public protocol DocumentSource {
    /// The line at `place`, without its newline.
    func line(at place: Int64) throws -> [UInt8]
}

/// What is wrong with an index.
public enum GraphError: Error, Sendable, Equatable {
    /// It was written by another version.
    case schema(found: Int, expected: Int)
    /// It says what the log does not.
    case contradiction(String)
}

extension GraphError: CustomStringConvertible {
    /// A sentence for people.
    public var description: String {
        switch self {
        case .schema(let found, let expected): "its version is \(found), not \(expected)"
        case .contradiction(let reason): reason
        }
    }
}
