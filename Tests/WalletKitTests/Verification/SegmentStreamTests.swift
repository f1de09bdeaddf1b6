// Segments as files and streams have them.

import Blockstack
import Bytes
import Documents
import Files
import Testing

@testable import WalletKit

@Suite struct SegmentStreamTests {
    let log: SampleLog

    init() throws { log = try SampleLog.made() }

    /// The verdicts on the blocks alone.
    private func blocks(_ streams: [[UInt8]]) throws -> [Judged] {
        try judge(all: streams).filter {
            switch $0 {
            case .success(let verdict): verdict.kind == .block
            case .failure(let refusal): refusal.code == .proofInvalid
            }
        }
    }

    @Test func `a whole log is said to be whole`() throws {
        let judged = try judge(Reliance(), stream(log.lines))
        #expect(judged.count == log.lines.count && judged.allSatisfy { $0.code == nil })
        for streams in [[stream(log.lines)], log.files.filter { !$0.isEmpty }.map(stream)] {
            let verdicts = try blocks(streams).map { try $0.get() }
            #expect(verdicts.map(\.height) == [0, 1, 2, 3])
            #expect(verdicts.allSatisfy { $0.shows("and the log above it is whole") })
            #expect(verdicts[3].shows("the 3 documents above are what block 3"))
            #expect(verdicts[1].shows("the 1 document above is what block 1"))
        }
    }

    @Test func `a segment alone leaves open what was before it`() throws {
        let verdict = try blocks([stream(log.files[3])])[0].get()
        #expect(verdict.shows("the 3 documents above are what block 3 of '\(log.domain)' sealed"))
        #expect(!verdict.shows("whole") && verdict.leavesOpen("the log before them"))
        let two = try blocks([stream(log.files[2] + log.files[3])]).map { try $0.get() }
        #expect(two[1].shows("right after the block above it"))
    }

    @Test func `a line removed, added, swapped or blank makes the segment false`() throws {
        let file = log.files[3]
        let proof = try log.documentProof(2).document
        var changed: [[[UInt8]]] = [Array(file.dropFirst()), [log.lines[1]] + file]
        var swapped = file
        swapped.swapAt(0, 1)
        changed.append(swapped)
        for line in [[], log.iou(alice, bob, "1").document, proof] {
            for index in file.indices {
                var more = file
                more.insert(line, at: index)
                changed.append(more)
            }
        }
        var spaced = file
        spaced[1].append(0x20)
        changed.append(spaced)
        spaced = file
        spaced[1].append(0x0d)
        changed.append(spaced)
        for lines in changed {
            let judged = try blocks([stream(lines)])
            #expect(judged.map(\.code) == [.proofInvalid])
            #expect(
                judged[0].refusal?.message.hasPrefix(
                    "a document of the segment was changed, added or taken out: ") == true)
        }
        #expect(try blocks([stream(file)]).map(\.code) == [nil])
        // The last newline may be missing.
        #expect(try blocks([Array(stream(file).dropLast())]).map(\.code) == [nil])
    }

    @Test func `a log that was sealed with blanks in it is none`() throws {
        for (line, blanks) in [(0, 1), (1, 1), (1, 0)] {
            var log = SampleLog()
            log.certify()
            log.define()
            log.pad(line, blanks: blanks)
            try log.seal()
            let code: RefusalCode? = blanks == 0 ? nil : .proofInvalid
            #expect(try blocks([stream(log.lines)]).map(\.code) == [code])
        }
        // Nor does an empty line belong to a log, sealed or not.
        var log = SampleLog()
        log.certify()
        log.slip([])
        try log.seal { $0.count = 1 }
        #expect(try blocks([stream(log.lines)]).map(\.code) == [.proofInvalid])
        // Nor a promise that stands alone.
        var promised = SampleLog()
        promised.certify()
        let promise = promised.iou(alice, bob, "1")
        promised.append(promise.document, promise.hash)
        try promised.seal()
        #expect(try blocks([stream(promised.lines)]).map(\.code) == [.proofInvalid])
        // A block that stands for itself may have one above it.
        #expect(
            try blocks([[0x0a] + stream([self.log.blocks[2].block.document])]).map(\.code) == [nil])
    }

    @Test func `a false line is false, and its segment too`() throws {
        var file = log.files[0]
        file[1][30] ^= 1
        let codes = try codes(Reliance(), stream(file))
        #expect(codes[0] == nil && codes[1] != nil && codes[2] == nil)
        #expect(codes[3] == .proofInvalid)
    }

    @Test func `blocks alone are judged alone, in any order`() throws {
        let lines = log.blocks.map(\.block.document)
        let verdicts = try blocks([stream(lines), stream(lines.reversed())]).map { try $0.get() }
        #expect(verdicts.count == 8)
        #expect(verdicts.allSatisfy { $0.leavesOpen("they stand above it in its segment") })
    }

    @Test func `a segment larger than a batch of lines`() throws {
        var log = SampleLog()
        log.certify()
        let count = Limits.batchLines + 10
        // The same unit again and again, with other terms: signatures cost the least.
        for number in 0..<count {
            let terms = UnitDefinition.Terms(
                symbol: issuer.address, code: "BEER", name: "\(number)", scale: 0, form: .voucher,
                terms: "")
            let hash = UnitDefinition(terms).hash
            log.append(
                UnitDefinition(terms, .init(signatures: [issuer.signature(hash)])).document, hash)
        }
        try log.seal()
        let verdict = try blocks([stream(log.lines)])[0].get()
        #expect(verdict.shows("the \(count + 1) documents above are what block 0"))
    }
}
