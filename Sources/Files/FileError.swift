// What the operating system refused, with the values that a person needs to mend it.

import Glibc

/// A refused system call: the call, the path and the reason.
public struct FileError: Error, Sendable, Equatable {
    /// The system call's name, as in section 2 of the manual.
    public let call: String
    /// The path as it was given.
    public let path: String
    /// `errno`.
    public let code: Int32

    /// A refusal with its values.
    public init(call: String, path: String, code: Int32) {
        self.call = call
        self.path = path
        self.code = code
    }

    /// The reason in the words of the C library.
    public var reason: String { String(cString: strerror(code)) }

    /// The code of making what is there already.
    public static let alreadyThere = EEXIST

    /// Whether no write can succeed there: a read-only file system, or no permission.
    public var isReadOnly: Bool { code == EROFS || code == EACCES || code == EPERM }

    /// Whether there is nothing at the path.
    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
}
