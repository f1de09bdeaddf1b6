// Logs that are false, made with the wallet's own keys: every hash and every signature is right.
import Audit
import Blockstack
import Bytes
import Cryptography
import Documents
import Files
import Hashtable
import Headers
import Testing

@testable import WalletKit

extension CheckFixture {
    /// The lines of a file, without their newlines.
    func lines(_ name: String) -> [[UInt8]] {
        (good[name] ?? []).split(separator: 0x0a).map { Array($0) }
    }

    func write(_ name: String, lines: [[UInt8]]) throws {
        try write(name, Array(lines.map { $0 + [0x0a] }.joined()))
    }

    var wallet: Wallet { fixture.wallet }

    func domainKey() throws -> SigningKey { try wallet.domainKey(try wallet.ledger(.readOnly)) }

    /// A key that nobody knows.
    static func stranger(_ scheme: SignatureScheme = .eddsaEd25519) throws -> SigningKey {
        try SigningKey(scheme: scheme, secret: SecretBytes([UInt8](repeating: 77, count: 32)))
    }

    /// Replaces the block at `height` by another one, and the name of its segment; what follows it
    /// goes, and so does all that is derived.
    func forgeBlock(_ height: Int, _ forge: (BlockDocument) throws -> BlockDocument) throws {
        try dropDerived()
        let name = segments[height]
        var lines = lines(name)
        let last = lines.removeLast()
        let block = try forge(try BlockDocument(try Envelope(line: last)))
        for later in segments[height...] { try remove(later) }
        let forged = SegmentName(height: height, block: block.hash).text
        try write("documents/" + forged, lines: lines + [block.document])
        try write("documents/journal.ndjson", [])
    }

    /// Replaces the lines of the journal; what is derived goes.
    func forgeJournal(_ lines: [[UInt8]]) throws {
        try dropDerived()
        try write("documents/journal.ndjson", lines: lines)
    }

    private func dropDerived() throws {
        for name in good.keys where !name.hasPrefix("documents/") { try remove(name) }
    }

    /// The first transaction of the journal, to be changed.
    func openTransaction() throws -> (index: Int, document: TransactionDocument) {
        for (index, line) in lines("documents/journal.ndjson").enumerated() {
            if case .transaction(let document) = try StoredDocument(line: line) {
                return (index, document)
            }
        }
        throw CancellationError()
    }

    /// A transaction with the receipt of `key`, the wallet's device by default.
    func receipt(
        _ transaction: Transaction, _ instructions: [Envelope], by key: SigningKey? = nil
    ) throws -> [UInt8] {
        let key = try key ?? wallet.deviceKey()
        return transaction.document(
            instructions: instructions.map(\.bytes),
            receipt: try key.signature(of: transaction.hash))
    }

    /// A stack like `stack`, with another header or range, mined and signed.
    func stack(
        like stack: StackDocument, count: Int? = nil, first: Int? = nil, height: Int? = nil,
        mine: Bool = true, by key: SigningKey? = nil,
        _ change: (inout BlockHeader) -> Void = { _ in }
    ) throws -> [UInt8] {
        var header = try BlockHeader(stack.header)
        change(&header)
        if mine {
            header = try #require(
                try Mining.solve(header, threads: 1, nextTime: { $0 + 1 }, progress: { _ in }))
        }
        func made(_ endorsements: Endorsements) -> StackDocument {
            StackDocument(
                count: count ?? stack.count, domain: stack.domain, first: first ?? stack.first,
                header: header.bytes, height: height ?? stack.height, endorsements)
        }
        let hash = made(Endorsements()).hash
        let signature = try (try key ?? domainKey()).signature(of: hash)
        return made(Endorsements(signatures: [signature])).document
    }

    /// The codes of what a look finds, and the auditor's code, nil where it finds nothing.
    func verdicts() throws -> (check: [String], audit: String?) {
        let report = try look()
        let codes = report.findings.filter { $0.severity == .damage }.map(\.code)
        do {
            _ = try Auditing(report.files.segments) { _ in }.run()
            return (codes, nil)
        } catch let finding as AuditFinding {
            return (codes, finding.code.rawValue)
        }
    }
}
