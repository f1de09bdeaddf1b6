// Taking out of the log what is not to be believed. Every step leaves a directory in which the same
// repair, begun anew, comes to the same end.
import Bytes
import Documents
import Files
import Hashtable

/// Moves what follows the first damage into quarantine.
struct LogRepair {
    /// The wallet's directory.
    let directory: String
    let files: LogFiles
    /// Where what is done is told.
    let done: Findings

    private var journal: String { files.path(DocumentStore.journalName) }

    /// Leaves the log as it was before `place`.
    /// - Throws: `FileError`.
    func cut(at place: Place, _ quarantine: inout Quarantine) throws(FileError) {
        if place.segment > (files.names.keys.max() ?? -1) {
            try cutJournal(at: place.offset, &quarantine)
        } else {
            try cutSegment(at: place, &quarantine)
        }
    }

    private func cutJournal(
        at offset: Int, _ quarantine: inout Quarantine
    ) throws(FileError) {
        try quarantine.copy(journal, from: offset, as: DocumentStore.journalName)
        // The second name is the journal's still; its bytes are in the copy or stay.
        if let sealing = files.sealing {
            try FileSystem.remove(files.path(sealing.text))
            try FileSystem.synchronizeDirectory(files.directory)
        }
        try truncateJournal(to: offset)
        tell(
            DocumentStore.journalName,
            "what stood from byte \(offset) on was moved to "
                + "\(quarantine.name)/\(DocumentStore.journalName)")
    }

    private func truncateJournal(to offset: Int) throws(FileError) {
        let file = try File(journal, .readWrite)
        if try file.status().size > offset {
            try file.truncate(to: offset)
            try file.synchronize()
        }
        guard files.mark != nil else { return }
        try FileSystem.remove(files.path(LogFiles.markName))
        try FileSystem.synchronizeDirectory(files.directory)
    }

    /// The last segment to go is the damaged one: until then the damage shows where it did. Its
    /// good beginning becomes the journal.
    private func cutSegment(
        at place: Place, _ quarantine: inout Quarantine
    ) throws(FileError) {
        if files.hasJournal {
            try quarantine.copy(journal, from: 0, as: DocumentStore.journalName)
            tell(
                DocumentStore.journalName,
                "moved to \(quarantine.name)/\(DocumentStore.journalName)")
            // Lines that were never committed must not be taken for others.
            if let mark = files.mark { try truncateJournal(to: mark) }
        }
        let damaged = files.names[place.segment]
        let fresh = journal + Leftovers.suffix
        if let damaged, place.offset > 0 {
            try FileSystem.copy(
                files.path(damaged.text), from: 0, to: place.offset, into: fresh)
        } else {
            try FileSystem.remove(fresh)
            try File(fresh, .new).synchronize()
        }
        if let sealing = files.sealing { try move(sealing, &quarantine) }
        let later = files.names.filter { $0.key > place.segment }
        for (_, name) in later.sorted(by: { $0.key > $1.key }) { try move(name, &quarantine) }
        try moveNotes(from: place.segment, &quarantine)
        try FileSystem.rename(fresh, to: journal)
        try FileSystem.synchronizeDirectory(files.directory)
        if let damaged { try move(damaged, &quarantine) }
        if place.offset > 0 {
            done.repaired(
                "journal-reopened", file: LogFiles.file(DocumentStore.journalName),
                "the documents of segment \(place.segment) before byte \(place.offset) hold, and "
                    + "are open again: 'wallet seal' seals them")
        }
    }

    private func move(
        _ name: SegmentName, _ quarantine: inout Quarantine
    ) throws(FileError) {
        try quarantine.move(files.path(name.text), as: name.text)
        tell(name.text, "moved to \(quarantine.name)/\(name.text)")
    }

    /// Cosignatures go with their blocks.
    private func moveNotes(
        from height: Int, _ quarantine: inout Quarantine
    ) throws(FileError) {
        let folder = PublicationCheck.cosignedName
        let path = "\(directory)/\(Wallet.stacksName)/\(folder)"
        guard try FileSystem.status(path)?.isDirectory ?? false else { return }
        for name in try FileSystem.list(path) {
            guard let number = Int(name), number >= height else { continue }
            try moveNote(name, &quarantine)
        }
    }

    /// Moves a block's checkpoint with its cosignatures.
    /// - Throws: `FileError`.
    func moveNote(_ name: String, _ quarantine: inout Quarantine) throws(FileError) {
        let file = "\(PublicationCheck.cosignedName)/\(name)"
        let path = "\(Wallet.stacksName)/\(file)"
        try quarantine.move("\(directory)/\(path)", as: file)
        done.repaired("quarantined", file: path, "moved to \(quarantine.name)/\(file)")
    }

    private func tell(_ name: String, _ what: String) {
        done.repaired("quarantined", file: LogFiles.file(name), what)
    }

    /// Gives segments the names that their blocks state.
    /// - Throws: `FileError`.
    func rename(
        _ misnamed: [(name: SegmentName, right: SegmentName)]
    ) throws(FileError) {
        for (name, right) in misnamed
        where try FileSystem.status(files.path(right.text)) == nil {
            try FileSystem.rename(files.path(name.text), to: files.path(right.text))
            try FileSystem.synchronizeDirectory(files.directory)
            done.repaired(
                "renamed", file: LogFiles.file(name.text), "it is called '\(right.text)' now")
        }
    }

    /// Makes an empty journal where there is none.
    /// - Throws: `FileError`.
    func makeJournal() throws(FileError) {
        guard !files.hasJournal else { return }
        try File(journal, .readWrite).synchronize()
        try FileSystem.synchronizeDirectory(files.directory)
        done.repaired(
            "journal-made", file: LogFiles.file(DocumentStore.journalName),
            "an empty journal was made")
    }
}
