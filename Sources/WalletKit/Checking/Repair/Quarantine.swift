// Where what is not to be believed goes: nothing that cannot be derived is ever deleted.
import Bytes
import Documents
import Files

/// A directory `quarantine/<UTC time>` of a wallet, made when the first file goes there.
struct Quarantine {
    /// From the wallet's directory on.
    let name: String
    private let root: String
    private let wallet: String
    /// Whether anything is in it.
    private(set) var isMade = false

    private static let folder = "quarantine"
    /// Repairs within one second.
    private static let attempts = 1000

    /// The directory's path.
    var path: String { wallet + "/" + name }

    /// A directory that is not there yet.
    /// - Throws: `FileError`.
    init(of wallet: String, at time: Timestamp) throws(FileError) {
        self.wallet = wallet
        root = wallet + "/" + Self.folder
        let stamp = time.text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
        var name = stamp
        for number in 2..<Self.attempts {
            if try FileSystem.status(root + "/" + name) == nil { break }
            name = "\(stamp)-\(number)"
        }
        self.name = Self.folder + "/" + name
    }

    private mutating func make() throws(FileError) {
        guard !isMade else { return }
        if try FileSystem.status(root) == nil {
            try FileSystem.makeDirectory(root)
            try FileSystem.synchronizeDirectory(wallet)
        }
        try FileSystem.makeDirectory(path)
        try FileSystem.synchronizeDirectory(root)
        isMade = true
    }

    /// Copies what stands in a file from `offset` on, durable.
    /// - Throws: `FileError`.
    mutating func copy(_ source: String, from offset: Int, as name: String) throws(FileError) {
        try make()
        let target = path + "/" + name
        let temporary = target + Leftovers.suffix
        try FileSystem.copy(source, from: offset, to: nil, into: temporary)
        try FileSystem.rename(temporary, to: target)
        try FileSystem.synchronizeDirectory(path)
    }

    /// Moves a file, durable.
    /// - Throws: `FileError`.
    mutating func move(_ source: String, as name: String) throws(FileError) {
        try make()
        var target = path + "/" + name
        if let slash = name.lastIndex(of: "/") {
            let folder = path + "/" + name[..<slash]
            if try FileSystem.status(folder) == nil { try FileSystem.makeDirectory(folder) }
            target = folder + name[slash...]
        }
        try FileSystem.rename(source, to: target)
        try FileSystem.synchronizeDirectory(FileSystem.parent(of: target))
        if FileSystem.parent(of: target) != path { try FileSystem.synchronizeDirectory(path) }
        try FileSystem.synchronizeDirectory(FileSystem.parent(of: source))
    }
}

extension FileSystem {
    /// Copies the bytes of a file from `begin` to `end`, or to its end, into a new file, durable
    /// but for its name. What an interrupted copy has left goes.
    /// - Throws: `FileError`.
    static func copy(
        _ source: String, from begin: Int, to end: Int?, into target: String
    ) throws(FileError) {
        try remove(target)
        let (input, output) = (try File(source, .read), try File(target, .new))
        var offset = begin
        while true {
            let left = min(Limits.readBytes, end.map { $0 - offset } ?? .max)
            let bytes = try input.read(at: offset, count: max(0, left))
            if bytes.isEmpty { break }
            try output.write(bytes[...], at: offset - begin)
            offset += bytes.count
        }
        try output.synchronize()
    }
}
