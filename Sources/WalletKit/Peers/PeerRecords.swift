// What is kept of another domain, in its directory below `.wallet/peers`.
import Bytes
import Cryptography
import Documents
import Files

/// ```
/// devices.ndjson    certificates of the devices that sign for the domain
/// receipts.ndjson   transactions that the domain has signed for us, each once
/// counters.ndjson   how far own counters have been followed
/// unsent/           promises that were signed and may not have arrived, one a file
/// ```
/// Every write is durable when its call returns, and made under the directory's lock.
struct PeerRecords {
    private let directory: PeerDirectory
    private let waitSeconds: Int
    private let onWait: () -> Void

    init(_ directory: PeerDirectory, waitSeconds: Int, onWait: @escaping () -> Void) {
        self.directory = directory
        self.waitSeconds = waitSeconds
        self.onWait = onWait
    }

    private var devicesPath: String { directory.path + "/devices.ndjson" }
    private var receiptsPath: String { directory.path + "/receipts.ndjson" }
    private var countersPath: String { directory.path + "/counters.ndjson" }
    private var unsentPath: String { directory.path + "/unsent" }
    private static let suffix = ".json"
    private static let newline = UInt8(ascii: "\n")

    private func locked<Result>(_ body: () throws -> Result) throws -> Result {
        if try FileSystem.status(directory.path) == nil { try directory.create() }
        return try WriterLock.held(
            on: directory.path, seconds: waitSeconds, onWait: onWait, body)
    }

    private func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        do {
            return try FileSystem.read(path, limit: limit)
        } catch {
            if error.isMissing { return [] }
            throw error
        }
    }

    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: newline).map { Array($0) }
    }

    private static func join(_ lines: [[UInt8]]) -> [UInt8] {
        lines.map { $0 + [newline] }.concatenated()
    }

    // MARK: - Devices

    /// The certificates that are kept; they are verified by whoever reads them.
    func certificates() throws -> [[UInt8]] {
        Self.lines(try read(devicesPath, limit: PeerLimits.devicesBytes))
    }

    /// Keeps certificates, beside those that are there.
    func keep(certificates: [[UInt8]]) throws {
        try locked {
            let known = try self.certificates()
            let new = certificates.filter { !known.contains($0) }
            guard !new.isEmpty else { return }
            try FileSystem.replace(devicesPath, with: Self.join(known + new))
        }
    }

    // MARK: - Receipts

    /// Keeps a receipt.
    /// - Parameter isNew: whether the domain says that it has made it just now; otherwise it is
    ///   kept only if it is not there yet.
    func keep(receipt line: [UInt8], _ hash: Digest256, isNew: Bool) throws {
        try locked {
            let isFirst = try FileSystem.status(receiptsPath) == nil
            let file = try File(receiptsPath, .readWrite)
            let end = try wholeLines(file)
            if !isNew, try contains(hash, file, end) { return }
            try file.write((line + [Self.newline])[...], at: end)
            try file.synchronize()
            if isFirst { try FileSystem.synchronizeDirectory(directory.path) }
        }
    }

    /// How many receipts are kept.
    func receiptCount() throws -> Int {
        guard try FileSystem.status(receiptsPath) != nil else { return 0 }
        var count = 0
        try forEachLine(try File(receiptsPath, .read)) { _ in
            count += 1
            return true
        }
        return count
    }

    private func contains(_ hash: Digest256, _ file: File, _ end: Int) throws -> Bool {
        var isThere = false
        try forEachLine(file) { line in
            isThere = SkimmedDocument(line: line)?.hash == hash
            return !isThere
        }
        return isThere
    }

    /// Calls `body` with every line that ends in a newline, until it returns false.
    private func forEachLine(_ file: File, _ body: ([UInt8]) throws -> Bool) throws {
        let areShort = try file.forEachLine(
            piece: Limits.readBytes, limit: Limits.storedLineBytes
        ) { try body(Array($0)) }
        guard areShort else {
            throw PeerError.damaged(path: file.path, reason: "a line is too long")
        }
    }

    /// Where the next line goes: what a crash has left behind the last newline was never
    /// acknowledged.
    private func wholeLines(_ file: File) throws -> Int {
        let size = try file.status().size
        if try size == 0 || file.read(at: size - 1, count: 1) == [Self.newline] { return size }
        let start = max(0, size - Limits.storedLineBytes - 1)
        let tail = try file.read(at: start, count: size - start)
        if let last = tail.lastIndex(of: Self.newline) {
            try file.truncate(to: start + last + 1)
            return start + last + 1
        }
        guard start == 0 else {
            throw PeerError.damaged(path: file.path, reason: "the last line is too long")
        }
        try file.truncate(to: 0)
        return 0
    }

    // MARK: - Own counters

    private func heads() throws -> [CounterKey: CounterHead] {
        var heads: [CounterKey: CounterHead] = [:]
        for line in Self.lines(try read(countersPath, limit: PeerLimits.countersBytes)) {
            guard let head = CounterHead(line: line) else {
                throw PeerError.damaged(path: countersPath, reason: "a line is no counter")
            }
            heads[head.key] = head
        }
        return heads
    }

    /// How far a counter has been followed; nil where it has not been met.
    func head(_ key: CounterKey) throws -> CounterHead? { try heads()[key] }

    /// The counters of `address` that have been followed.
    func heads(of address: Address) throws -> [CounterHead] {
        try heads().values.filter { $0.key.address == address }.sorted { $0.key < $1.key }
    }

    /// Remembers that a counter has been followed from `known` to `head`; an earlier head changes
    /// nothing.
    /// - Returns: false where another process has followed it in the meantime: then nothing is
    ///   remembered.
    func advance(from known: CounterHead?, to head: CounterHead) throws -> Bool {
        if let known, head.clock <= known.clock { return true }
        return try locked {
            var heads = try heads()
            guard heads[head.key] == known else { return false }
            heads[head.key] = head
            let sorted = heads.values.sorted { $0.key < $1.key }
            try FileSystem.replace(countersPath, with: Self.join(sorted.map(\.line)))
            return true
        }
    }

    // MARK: - Promises under way

    private func unsentPath(_ line: [UInt8]) -> String {
        unsentPath + "/" + Hash.sha256(line).hexadecimal + Self.suffix
    }

    /// Keeps a promise before it is sent.
    func keep(unsent line: [UInt8]) throws {
        try locked {
            if try FileSystem.status(unsentPath) == nil {
                try FileSystem.makeDirectory(unsentPath)
                try FileSystem.synchronizeDirectory(directory.path)
            }
            _ = try FileSystem.create(unsentPath(line), with: line + [Self.newline])
        }
    }

    /// Forgets a promise whose answer is known.
    func remove(unsent line: [UInt8]) throws {
        try locked {
            try FileSystem.remove(unsentPath(line))
            if try FileSystem.status(unsentPath) != nil {
                try FileSystem.synchronizeDirectory(unsentPath)
            }
        }
    }

    /// The promises whose answers are not known, in no order that means anything.
    func unsent() throws -> [[UInt8]] {
        guard try FileSystem.status(unsentPath) != nil else { return [] }
        return try FileSystem.list(unsentPath).filter { $0.hasSuffix(Self.suffix) }.map { name in
            let bytes = try FileSystem.read(unsentPath + "/" + name, limit: Limits.lineBytes + 1)
            return bytes.last == Self.newline ? Array(bytes.dropLast()) : bytes
        }
    }
}
