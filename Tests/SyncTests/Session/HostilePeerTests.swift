// Peers and relays that lie: refused with a reason, and nothing of ours is lost or changed.

import Bytes
import Documents
import Testing

@testable import Sync

@Suite("A peer that lies is refused")
struct HostilePeerTests {
    /// A session in which every answer of one kind is replaced.
    private func refusal(
        of kind: Frame.Kind, from right: MemoryReplica, to left: MemoryReplica,
        nth: Int = 0, _ change: @escaping (Frame) -> Frame
    ) throws -> SyncError.Code? {
        let before = left.holdings.documents.lines
        var connection = Connection(right)
        var seen = 0
        connection.onAnswer = { _, answer in
            guard answer.kind == kind else { return answer }
            seen += 1
            return seen > nth ? change(answer) : answer
        }
        let code = try code { try connection.sync(left) }
        #expect(left.holdings.documents.lines.isSuperset(of: before), "nothing is lost")
        return code
    }

    private func pair() -> (MemoryReplica, MemoryReplica) {
        let (left, right) = (MemoryReplica(1), MemoryReplica(2))
        for replica in [left, right] {
            replica.addEntry(1, 1)
            replica.addNote(1)
            replica.addRecord(1, of: left.device)
            replica.addRecord(2, of: right.device)
        }
        return (left, right)
    }

    private func message(_ frame: Frame) throws -> PackMessage { try PackMessage(frame.body) }

    @Test("Bytes that were flipped on the way lose and change nothing")
    func flippedBytes() throws {
        var random = Generator()
        var refused = 0
        for _ in 0..<100 {
            let (left, right) = differingReplicas(&random)
            let before = (left.holdings.documents.lines, right.holdings.documents.lines)
            let genuine = before.0.union(before.1)
            let turn = random.below(6)
            var connection = Connection(right)
            var local = Generator(exactly: random.next())
            connection.onAnswer = { _, answer in
                var body = answer.body
                guard !body.isEmpty, local.below(6) <= turn else { return answer }
                body[local.below(body.count)] ^= UInt8(1 << local.below(8))
                return Frame(answer.kind, body)
            }
            do { _ = try connection.sync(left) } catch is SyncError { refused += 1 }
            for (replica, held) in [(left, before.0), (right, before.1)] {
                let now = replica.holdings.documents.lines
                #expect(now.isSuperset(of: held), "nothing is lost; \(random.comment)")
                #expect(now.isSubset(of: genuine), "nothing is made up; \(random.comment)")
            }
            let summary = try sync(left, with: right)
            #expect(summary.isConverged, "the next session mends it; \(random.comment)")
            #expect(left.holdings.documents.lines == genuine, random.comment)
        }
        #expect(refused > 50)
    }

    @Test("Questions that were flipped on the way are answered with errors, and change nothing")
    func flippedQuestions() throws {
        var random = Generator(1)
        for _ in 0..<30 {
            let (left, right) = differingReplicas(&random)
            let before = (left.holdings.documents.lines, right.holdings.documents.lines)
            let genuine = before.0.union(before.1)
            let responder = SyncResponder(right)
            var initiator = SyncInitiator(left)
            var frames = try initiator.start()
            for _ in 0..<20 {
                for frame in frames {
                    for _ in 0..<5 where !frame.body.isEmpty {
                        var body = frame.body
                        body[random.below(body.count)] = UInt8(random.below(256))
                        _ = responder.answer(Frame(frame.kind, body))
                        _ = responder.answer(Frame(frame.kind, Array(body.prefix(random.below(9)))))
                    }
                }
                guard case .send(let next) = try initiator.receive(responder.answer(frames)) else {
                    break
                }
                frames = next
            }
            let now = right.holdings.documents.lines
            #expect(now.isSuperset(of: before.1) && now.isSubset(of: genuine), random.comment)
            #expect(try sync(left, with: right).isConverged, random.comment)
        }
    }

