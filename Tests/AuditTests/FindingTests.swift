import Audit
import Bytes
import Documents
import Testing

@Suite struct FindingTests {
    @Test func `a log without defect has no finding`() throws {
        let report = try Defect.base().audit()
        #expect(report.counts.transactions == 4)
        #expect(report.counts.documents == 6)
    }

    @Test(arguments: Defect.all)
    func `a defect is found as what it is, and told in a sentence`(defect: Defect) throws {
        var log = Defect.base()
        defect.spoil(&log)
        let finding = try #require(log.finding)
        #expect(finding.code == defect.code, "\(finding.message)")
        #expect(finding.message.first?.isUppercase == false)
        #expect(finding.message.last != "." && finding.message.count > 10)
    }

    @Test func `there is a defect for every code`() {
        #expect(Set(Defect.all.map(\.code)) == Set(AuditFinding.Code.allCases))
    }

    @Test func `a finding tells its place`() throws {
        var log = Defect.base()
        log.seal()
        let offset = log.lines.reduce(0) { $0 + $1.count + 1 }
        log.clear(promise(alice, bob, "3", id: 6))
        let next = log.lines[0].count + 1
        log.clear(promise(alice, bob, "300", id: 7))
        let finding = try #require(log.finding)
        #expect(finding.place == AuditPlace(file: "journal.ndjson", offset: offset + next))
        #expect(finding.code == .outsideLimits)

        log = Defect.base()
        log.seal()
        log.files[0].name = "elsewhere.ndjson"
        #expect(log.finding?.place == AuditPlace(file: "elsewhere.ndjson", offset: 0))
    }

    @Test func `after a finding nothing else is said`() throws {
        let log = Defect.base()
        var auditor = LogAuditor()
        func code(_ body: () throws -> Void) throws -> AuditFinding.Code? {
            do {
                try body()
                return nil
            } catch let finding as AuditFinding {
                #expect(finding.place == AuditPlace(file: "a", offset: 1))
                return finding.code
            }
        }
        let place = AuditPlace(file: "a", offset: 1)
        for line in log.lines { try auditor.add(line, from: AuditPlace(file: "a", offset: 0)) }
        #expect(try code { try auditor.add(unit(issuer), from: place) } == .documentRepeated)
        #expect(
            try code { try auditor.add(unit(mint), from: .init(file: "b", offset: 2)) }
                == .documentRepeated)
        #expect(try code { try auditor.endOfSegment(name: nil) } == .documentRepeated)
        #expect(try code { _ = try auditor.finish() } == .documentRepeated)
    }
}
