// Replicas: the open block is derived anew, and blocks that another replica has sealed are taken in.
import Bytes
import Documents
import Files

extension DocumentStore {
    private static let mergedName = journalName + ".merged"

    /// Puts `lines` in the place of the whole journal, at once and durably. The index must have been
    /// taken back to the journal's beginning before. Only under the writer's lock.
    /// - Parameter lines: whole lines, newlines included; no block among them.
    /// - Throws: `FileError`; then the old journal stands.
    public func rewriteJournal(_ lines: [UInt8]) throws {
        precondition(lines.isEmpty || lines.last == Self.newline, "only whole lines are written")
        let merged = directory + "/" + Self.mergedName
        try FileSystem.remove(merged)
        do {
            let file = try File(merged, .new)
            try file.write(lines[...], at: 0)
            try file.synchronize()
            try FileSystem.rename(merged, to: directory + "/" + Self.journalName)
        } catch {
            try? FileSystem.remove(merged)
            throw error
        }
        try FileSystem.synchronizeDirectory(directory)
        try reopenJournal()
    }

    /// Takes in a sealed segment as the next one; the journal, which it replaces, must be kept
    /// elsewhere. Only under the writer's lock.
    /// - Parameter path: a durable file in the same file system, whose last line is the block.
    /// - Throws: `FileError`; what is interrupted is completed as a seal is.
    public func adopt(_ path: String, block: Digest256) throws {
        try FileSystem.rename(path, to: directory + "/" + Self.journalName)
        try FileSystem.synchronizeDirectory(directory)
        try reopenJournal()
        try close(as: SegmentName(height: journalSegment, block: block).text)
    }

    /// Moves the last sealed segment to another directory: a chain of blocks that takes precedence
    /// does not have it. The journal must be empty. Only under the writer's lock.
    /// - Throws: `FileError`.
    public func withdrawLast(to other: String) throws {
        guard let name = sealed.last else { return }
        try FileSystem.rename(directory + "/" + name, to: other + "/" + name)
        try FileSystem.synchronizeDirectory(directory)
        forgetLast()
    }
}
