// The directory of a wallet's keys: one file each, none of which anybody else may read.
import Bytes
import Cryptography
import Files
import Glibc

/// Whether and how a key's file is encrypted.
public enum KeyProtection: Sendable {
    /// Not at all: whoever reads the file has the key.
    case none
    /// By a passphrase, stretched at a cost.
    case passphrase(KeyOpener, cost: StretchingCost = .standard)
}

/// A key's file and its name.
public struct StoredKey: Sendable {
    /// The name, without directory and suffix.
    public let name: String
    /// The file.
    public let file: KeyFile
}

/// The files of `.wallet/keys`. Whoever writes holds the writer's lock.
public struct KeyStore: Sendable {
    /// The directory's path.
    public let directory: String

    /// What a file's name ends in; others in the directory are not looked at.
    static let suffix = ".key"

    /// The store of a directory, which need not be there yet.
    public init(directory: String) {
        self.directory = directory
    }

    /// Makes the directory, mode 0700 whatever the process's mask, where it is missing.
    /// - Throws: `KeyError.file`; as `list` where it is there.
    public func create() throws(KeyError) {
        do throws(FileError) {
            try FileSystem.makeDirectory(directory)
            if chmod(directory, 0o700) != 0 {
                throw FileError(call: "chmod", path: directory, code: errno)
            }
            try FileSystem.synchronizeDirectory(FileSystem.parent(of: directory))
        } catch {
            if error.code != EEXIST { throw .file(error) }
        }
        try KeyFile.check(directory, S_IFDIR)
    }

    /// The names of all keys, in the order of their bytes; none where there is no directory.
    /// - Throws: `file`; `notRegular`, `foreignOwner`, `permissions` for the directory.
    public func names() throws(KeyError) -> [String] {
        do throws(KeyError) {
            try KeyFile.check(directory, S_IFDIR)
        } catch .file(let error) where error.isMissing {
            return []
        }
        do throws(FileError) {
            return try FileSystem.list(directory).compactMap { file in
                let name = String(file.dropLast(Self.suffix.count))
                return file.hasSuffix(Self.suffix) && Self.isName(name) ? name : nil
            }
        } catch { throw .file(error) }
    }

    /// All keys by name; no passphrase is needed.
    /// - Throws: as `names` and `read`: one bad file is reported, not passed over.
    public func list() throws(KeyError) -> [StoredKey] {
        var keys: [StoredKey] = []
        for name in try names() { keys.append(StoredKey(name: name, file: try read(name))) }
        return keys
    }

    /// Whether something stands where the key of that name would be.
    /// - Throws: `invalidName`, `file`.
    public func contains(_ name: String) throws(KeyError) -> Bool {
        let path = try path(name)
        var status = stat()
        if lstat(path, &status) == 0 { return true }
        let error = FileError(call: "lstat", path: path, code: errno)
        if error.isMissing { return false }
        throw .file(error)
    }

    /// The file of a key.
    /// - Throws: `missing`, `invalidName`; `notRegular`, `foreignOwner`, `permissions`;
    ///   `malformed`, `limitExceeded`, `damaged`; `file`.
    public func read(_ name: String) throws(KeyError) -> KeyFile {
        guard try contains(name) else { throw .missing(name: name) }
        try KeyFile.check(directory, S_IFDIR)
        return try KeyFile(reading: try path(name))
    }

    /// The secret of a key.
    /// - Throws: as `read` and `KeyFile.open`.
    public func open(_ name: String, _ opener: KeyOpener) throws -> KeySecret {
        try read(name).open(opener, name: try path(name))
    }

    /// Writes a key durably. An encrypted one takes the salt of those that are there, so that one
    /// stretching opens all; its passphrase must then be theirs.
    /// - Parameter isReplacing: whether a key of that name may be overwritten.
    /// - Throws: `KeyError.exists`, `.invalidName`, `.wrongPassphrase`, `.file`; what the opener
    ///   throws.
    public func write(
        _ name: String, _ secret: KeySecret, _ protection: KeyProtection,
        isReplacing: Bool = false, random: any RandomSource = SystemRandom()
    ) throws {
        let path = try path(name)
        try KeyFile.check(directory, S_IFDIR)
        if try !isReplacing && contains(name) { throw KeyError.exists(name: name) }
        switch protection {
        case .none: try KeyFile(plain: secret).write(to: path)
        case .passphrase(let opener, let cost):
            let stretching = try sharedStretching(opener, cost) ?? fresh(cost, random)
            try seal(secret, stretching, opener, random).write(to: path)
        }
    }

    /// Removes a key; nothing happens where none is. The disk may keep its bytes.
    /// - Throws: `invalidName`, `file`.
    public func remove(_ name: String) throws(KeyError) {
        let path = try path(name)
        do throws(FileError) {
            try FileSystem.remove(path)
            try FileSystem.synchronizeDirectory(directory)
        } catch { throw .file(error) }
    }

    /// The path of a key's file.
    /// - Throws: `invalidName` for an empty name, one of more than `Limits.petnameBytes`, one that
    ///   begins with a dot, or has a slash or a control character.
    func path(_ name: String) throws(KeyError) -> String {
        guard Self.isName(name) else { throw .invalidName(name) }
        return "\(directory)/\(name)\(Self.suffix)"
    }

    private static func isName(_ name: String) -> Bool {
        (1...Limits.petnameBytes).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }
    }
}
