// A configuration file as bytes that are read, and edited in place: what an edit does not name,
// comments, order and blanks included, stays byte for byte.
import Bytes
import Files
import Glibc

/// A file in the syntax of git-config(1).
public struct ConfigurationFile: Sendable {
    /// Where it stands.
    public let path: String
    /// The whole file.
    public private(set) var bytes: [UInt8]
    /// Its keys, in order.
    public private(set) var entries: [ConfigurationEntry]
    /// Its section headers, in order.
    private(set) var headers: [ConfigurationHeader]

    /// The file of these bytes, to stand at `path`.
    public init(_ bytes: [UInt8], path: String) throws(ConfigurationError) {
        let parser = try ConfigurationParser(bytes, path: path)
        self.path = path
        self.bytes = bytes
        entries = parser.entries
        headers = parser.headers
    }

    /// Reads the file at `path`, which is empty where it is missing. Unlike a key's file it may be
    /// a symbolic link: people keep their settings in repositories and link to them.
    public init(reading path: String) throws(ConfigurationError) {
        let contents: [UInt8]
        do throws(FileError) {
            contents = try FileSystem.read(
                Self.target(of: path), limit: Limits.configurationBytes)
        } catch {
            guard error.isMissing else { throw .file(error) }
            contents = []
        }
        try self.init(contents, path: path)
    }

    /// Puts the file at `path` atomically, through a symbolic link where one stands there. The
    /// caller holds the writer's lock.
    public func write() throws(ConfigurationError) {
        do throws(FileError) {
            let target = Self.target(of: path)
            if bytes.count > Limits.configurationBytes {
                throw FileError(call: "write", path: target, code: EFBIG)
            }
            try FileSystem.replace(target, with: bytes)
        } catch { throw .file(error) }
    }

    /// The values of `key`, in order; nil for a key that stands alone. The last one counts.
    public func values(of key: ConfigurationKey) -> [String?] {
        entries.filter { $0.key == key }.map(\.value)
    }

    /// Takes over edited bytes.
    mutating func replaceBytes(_ edited: [UInt8]) throws(ConfigurationError) {
        self = try ConfigurationFile(edited, path: path)
    }

    /// What `path` links to, or itself where it is no link or leads nowhere.
    private static func target(of path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
