// One look at everything that follows from the log: documents, index, stacks.
import Blockstack
import Bytes
import Documents
import Files
import Graphstore
import Hashtable

/// Looks at documents, index and stacks of a wallet. Changes nothing; makes a new index in a file
/// of its own, or in memory where no file can be made.
struct StateCheck {
    /// The wallet's directory.
    let directory: String
    let surroundings: Surroundings
    /// Whether the new index is made in a file, so that memory does not grow with the log.
    var usesFile = true
    /// Judges a line by itself.
    var judge: @Sendable ([UInt8]) -> CheckedLine = { CheckedLine($0) }

    /// The file of the new index.
    var freshPath: String { directory + "/" + Ledger.indexName + ".fsck" }

    /// Inside the writer's lock, unless nothing can be written.
    /// - Throws: failures of storage that leave nothing to be said.
    func run() throws -> StateReport {
        let log = Findings()
        let files = try LogFiles(directory + "/" + Ledger.documentsName, log)
        let lines = LogFileLines(files)
        let fresh = try freshIndex(lines)
        let report = try StateReport(directory, files, log, fresh, lines)
        let fold = LogFold(into: fresh, lines, domain: nil, report)
        try report.covered(to: .start)
        var pass = LogPass(files.segments, into: fresh, fold, judge) {
            surroundings.onProgress("checking", $0)
        }
        try pass.run()
        if fold.counts.documents == 0, fold.cut == nil {
            try fold.report("first-document", "the log is empty", at: .start)
        }
        if fold.endsInBlock, files.sealing == nil {
            log.note(
                "seal-interrupted", file: LogFiles.file(DocumentStore.journalName),
                "a seal was interrupted; the next writer completes it")
        }
        try judgeTail(pass, report, fold)
        try report.finish(fold, pass)
        return report
    }

    /// What follows the last newline of the journal is damage if it has been seen whole.
    private func judgeTail(_ pass: LogPass, _ report: StateReport, _ fold: LogFold) throws {
        guard pass.tailBytes > 0, let end = pass.end else { return }
        if report.indexGoesBeyond(end) {
            try fold.report(
                RefusalCode.malformedDocument.rawValue,
                "the last line has no newline, and the index has seen it whole", at: end)
        } else {
            report.log.note(
                "torn-line", file: report.files.file(of: end.segment), offset: end.offset,
                "\(pass.tailBytes) bytes of a line that was never committed; the next writer "
                    + "removes them", isRepairable: false)
        }
    }

    private func freshIndex(_ lines: any DocumentSource) throws -> ClearingGraph {
        do {
            if usesFile {
                try Ledger.removeIndex(freshPath)
                return try ClearingGraph(path: freshPath, access: .readWrite, source: lines)
            }
        } catch let error as FileError where error.isReadOnly {
        } catch let error as IndexFailure where error.isReadOnly || error.isCannotOpen {}
        return try ClearingGraph(path: freshPath, access: .memory, source: lines)
    }

    /// Removes the file of the new index, which nobody may have open.
    func removeFresh() { if usesFile { try? Ledger.removeIndex(freshPath) } }
}

/// What one look at documents, index and stacks has shown.
final class StateReport: LogObserver {
    let files: LogFiles
    let log: Findings
    let index: Findings
    let publication: Findings
    /// The index that is made on the way; it covers the log where that is whole.
    private(set) var fresh: ClearingGraph?
    private(set) var counts = CheckCounts()
    /// From where on the log is not to be believed; nil where all of it holds.
    private(set) var cut: Place?
    /// The place after the first document; nil where that does not hold.
    private(set) var firstEnd: Place?
    private(set) var devices = DeviceRoll()
    /// The clearing domain; nil where the first document does not hold.
    private(set) var domain: String?
    /// Segments whose name is not their block's, and what it is.
    private(set) var misnamed: [(name: SegmentName, right: SegmentName)] = []
    /// Bytes of the journal that count.
    private(set) var journalEnd: Int?
    private let indexCheck: IndexCheck
    private let publicationCheck: PublicationCheck

    fileprivate init(
        _ directory: String, _ files: LogFiles, _ log: Findings, _ fresh: ClearingGraph,
        _ lines: any DocumentSource
    ) throws {
        self.files = files
        self.log = log
        self.fresh = fresh
        (index, publication) = (Findings(), Findings())
        let path = directory + "/" + Ledger.indexName
        indexCheck = IndexCheck(
            path: path, exists: try FileSystem.status(path) != nil, lines, index)
        publicationCheck = try PublicationCheck(
            BlockStore(directory: directory + "/" + Wallet.stacksName), publication)
    }

    /// Whether the log can be cut where the damage begins: the first document must stay.
    var isCuttable: Bool {
        guard let cut, let firstEnd else { return false }
        return firstEnd <= cut
    }

    var damageCount: Int { log.damageCount + index.damageCount + publication.damageCount }

    /// The names of the files of cosignatures that are not what they must be.
    var falseNotes: [String] { publicationCheck.falseNotes }

    fileprivate func indexGoesBeyond(_ place: Place) -> Bool {
        indexCheck.coverage.map { place.packed < $0.place } ?? false
    }

    fileprivate func finish(_ fold: LogFold, _ pass: LogPass) throws {
        (counts, cut, firstEnd) = (fold.counts, fold.cut, fold.firstEnd)
        (devices, domain, journalEnd) = (fold.devices, fold.domain, pass.end?.offset)
        indexCheck.finish(isWhole: cut == nil)
        if cut == nil { try publicationCheck.finish() }
    }

    func found(_ defect: LogDefect) {
        log.damage(
            defect.code, file: files.file(of: defect.place.segment), offset: defect.place.offset,
            defect.message, isRepairable: defect.isCuttable)
    }

    func folded(_ block: BlockDocument, _ entries: [Digest256]) throws {
        let right = SegmentName(height: block.statement.height, block: block.hash)
        if let name = files.names[right.height], name != right {
            misnamed.append((name, right))
            log.damage(
                "segment-name", file: files.file(of: right.height),
                "the segment's block names it '\(right.text)'")
        }
        try publicationCheck.folded(block, entries)
    }

    func folded(_ stack: StackDocument) { publicationCheck.folded(stack) }

    func covered(to place: Place) throws {
        if let fresh { try indexCheck.compare(fresh, at: place) }
    }

    /// Gives the file of the fresh index free.
    func closeFresh() { fresh = nil }
}
