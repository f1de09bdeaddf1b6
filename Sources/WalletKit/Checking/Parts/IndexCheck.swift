// The index, compared with one that has just been made of the log.
import Bytes
import Documents
import Graphstore
import Hashtable

/// Compares `graph.db` with the fresh index at the moment at which that covers as much: an index
/// may lag behind its log.
final class IndexCheck {
    private var known: ClearingGraph?
    private let findings: Findings
    private var isDone = false

    private static let file = Ledger.indexName

    /// Opens the index at `path` and looks whether it is whole.
    /// - Parameter lines: the log, for whoever reads the index.
    init(path: String, exists: Bool, _ lines: any DocumentSource, _ findings: Findings) {
        self.findings = findings
        guard exists else {
            findings.note(
                "index-missing", file: Self.file,
                "there is no index; whoever opens the wallet makes it")
            return
        }
        do {
            let graph = try ClearingGraph(path: path, access: .readOnly, source: lines)
            let problems = try graph.integrityProblems()
            for problem in problems {
                findings.damage("index-damaged", file: Self.file, "SQLite: \(problem)")
            }
            if problems.isEmpty { known = graph }
        } catch let error as GraphError {
            findings.damage("index-version", file: Self.file, "\(error)")
        } catch let error as IndexFailure {
            findings.damage("index-damaged", file: Self.file, "SQLite: \(error.message)")
        } catch {
            findings.damage("index-damaged", file: Self.file, "\(error)")
        }
    }

    /// How far the index goes; nil where there is none that could be compared.
    var coverage: Coverage? { isDone ? nil : known?.coverage }

    /// The fresh index covers the log up to `place`.
    /// - Throws: `DatabaseError` of the fresh one.
    func compare(_ fresh: ClearingGraph, at place: Place) throws {
        guard let known, !isDone, known.coverage.place == place.packed else { return }
        isDone = true
        guard known.coverage.lastDigest == fresh.coverage.lastDigest else {
            return reportReplaced(known.coverage)
        }
        var (left, right) = (known.coverage, fresh.coverage)
        (left.place, right.place) = (0, 0)
        if left != right {
            findings.damage(
                "index-differs", file: Self.file,
                "it does not cover what it says: \(left.lines) lines, not \(right.lines)")
        }
        try fresh.apply()
        do throws(IndexFailure) {
            for difference in try known.differences(from: fresh) {
                findings.damage(
                    "index-differs", file: Self.file,
                    "the table '\(difference.table)' differs from the log in row "
                        + "\(difference.row)")
            }
        } catch {
            findings.damage("index-damaged", file: Self.file, "SQLite: \(error.message)")
        }
    }

    /// The log ends.
    /// - Parameter isWhole: whether all of it holds.
    func finish(isWhole: Bool) {
        defer { known = nil }
        guard let known, !isDone else { return }
        if isWhole {
            reportReplaced(known.coverage)
        } else {
            findings.note(
                "index-not-compared", file: Self.file,
                "the log is damaged before the place up to which the index goes",
                isRepairable: false)
        }
    }

    private func reportReplaced(_ coverage: Coverage) {
        let place = Place(packed: coverage.place)
        findings.damage(
            "log-replaced", file: Self.file,
            "the index has seen \(coverage.lines) documents, up to byte \(place.offset) of segment "
                + "\(place.segment); the log does not have them: was it cut, or restored?")
    }
}