    @Test("A document whose bytes do not give its hash")
    func wrongHash() throws {
        let (left, right) = pair()
        right.addEntry(2, 2)
        let code = try refusal(of: .pack, from: right, to: left) { frame in
            let text = String(decoding: frame.body, as: UTF8.self)
            return Frame(.pack, Array(text.replacing("eeee", with: "eefe").utf8))
        }
        #expect(code == .invalidDocument)
    }

    @Test("Documents that nobody asked for")
    func unrequested() throws {
        let (left, right) = pair()
        right.addEntry(2, 2)
        right.addRecord(5)
        #expect(
            try refusal(of: .pack, from: right, to: left) {
                guard var message = try? message($0), case .entries(let lines) = message.pack else {
                    return $0
                }
                message.pack = .entries(lines + [Sample.entry(9, 9)])
                return message.frame
            } == .notRequested)
        #expect(
            try refusal(of: .pack, from: right, to: left) {
                guard var message = try? message($0), case .entries(let lines) = message.pack else {
                    return $0
                }
                message.pack = .entries(lines + lines)
                return message.frame
            } == .notRequested)
        let (left2, right2) = pair()
        right2.addRecord(5)
        for pack in [
            Pack.records(device: left2.device, lines: [Sample.record(left2.device, 9, 9)]),
            .records(device: right2.device, lines: [Sample.record(right2.device, 1, 9)]),
        ] {
            let code = try refusal(of: .pack, from: right2, to: left2) { _ in
                PackMessage(pack).frame
            }
            #expect(code == .notRequested)
        }
        for (pack, expected) in [
            (Pack.notes([]), SyncError.Code.notRequested),
            (.records(device: right2.device, lines: [Sample.entry(1, 1)]), .invalidDocument),
            (
                .records(device: right2.device, lines: [Sample.record(left2.device, 9, 9)]),
                .contradiction
            ),
            (
                .records(
                    device: right2.device,
                    lines: [
                        Sample.record(right2.device, 9, 9), Sample.record(right2.device, 8, 9),
                    ]), .contradiction
            ),
        ] {
            let code = try refusal(of: .pack, from: right2, to: left2) { _ in
                PackMessage(pack).frame
            }
            #expect(code == expected)
        }
    }

    @Test("Answers that say more and bring nothing")
    func endless() throws {
        let (left, right) = pair()
        right.addRecord(5)
        #expect(
            try refusal(of: .pack, from: right, to: left) { _ in
                PackMessage(.records(device: right.device, lines: []), hasMore: true).frame
            } == .noProgress)
        let (left2, right2) = pair()
        right2.addEntry(2, 2)
        for taken in [0, 2] {
            let code = try refusal(of: .pack, from: right2, to: left2) { _ in
                PackMessage(.entries([]), hasMore: true, taken: taken).frame
            }
            #expect(code == .noProgress)
        }
        // Offered and then not held: no mistake, and counted.
        var connection = Connection(right2)
        connection.onAnswer = { question, answer in
            question.kind == .want ? PackMessage(.entries([]), taken: 1).frame : answer
        }
        let summary = try connection.sync(left2)
        #expect(summary.missing > 0 && !summary.isConverged)
    }

    @Test("Set reconciliation without an end")
    func endlessRanges() throws {
        let (left, right) = pair()
        for number in 2..<5 { left.addEntry(number, number) }
        var random = Generator(2)
        let code = try refusal(of: .reconcile, from: right, to: left) { frame in
            var message = ReconciliationWriter()
            let bytes = (0..<16).map { _ in UInt8(random.below(256)) }
            message.append(.infinity, .fingerprint(Fingerprint(bytes) ?? .empty))
            return ReconcileMessage(.entries, message.bytes).frame
        }
        #expect(code == .noProgress)
    }

    @Test("Messages of set reconciliation that are none")
    func malformedRanges() throws {
        let unsorted = [0x61, 0x05, 0x00, 0x00, 0x01, 0x01, 0x09, 0x00, 0x01, 0x01, 0x08, 0x00]
        let messages: [([UInt8], SyncError.Code)] = [
            ([], .malformedMessage), ([0x41], .malformedMessage),
            ([0x62], .unsupportedVersion), ([0x61, 0x00, 0x00, 0x03], .malformedMessage),
            (unsorted.map { UInt8($0) }, .malformedMessage),
            ([0x61, 0x00, 0x00, 0x02, 0x8f, 0xff, 0xff, 0xff, 0x7f], .malformedMessage),
            ([0x61, 0x00, 0x21], .malformedMessage),
            ([0x61, 0x00, 0x00, 0x01, 1, 2], .malformedMessage),
            ([0x61, 0x80, 0x00, 0x00], .malformedMessage),
            ([0x61] + [UInt8](repeating: 0xff, count: 10), .malformedMessage),
            ([UInt8](repeating: 0x61, count: SyncLimits.reconciliationBytes + 1), .limitExceeded),
        ]
        for (bytes, expected) in messages {
            let (left, right) = pair()
            right.addEntry(2, 2)
            let code = try refusal(of: .reconcile, from: right, to: left) { _ in
                ReconcileMessage(.entries, bytes).frame
            }
            #expect(code == expected, "\(bytes.prefix(12))")
        }
        let (left, right) = pair()
        right.addEntry(2, 2)
        #expect(
            try refusal(of: .reconcile, from: right, to: left) {
                Frame(.reconcile, [SyncSet.notes.rawValue] + $0.body.dropFirst())
            } == .unexpectedFrame)
        #expect(
            try refusal(of: .reconcile, from: right, to: left) { _ in Frame(.reconcile, [7]) }
                == .malformedMessage)
    }

    @Test("A HELLO that contradicts itself, another domain, another version, another kind")
    func greetings() throws {
        let (left, right) = pair()
        right.addEntry(2, 2)
        func changed(_ change: @escaping (inout Hello) -> Void) throws -> SyncError.Code? {
            try refusal(of: .hello, from: right, to: left) { frame in
                guard var full = try? HelloMessage(frame.body).full else { return frame }
                change(&full)
                return HelloMessage(full, isFull: true).frame
            }
        }
        #expect(try changed { $0.domain = "others" } == .wrongDomain)
        #expect(
            try refusal(of: .hello, from: right, to: left) { frame in
                let text = String(decoding: frame.body, as: UTF8.self)
                return Frame(.hello, Array(text.replacing("\"count\":2", with: "\"count\":3").utf8))
            } == .contradiction)
        #expect(
            try refusal(of: .hello, from: right, to: left) { frame in
                let text = String(decoding: frame.body, as: UTF8.self)
                return Frame(.hello, Array(text.replacing("wsync/1", with: "wsync/2").utf8))
            } == .unsupportedVersion)
        #expect(
            try refusal(of: .hello, from: right, to: left) { frame in
                guard let full = try? HelloMessage(frame.body).full else { return frame }
                return HelloMessage(full, isFull: false).frame
            } == .contradiction)
        #expect(
            try refusal(of: .hello, from: right, to: left) { _ in Frame(.done, []) }
                == .unexpectedFrame)
        #expect(
            try refusal(of: .hello, from: right, to: left) { _ in
                ErrorMessage(code: "busy", message: "later").frame
            } == .refusedByPeer)
        #expect(
            try changed { hello in
                hello.heads = (0...SyncLimits.heads).map {
                    DeviceHead(
                        device: Address(of: [UInt8($0 & 0xff), UInt8($0 >> 8), 9]), sequence: 1,
                        digest: .zero)
                }
            } == .limitExceeded)
    }

    @Test("Claims that nothing comes of: the session ends, and says whether it converged")
    func lyingCounts() throws {
        let (left, right) = pair()
        for lie in 0..<4 {
            var connection = Connection(right)
            connection.onAnswer = { question, answer in
                if question.kind == .done, lie >= 2 {
                    let end = Conclusion(state: .zero, view: .zero, reports: 1)
                    return AckMessage.conclusion(end).frame
                }
                guard answer.kind == .hello, var hello = try? right.hello else { return answer }
                if lie.isMultiple(of: 2) {
                    hello.entries.count += 5
                } else {
                    hello.heads[0].sequence += 3
                }
                return HelloMessage(hello, isFull: true).frame
            }
            let summary = try connection.sync(left)
            #expect(summary.isConverged == (lie < 2) && summary.progress.turns < 60)
        }
    }

    @Test("A chain that a peer speaks of and does not have")
    func lyingChains() throws {
        let (left, right) = pair()
        for replica in [left, right] { replica.seal(term: 1, salt: 1) }
        left.seal(term: 1, salt: 2)
        right.seal(term: 0, salt: 3)
        // It claims a higher term than its blocks show.
        let code = try refusal(of: .hello, from: right, to: left) { frame in
            guard var full = try? HelloMessage(frame.body).full else { return frame }
            full.tip?.term = 9
            return HelloMessage(full, isFull: true).frame
        }
        #expect(code == nil || code == .noProgress)
        #expect(left.blocks.count == 2 && left.blocks[1].last == left.blocks.last?.last)
        #expect(try left.blockHash(at: 1) != right.blockHash(at: 1))
        #expect(try sync(left, with: right).isConverged)
    }

    @Test("Lines of blocks that leave gaps, end elsewhere, or lead to another block")
    func blockLines() throws {
        func code(_ change: @escaping (ChainTip, [BlockRun]) -> Pack) throws -> SyncError.Code? {
            let (left, right) = pair()
            for salt in 0..<3 {
                right.addNote(100 + salt)
                right.seal(term: 0, salt: salt)
            }
            let code = try refusal(of: .pack, from: right, to: left) { frame in
                guard let message = try? PackMessage(frame.body),
                    case .blocks(let tip, let runs) = message.pack
                else { return frame }
                return PackMessage(change(tip, runs)).frame
            }
            if code != nil { #expect(left.blocks.isEmpty) }
            return code
        }
        #expect(try code { .blocks(tip: $0, runs: $1) } == nil)
        #expect(try code { .blocks(tip: $0, runs: Array($1.dropFirst())) } == .notRequested)
        #expect(try code { .blocks(tip: $0, runs: [$1[0], $1[2]]) } == .malformedMessage)
        #expect(try code { tip, _ in .blocks(tip: tip, runs: []) } == .noProgress)
        #expect(try code { _, _ in .notes([Sample.note(1)]) } == .unexpectedFrame)
        #expect(
            try code { tip, runs in
                var run = runs[0]
                run.isComplete = false
                return .blocks(tip: tip, runs: [run])
            } == .contradiction)
        #expect(
            try code { tip, runs in
                var run = runs[0]
                run.lines.removeLast()
                return .blocks(tip: tip, runs: [run])
            } == .contradiction)
        #expect(
            try code { tip, runs in
                var runs = runs
                let other = Sample.block(height: 2, previous: .zero, term: 0, salt: 77)
                runs[2].lines[runs[2].lines.count - 1] = other
                return .blocks(tip: tip, runs: runs)
            } == .contradiction)
        // A block in between that is another: found when the chain is whole.
        #expect(
            try code { tip, runs in
                var runs = runs
                let other = Sample.block(height: 1, previous: .zero, term: 0, salt: 77)
                runs[1].lines[runs[1].lines.count - 1] = other
                return .blocks(tip: tip, runs: runs)
            } == .invalidDocument)
    }

    @Test("A peer that knows less than it said before")
    func rollback() throws {
        let (left, right) = pair()
        left.addEntry(5, 5)
        right.addRecord(6)
        right.refuses = [Sample.entry(5, 5)]
        let old = try right.hello
        right.addEntry(7, 7)
        let code = try refusal(of: .hello, from: right, to: left, nth: 1) { _ in
            HelloMessage(old, isFull: true).frame
        }
        #expect(code == .rollback)
        var less = old
        less.heads.removeLast()
        #expect(less.rollback(since: old) != nil)
        less = old
        less.heads[0].sequence -= 1
        #expect(less.rollback(since: old) != nil)
        less = old
        less.notes.count -= 1
        #expect(less.rollback(since: old) != nil)
        #expect(old.rollback(since: old) == nil)
    }

    @Test("Equal documents and different results are an alarm")
    func viewMismatch() throws {
        let (left, right) = pair()
        left.addEntry(5, 5)
        right.salt = 1
        #expect(try code { try sync(left, with: right) } == .viewMismatch)
        #expect(try code { try sync(left, with: right) } == .viewMismatch, "and stays one")
        #expect(left.holdings == right.holdings)
        right.salt = 0
        _ = try right.conclude()
        #expect(try sync(left, with: right).isConverged)
    }

    @Test("A side that did not come to fold is no alarm")
    func interruptedFold() throws {
        let (left, right) = pair()
        _ = try left.conclude()
        #expect(try left.hello.view != right.hello.view)
        let summary = try sync(left, with: right)
        #expect(summary.isConverged && summary.progress.turns == 2)
    }

    @Test("Answers too few, too many, or after the end")
    func counts() throws {
        let (left, right) = pair()
        right.addEntry(2, 2)
        var initiator = SyncInitiator(left)
        _ = try initiator.start()
        #expect(try code { try initiator.receive([]) } == .unexpectedFrame)
        #expect(try code { try initiator.receive([Frame(.done, [])]) } == .unexpectedFrame)
        let responder = SyncResponder(right)
        let question = HelloMessage(try left.hello, isFull: false).frame
        let many = [Frame](repeating: question, count: SyncLimits.turnFrames + 1)
        let answers = responder.answer(many)
        #expect(answers.count == 1)
        #expect(try ErrorMessage(answers[0].body).code == "limit-exceeded")
        for kind in [Frame.Kind.ack, .error, .auth, .end] {
            let answer = try ErrorMessage(responder.answer(Frame(kind, [])).body)
            #expect(answer.code == "unexpected-frame")
        }
    }

    @Test("A peer that takes nothing, and one that only gives")
    func refusing() throws {
        let (left, right) = pair()
        for number in 0..<SyncLimits.refusals + 1 { left.addEntry(number, 5 + number) }
        right.refuses = left.holdings.entries
        #expect(try code { try sync(left, with: right) } == .noProgress)
        let (reader, source) = pair()
        reader.addEntry(3, 3)
        source.addEntry(4, 4)
        var connection = Connection(source, isReadOnly: true)
        #expect(try code { try connection.sync(reader) } == .refusedByPeer)
        var pulling = Connection(source, isReadOnly: true)
        _ = try pulling.sync(reader, SyncOptions(direction: .pull))
        #expect(reader.holdings.entries.count == 3 && source.holdings.entries.count == 2)
    }

    @Test("What the replica throws is not told to the peer")
    func failures() throws {
        struct Disk: Error {}
        let (left, right) = pair()
        left.addEntry(3, 3)
        right.onReceive = { throw Disk() }
        var failures = 0
        let responder = SyncResponder(right) { _ in failures += 1 }
        let frame = PackMessage(.entries([Sample.entry(3, 3)])).frame
        let answer = try ErrorMessage(responder.answer(frame).body)
        #expect(answer == ErrorMessage(code: "failed", message: "the replica could not answer"))
        #expect(failures == 1)
        #expect(try code { try sync(left, with: right) } == .refusedByPeer)
        left.onReceive = { throw Disk() }
        right.addEntry(8, 8)
        #expect(throws: (any Error).self) { try sync(left, with: right) }
    }
}
