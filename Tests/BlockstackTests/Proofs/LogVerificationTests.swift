// Blocks judged by the lines above them.

import Bytes
import Cryptography
import Documents
import Testing

@testable import Blockstack

@Suite struct LogVerificationTests {
    let log: SampleLog

    init() throws { log = try SampleLog.made() }

    /// What becomes of the blocks of files: nil for one that stands for itself.
    private func segments(_ files: [[[UInt8]]]) -> [Result<LogVerification.Segment?, Refusal>] {
        var log = LogVerification()
        var results: [Result<LogVerification.Segment?, Refusal>] = []
        for file in files {
            log.beginFile()
            for line in file {
                if line.isEmpty {
                    log.add(blank: [0x0a])
                    continue
                }
                let document = try? VerifiedDocument(Envelope(line: line))
                if case .block(let block)? = document {
                    do throws(Refusal) {
                        results.append(.success(try log.close(block)))
                    } catch {
                        results.append(.failure(error))
                    }
                } else if document == nil, BlockDocument.isBegun(by: line) {
                    log.addFalseBlock()
                } else {
                    log.add(line + [0x0a], document)
                }
            }
        }
        return results
    }

    private func segment(
        _ documents: Int, isFollowing: Bool = true, isWholeLog: Bool = true
    ) -> Result<LogVerification.Segment?, Refusal> {
        .success(.init(documents: documents, isFollowing: isFollowing, isWholeLog: isWholeLog))
    }

    /// The codes of refusals, and how many blocks were judged.
    private func codes(_ files: [[[UInt8]]]) -> [RefusalCode?] {
        segments(files).map {
            if case .failure(let refusal) = $0 { refusal.code } else { nil }
        }
    }

    @Test func `a whole log, in one file or in several`() {
        let expected = [
            segment(3, isFollowing: false), segment(1), segment(1), segment(3),
        ]
        #expect(segments(log.files) == expected)
        #expect(segments([log.lines]) == expected)
        #expect(segments([Array(log.lines[..<6]), Array(log.lines[6...])]) == expected)
    }

