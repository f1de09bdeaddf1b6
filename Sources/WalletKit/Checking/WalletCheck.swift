// wallet fsck: every byte of a wallet verified, and mended where that can be done.
import Audit
import Bytes
import Documents
import Files
import Graphstore
import Hashtable

/// What a check looks at, and what it does.
public struct CheckOptions: Sendable {
    /// Whether keys are opened and the independent auditor replays the log.
    public var isFull = false
    /// Whether what can be mended is.
    public var isRepairing = false

    /// Looks, and changes nothing.
    public init() {}
}

/// Checks a wallet without opening it: whatever is damaged, the rest is looked at.
public struct WalletCheck {
    private let directory: String
    private let sources: Configuration.Sources
    private let surroundings: Surroundings
    private let opener: KeyOpener
    private let options: CheckOptions

    /// A check of the wallet at `directory`, the path of `.wallet`.
    /// - Parameters:
    ///   - sources: the configuration's layers but the wallet's own.
    ///   - opener: opens keys in a full check.
    public init(
        directory: String, sources: Configuration.Sources, surroundings: Surroundings,
        opener: KeyOpener, options: CheckOptions
    ) {
        self.directory = directory
        self.sources = sources
        self.surroundings = surroundings
        self.opener = opener
        self.options = options
    }

    private var documents: String { directory + "/" + Ledger.documentsName }

    /// Checks, under the writer's lock where the disk can be written.
    /// - Throws: `WalletError.busy`; what asking for a passphrase throws; failures of storage that
    ///   leave nothing to be said, or that stop a repair: begun anew it goes on.
    public func run() throws -> CheckReport {
        let outside = Findings()
        let configuration = ConfigurationCheck(
            directory + "/" + Wallet.configurationName, outside)
        // Before the lock: a person may be asked for the passphrase.
        let keys = KeyCheck(
            keys: KeyStore(directory: directory + "/" + Wallet.keysName),
            opener: options.isFull ? opener : nil, findings: outside)
        let publicKeys = try keys.run()
        try CoinCheck(directory: directory).run(outside)
        if let own = configuration.own { try keys.check(own, against: publicKeys) }
        let inside = Findings()
        let check = StateCheck(directory: directory, surroundings: surroundings)
        var report = try locked {
            defer { check.removeFresh() }
            return try look(check, inside) { state in
                if let domain = state.domain {
                    configuration.check(domain, outside)
                    keys.check(state.devices, against: publicKeys)
                }
            }
        }
        if options.isRepairing { try finishRepair(check, outside.damageCount, inside, &report) }
        let all = Findings()
        all.add(outside)
        all.add(inside)
        report.findings = all.list
        (report.damageCount, report.noteCount) = (all.damageCount, all.noteCount)
        return report
    }

    /// Runs `body` under the writer's lock; without it where the disk can only be read.
    private func locked<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try WriterLock.held(
                on: documents, seconds: waitSeconds, onWait: surroundings.onWait, body)
        } catch let error as FileError where error.call == "flock" && error.isReadOnly {
            return try body()
        }
    }

    /// How long to wait for the lock, whatever state the configuration is in.
    private var waitSeconds: Int {
        var sources = sources
        sources.walletPath = directory + "/" + Wallet.configurationName
        let own = try? Configuration(sources).integer(Settings.coreWait)
        return own ?? (try? Configuration().integer(Settings.coreWait)) ?? 0
    }

    /// Looks at documents, index and stacks, and begins to repair.
    private func look(
        _ check: StateCheck, _ findings: Findings, _ compare: (StateReport) -> Void
    ) throws -> CheckReport {
        var state = try check.run()
        var report = CheckReport()
        report.counts = state.counts
        compare(state)
        findings.add(state.log)
        findings.add(state.index)
        findings.add(state.publication)
        let leftovers = Leftovers(directory: directory)
        try leftovers.report(findings)
        if options.isFull, state.cut == nil { try audit(state, findings) }
        if options.isRepairing {
            report.quarantine = try repair(&state, check, findings)
        }
        return report
    }

    /// Lets the independent auditor replay the log, and compares its counters with the fresh
    /// index's.
    private func audit(_ state: StateReport, _ findings: Findings) throws {
        var segments = state.files.segments
        if let end = state.journalEnd, !segments.isEmpty { segments[segments.count - 1].end = end }
        do {
            let report = try Auditing(segments) {
                surroundings.onProgress("auditing", $0)
            }.run()
            if let fresh = state.fresh,
                let difference = try Auditing.difference(report, fresh)
            {
                findings.damage(
                    "audit", file: Ledger.indexName, difference, isRepairable: false)
            }
        } catch let finding as AuditFinding {
            findings.damage(
                "audit", file: finding.place.file, offset: finding.place.offset,
                "the auditor finds \(finding.code.rawValue): \(finding.message)",
                isRepairable: false)
        }
    }
}

