// A small wallet with blocks, a stack and an open block, that can be damaged and put back.
import Bytes
import Documents
import Files
import Synchronization
import Testing

@testable import WalletKit

/// A wallet that is good, and every byte of it.
final class CheckFixture {
    let fixture: LedgerFixture
    var directory: String { fixture.wallet.directory }
    /// The files when all was good, by their path from the wallet's directory on.
    private(set) var good: [String: [UInt8]] = [:]
    /// The counters and places that the index held then.
    private(set) var contents: [String] = []

    /// - Parameter transactions: how many are sealed in each block; the last are left open.
    init(transactions: [Int], _ random: inout SplitMix) throws {
        fixture = try LedgerFixture(people: 3)
        _ = try fixture.wallet.newUnit(("EUR", "Euro", 2, nil, nil), issuer: nil)
        for (height, count) in transactions.enumerated() {
            var cleared = 0
            while cleared < count {
                cleared += try fixture.clear([fixture.line(&random)]).counts.cleared
            }
            guard height < transactions.count - 1 else { break }
            _ = try #require(try fixture.wallet.seal(.init()))
            if height == 1 { _ = try #require(try fixture.wallet.stack(bits: nil)) }
        }
        if transactions.count > 1 { try cosign() }
        // All of the index in its one file.
        _ = try fixture.wallet.reindex()
        try remember()
    }

    /// Gives the last block's checkpoint a cosignature; whose it is, nobody verifies here.
    private func cosign() throws {
        let line = try NoteSignature(
            name: try KeyName("witness"), keyID: 7, signature: [UInt8](repeating: 5, count: 72))
        _ = try fixture.wallet.addCosignatures(line.line, to: nil, nil)
    }

    /// Takes what stands on disk for good.
    func remember() throws {
        good = try files()
        contents = try fixture.contents()
    }

    /// Every file of the log, the index and what is published.
    func files() throws -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for folder in ["documents", "stacks", "quarantine"] { try read(folder, &found) }
        if try FileSystem.status(directory + "/graph.db") != nil { try read("graph.db", &found) }
        return found
    }

    private func read(_ path: String, _ found: inout [String: [UInt8]]) throws {
        let full = directory + "/" + path
        guard let status = try FileSystem.status(full) else { return }
        if status.isDirectory {
            for name in try FileSystem.list(full) { try read(path + "/" + name, &found) }
        } else {
            found[path] = try FileSystem.read(full, limit: .max - 1)
        }
    }

    /// Puts everything back.
    func restore() throws {
        for name in try files().keys where good[name] == nil {
            try FileSystem.remove(directory + "/" + name)
        }
        let now = try files()
        for (name, bytes) in good where now[name] != bytes { try write(name, bytes) }
        for suffix in ["-wal", "-shm"] { try FileSystem.remove(directory + "/graph.db" + suffix) }
        let quarantine = directory + "/quarantine"
        if try FileSystem.status(quarantine) != nil { try FileSystem.removeTree(quarantine) }
    }

    /// Writes a file, and the directories above it.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        let path = directory + "/" + name
        var above: [String] = []
        var folder = FileSystem.parent(of: path)
        while try FileSystem.status(folder) == nil {
            above.append(folder)
            folder = FileSystem.parent(of: folder)
        }
        for folder in above.reversed() { try FileSystem.makeDirectory(folder) }
        let file = try File(path, .readWrite)
        try file.write(bytes[...], at: 0)
        try file.truncate(to: bytes.count)
    }

    func remove(_ name: String) throws { try FileSystem.remove(directory + "/" + name) }

    /// Verdicts on lines: a look at thousands of logs that differ in one line judges each once.
    private let judgements = Judgements()

    private final class Judgements: Sendable {
        private let known = Mutex<[[UInt8]: CheckedLine]>([:])

        func judge(_ line: [UInt8]) -> CheckedLine {
            if let verdict = known.withLock({ $0[line] }) { return verdict }
            let verdict = CheckedLine(line)
            if case .success = verdict.verdict { known.withLock { $0[line] = verdict } }
            return verdict
        }
    }

    /// One look at documents, index and stacks.
    func look() throws -> StateReport {
        try StateCheck(
            directory: directory, surroundings: fixture.wallet.surroundings, usesFile: false,
            judge: { [judgements] in judgements.judge($0) }
        ).run()
    }

    /// The whole check, keys and configuration too.
    func check(full: Bool = false, repairing: Bool = false) throws -> CheckReport {
        var options = CheckOptions()
        (options.isFull, options.isRepairing) = (full, repairing)
        return try WalletCheck(
            directory: directory, sources: Configuration.Sources(),
            surroundings: fixture.wallet.surroundings, opener: fixture.wallet.opener,
            options: options
        ).run()
    }

    /// The names of the segments and the journal, in order.
    var segments: [String] { good.keys.filter { $0.hasPrefix("documents/") }.sorted() }
}

extension StateReport {
    /// Every finding.
    var findings: [Finding] { log.list + index.list + publication.list }
    /// Those that are damage, as text.
    var damage: [String] {
        findings.filter { $0.severity == .damage }.map { "\($0.code) \($0.file)" }
    }
}

extension CheckReport {
    /// The codes of a severity.
    func codes(_ severity: Finding.Severity) -> [String] {
        findings.filter { $0.severity == severity }.map(\.code)
    }
}