    @Test func `a segment alone shows its documents and not the log before it`() {
        for (height, count) in [(1, 1), (2, 1), (3, 3)] {
            #expect(
                segments([log.files[height]])
                    == [segment(count, isFollowing: false, isWholeLog: false)])
        }
        #expect(
            segments([log.files[1], log.files[2]]) == [
                segment(1, isFollowing: false, isWholeLog: false), segment(1, isWholeLog: false),
            ])
        #expect(
            segments([log.files[0], log.files[2]]) == [
                segment(3, isFollowing: false), segment(1, isFollowing: false, isWholeLog: false),
            ])
    }

    @Test func `a block without lines above it stands for itself`() {
        let blocks = log.blocks.map(\.block.document)
        #expect(segments([blocks]) == [.success(nil), .success(nil), .success(nil), .success(nil)])
        #expect(codes([[blocks[2], blocks[0]]]) == [nil, nil])
    }

    @Test func `a line taken out, added or changed is noticed in every place`() throws {
        for height in 0..<4 {
            let file = log.files[height]
            for index in file.indices.dropLast() {
                var lines = file
                lines.remove(at: index)
                // A block without any line above it is not said to close a segment.
                if lines.count > 1 { #expect(codes([lines]) == [.proofInvalid]) }
                lines = file
                lines[index].append(0x20)
                #expect(codes([lines]) == [.proofInvalid])
                for other in file.indices.dropLast() where other != index {
                    lines = file
                    lines.swapAt(index, other)
                    #expect(codes([lines]) == [.proofInvalid])
                }
            }
            for index in file.indices {
                for line in log.lines.filter({ !BlockDocument.isBegun(by: $0) }) + [[], [0x7b]] {
                    var lines = file
                    lines.insert(line, at: index)
                    #expect(codes([lines]) == [.proofInvalid])
                }
            }
        }
    }

    @Test func `all lines taken out are noticed where the log stands above`() {
        for height in 1..<4 {
            var files = log.files
            files[height] = [files[height].last ?? []]
            // In one stream the block must close a segment as the one before it did.
            let flat = [files.flatMap { $0 }]
            #expect(codes(flat)[height] == .proofInvalid)
            // In a file of its own it stands for itself.
            #expect(codes(files)[height] == nil)
            #expect(segments(files)[height] == .success(nil))
        }
    }

    @Test func `a segment taken out is not followed, and what follows it says so`() {
        var files = log.files
        files.remove(at: 1)
        #expect(
            segments([files.flatMap { $0 }])[1]
                == segment(1, isFollowing: false, isWholeLog: false))
    }

    @Test func `a rewritten document shows in the root of the log`() throws {
        // The domain seals another first document, and everything after it as before.
        var other = SampleLog()
        other.certify(issued: "2026-01-01T00:00:01Z")
        other.define()
        other.pay([other.iou(issuer, alice, "10")])
        try other.seal(change: { $0.opened = sampleTime("2026-01-01T00:00:01Z") })
        #expect(codes([other.lines]) == [nil])
        // Block 1 of the one log does not follow block 0 of the other.
        #expect(codes([other.lines, log.files[1]]) == [nil, .proofInvalid])
    }

    @Test func `a root, a size, a time that the lines do not give is false`() throws {
        for change: (inout BlockDocument.Statement) -> Void in [
            { $0.log = .init(root: .zero, size: $0.log.size) },
            { $0.opened = sampleTime("2025-01-01") }, { $0.journal = .zero },
            { $0.contents = .init(root: .zero, size: $0.contents.size) },
            { $0.contents = .init(root: $0.contents.root, size: $0.contents.size + 1) },
        ] {
            var first = SampleLog()
            first.certify()
            try first.seal(change: change)
            #expect(codes([first.lines]) == [.proofInvalid])
            var later = try SampleLog.made()
            later.pay([later.iou(issuer, alice, "1")])
            try later.seal(change: change)
            #expect(codes([later.lines]) == [nil, nil, nil, nil, .proofInvalid])
        }
        var larger = try SampleLog.made()
        larger.pay([larger.iou(issuer, alice, "1")])
        try larger.seal { $0.log = .init(root: $0.log.root, size: $0.log.size + 1) }
        #expect(codes([larger.lines]).last == .proofInvalid)
    }

    @Test func `a count that the lines do not give is false`() throws {
        var log = try SampleLog.made()
        log.pay([log.iou(issuer, alice, "1")])
        try log.seal { $0.count += 1 }
        #expect(codes([log.files[4]]) == [.proofInvalid])
    }

    @Test func `what is no document of a log is none that was sealed`() throws {
        // The domain seals a promise between its documents, and does not count it.
        var log = SampleLog()
        log.certify()
        log.slip(log.iou(alice, bob, "1").document)
        try log.seal { $0.count = 1 }
        var verification = LogVerification()
        verification.beginFile()
        for line in log.lines.dropLast() {
            let document = try VerifiedDocument(Envelope(line: line))
            let isInstruction = if case .instruction = document { true } else { false }
            verification.add(line + [0x0a], isInstruction ? nil : document)
        }
        let block = try SignedBlock(Envelope(line: log.blocks[0].block.document))
        #expect(throws: Refusal.self) { try verification.close(block) }
    }

    @Test func `a file that ends with open lines does not hide those of the next one`() {
        #expect(
            segments([log.files[0] + [log.lines[1]], log.files[1]]) == [
                segment(3, isFollowing: false), segment(1, isWholeLog: false),
            ])
    }

    @Test func `a log begins with a device that its key has certified`() throws {
        var bare = SampleLog()
        bare.define()
        try bare.seal()
        #expect(codes([bare.lines]) == [.proofInvalid])
        var renamed = SampleLog(domain: "named")
        renamed.certify()
        renamed.domain = "renamed"
        try renamed.seal()
        #expect(codes([renamed.lines]) == [.proofInvalid])
        var foreign = SampleLog(domain: "named", key: foreignKey)
        foreign.certify()
        foreign.key = domainKey
        try foreign.seal()
        #expect(codes([foreign.lines]) == [.proofInvalid])
    }

    @Test func `after a false block the next one is judged anew`() throws {
        var files = log.files
        var broken = files[0]
        broken[3][100] ^= 1
        files[0] = broken
        #expect(
            segments(files) == [
                segment(1, isFollowing: false, isWholeLog: false), segment(1, isWholeLog: false),
                segment(3, isWholeLog: false),
            ])
    }

    @Test func `blocks whose numbers contradict each other are refused on their own`() throws {
        let statement = log.blocks[1].block.statement
        for change: (inout BlockDocument.Statement) -> Void in [
            { $0.count = 9 }, { $0.height = 9 }, { $0.previous = .zero },
            { $0.height = 0 }, { $0.contents = .init(root: MerkleTree.emptyRoot, size: 0) },
            { $0.count = 0 }, { $0.balances = .init(root: .zero, size: 0) },
        ] {
            var wrong = statement
            change(&wrong)
            let line = try log.sign(wrong).document
            #expect(throws: Refusal.self) { try VerifiedDocument(Envelope(line: line)) }
        }
        // Block 0 seals all that there is.
        var first = log.blocks[0].block.statement
        first.count -= 1
        let line = try log.sign(first).document
        #expect(throws: Refusal.self) { try VerifiedDocument(Envelope(line: line)) }
        let signed = try log.sign(statement).document
        #expect(throws: Never.self) { try VerifiedDocument(Envelope(line: signed)) }
    }

    @Test func `the checkpoint's signature in a block is the block's key's`() throws {
        let statement = log.blocks[1].block.statement
        let block = BlockDocument(statement)
        for (key, name) in [(foreignKey, log.domain), (domainKey, "other")] {
            let line = try key.verifier(name).signature(
                key.key.sign(try statement.checkpoint.text))
            let wrong = BlockDocument(
                statement, Endorsements(signatures: [domainKey.signature(block.hash)]),
                checkpointSignature: line.base64)
            #expect(throws: Refusal.self) { try SignedBlock(Envelope(line: wrong.document)) }
        }
        let twice = BlockDocument(
            statement,
            Endorsements(signatures: [
                domainKey.signature(block.hash), foreignKey.signature(block.hash),
            ]), checkpointSignature: log.blocks[1].block.checkpointSignature)
        #expect(throws: Refusal.self) { try SignedBlock(Envelope(line: twice.document)) }
    }
}