// Repairing.
extension WalletCheck {
    /// Looks again after each step that changes the log; the damage that is cut away hides what
    /// follows.
    private static var rounds: Int { 4 }

    /// Mends the log and the index, inside the writer's lock.
    /// - Returns: the path of the quarantine, if anything is in it.
    private func repair(
        _ state: inout StateReport, _ check: StateCheck, _ done: Findings
    ) throws -> String? {
        var quarantine = try Quarantine(of: directory, at: surroundings.now())
        for _ in 0..<Self.rounds where try mendLog(state, &quarantine, done) {
            state = try check.run()
        }
        for name in state.falseNotes {
            try LogRepair(directory: directory, files: state.files, done: done)
                .moveNote(name, &quarantine)
        }
        if state.log.damageCount == 0 {
            if state.index.isRepairable { try install(&state, check, done) }
            // What every writer does first: uncommitted lines go, a seal is completed.
            try DocumentStore(directory: documents, forWriting: true).recover()
        }
        for file in try Leftovers(directory: directory).remove() {
            done.repaired("removed", file: file, "removed")
        }
        return quarantine.isMade ? quarantine.path : nil
    }

    /// One step; false where nothing is to be done or can be.
    private func mendLog(
        _ state: StateReport, _ quarantine: inout Quarantine, _ done: Findings
    ) throws -> Bool {
        let repair = LogRepair(directory: directory, files: state.files, done: done)
        if let cut = state.cut {
            guard state.isCuttable else { return false }
            try repair.cut(at: cut, &quarantine)
            return true
        }
        guard !state.misnamed.isEmpty || !state.files.hasJournal else { return false }
        try repair.makeJournal()
        try repair.rename(state.misnamed)
        return true
    }

    /// Puts the fresh index in the place of the old one.
    private func install(
        _ state: inout StateReport, _ check: StateCheck, _ done: Findings
    ) throws {
        try state.fresh?.complete()
        state.closeFresh()
        try Ledger.installIndex(
            check.freshPath, as: directory + "/" + Ledger.indexName)
        done.repaired("index-made", file: Ledger.indexName, "made anew from the log")
    }

    /// Makes anew what is published, and looks at everything once more.
    private func finishRepair(
        _ check: StateCheck, _ outside: Int, _ done: Findings, _ report: inout CheckReport
    ) throws {
        var state = try locked {
            defer { check.removeFresh() }
            return try check.run()
        }
        if state.log.damageCount == 0, state.publication.isRepairable {
            try PublicationRepair(
                directory: directory, waitSeconds: waitSeconds, surroundings: surroundings
            ).run()
            done.repaired(
                "published", file: Wallet.stacksName,
                "tiles, checkpoint and headers were made anew from the log")
            state = try locked {
                defer { check.removeFresh() }
                return try check.run()
            }
        }
        report.remaining = outside + state.damageCount
    }
}
