import Audit
import Bytes
import Testing

/// What lies on a disk may change in every byte.
@Suite struct FlipTests {
    /// Twelve lines in three files: every kind of document, sealed and open.
    private static func log() -> LogMaker {
        var log = LogMaker.begun()
        log.append(unit(issuer))
        log.clear(promise(issuer, alice, "100", id: 1), promise(issuer, bob, "50", id: 2))
        log.clear(
            promise(alice, bob, "12.5", id: 3, preimage: "open") { $0.hashlock = digest("open") })
        log.seal()
        log.clear(promise(issuer, carol, "0", credit: "-20", id: 4))
        log.clear(limit(bob, .max, "300", id: 5))
        log.seal(sealed: "2026-02-02")
        log.append(certificate(otherDevice))
        log.stack()
        log.append(unit(mint))
        log.clear(promise(carol, bob, "7", id: 6))
        return log
    }

    @Test func `a change of any byte is found`() throws {
        var random = Generator()
        let files = Self.log().all
        #expect(files.reduce(0) { $0 + $1.lines.count } == 12)
        var flipped = 0
        var auditor = LogAuditor()
        for (number, file) in files.enumerated() {
            for (index, line) in file.lines.enumerated() {
                for offset in line.indices {
                    flipped += 1
                    var changed = line
                    changed[offset] ^= UInt8(1 + random.below(255))
                    var copy = auditor
                    let rest = [changed] + file.lines[(index + 1)...]
                    guard isFound(&copy, rest, file.name, files[(number + 1)...]) else {
                        Issue.record("line \(index), byte \(offset): \(random.comment)")
                        continue
                    }
                }
                // The newline behind it, which makes one line of two.
                if index + 1 < file.lines.count {
                    flipped += 1
                    var copy = auditor
                    let merged = line + [0x0b] + file.lines[index + 1]
                    let rest = [merged] + file.lines[(index + 2)...]
                    let found = isFound(&copy, rest, file.name, files[(number + 1)...])
                    #expect(found, "the newline after line \(index)")
                }
                try auditor.add(line, from: AuditPlace(file: "", offset: 0))
            }
            try auditor.endOfSegment(name: file.name)
        }
        // Nothing would be found in bytes that nobody flips.
        #expect(flipped > 12 * 500)
    }

    @Test func `a change of any character of a sealed file's name is found`() throws {
        let log = Self.log()
        let name = try #require(log.files[1].name)
        for offset in name.utf8.indices {
            var changed = Array(name.utf8)
            changed[name.utf8.distance(from: name.startIndex, to: offset)] ^= 1
            var copy = log
            copy.files[1].name = String(decoding: changed, as: UTF8.self)
            #expect(copy.finding?.code == .segmentName)
        }
    }

    @Test func `a line left out of a sealed file, moved in it or doubled anywhere is found`() {
        let files = Self.log().all
        for (number, file) in files.enumerated() {
            for index in file.lines.indices {
                var lines = file.lines
                lines.insert(lines[index], at: index)
                #expect(finding(files, number, lines) != nil, "\(number) \(index)")
                // What is left out of an open journal shows only where later lines build on it.
                guard number < files.count - 1 else { continue }
                lines = file.lines
                lines.remove(at: index)
                #expect(finding(files, number, lines) != nil, "\(number) \(index)")
                guard index > 0 else { continue }
                lines = file.lines
                lines.swapAt(index - 1, index)
                #expect(finding(files, number, lines) != nil, "\(number) \(index)")
            }
        }
    }

    private func finding(_ files: [LogMaker.File], _ number: Int, _ lines: [[UInt8]])
        -> AuditFinding?
    {
        var files = files
        files[number].lines = lines
        var log = LogMaker()
        log.lines = files.removeLast().lines
        log.files = files
        return log.finding
    }

    /// Audits the rest of a log.
    private func isFound(
        _ auditor: inout LogAuditor, _ lines: [[UInt8]], _ name: String?,
        _ files: ArraySlice<LogMaker.File>
    ) -> Bool {
        do throws(AuditFinding) {
            for file in [LogMaker.File(name: name, lines: lines)] + files {
                for line in file.lines {
                    try auditor.add(line, from: AuditPlace(file: "", offset: 0))
                }
                try auditor.endOfSegment(name: file.name)
            }
            _ = try auditor.finish()
            return false
        } catch {
            return true
        }
    }
}
