// What is published of the log: tiles, the latest checkpoint, the stacks' headers, and blocks'
// checkpoints with cosignatures.
import Blockstack
import Bytes
import Documents
import Files

/// Compares `stacks/` with the log while the log is read.
final class PublicationCheck {
    private let stacks: BlockStore
    private let findings: Findings
    private let tiles: TileComparison
    /// The published checkpoint; nil for none.
    private let published: [UInt8]?
    /// The size that it states; nil where it states none.
    private let publishedSize: Int?
    /// The block that states the same; nil while none has come.
    private var publishedBlock: BlockDocument?
    private var lastBlock: BlockDocument?
    /// The files of cosignatures whose block has not come.
    private var cosigned: Set<String>
    /// The names of the files below `cosigned` that are not what they must be.
    private(set) var falseNotes: [String] = []
    private let headers: [UInt8]
    private var headerBytes = 0
    private var areHeadersEqual = true

    static let cosignedName = "cosigned"
    private static let checkpointFile = Wallet.stacksName + "/checkpoint"
    private static let headersFile = Wallet.stacksName + "/headers"

    /// - Throws: `FileError`.
    init(_ stacks: BlockStore, _ findings: Findings) throws {
        self.stacks = stacks
        self.findings = findings
        do throws(FileError) {
            published = try stacks.checkpoint()
        } catch {
            published = []
        }
        let size = published.flatMap { try? Checkpoint(note: try SignedNote($0)).size }
        publishedSize = size
        // Without a checkpoint nothing has been promised; with a damaged one, all of it.
        tiles = TileComparison(
            directory: stacks.directory, published: published == nil ? 0 : size ?? .max, findings)
        var headers: [UInt8] = []
        do throws(FileError) {
            headers = try stacks.headers()
        } catch {
            findings.damage(
                "unreadable-file", file: Self.headersFile, "\(error.call): \(error.reason)")
            areHeadersEqual = false
        }
        self.headers = headers
        let folder = stacks.directory + "/" + Self.cosignedName
        cosigned =
            try FileSystem.status(folder)?.isDirectory ?? false
            ? Set(try FileSystem.list(folder)) : []
    }

    /// Takes in a block that holds.
    func folded(_ block: BlockDocument, _ entries: [Digest256]) throws {
        try tiles.append(entries)
        lastBlock = block
        if block.statement.log.size == publishedSize { publishedBlock = block }
        let name = String(block.statement.height)
        guard cosigned.remove(name) != nil else { return }
        let file = "\(Wallet.stacksName)/\(Self.cosignedName)/\(name)"
        do throws(FileError) {
            let bytes = try stacks.cosigned(block.statement.height) ?? []
            if let reason = Self.defect(of: bytes, block) {
                falseNotes.append(name)
                findings.damage("cosigned-differs", file: file, reason)
            }
        } catch {
            findings.damage("unreadable-file", file: file, "\(error.call): \(error.reason)")
        }
    }

    /// Takes in a stack that holds.
    func folded(_ stack: StackDocument) {
        let end = headerBytes + stack.header.count
        if areHeadersEqual, headers.count >= end,
            !headers[headerBytes..<end].elementsEqual(stack.header)
        {
            findings.damage(
                "headers-differ", file: Self.headersFile, offset: headerBytes,
                "the header of stack \(stack.height) is not that of its document")
            areHeadersEqual = false
        }
        headerBytes = end
    }

    /// The whole log has been folded.
    /// - Throws: `FileError`.
    func finish() throws {
        try tiles.finish()
        for name in cosigned.sorted() {
            let file = "\(Wallet.stacksName)/\(Self.cosignedName)/\(name)"
            if name.hasSuffix(Leftovers.suffix) {
                findings.note("leftover", file: file, "left behind by an interrupted process")
            } else {
                falseNotes.append(name)
                findings.damage("cosigned-differs", file: file, "there is no such block")
            }
        }
        finishHeaders()
        try finishCheckpoint()
    }

    private func finishHeaders() {
        guard areHeadersEqual, headers.count != headerBytes else { return }
        // They are written after their stacks.
        let bytes = StackDocument.headerBytes
        if headers.count < headerBytes, headers.count % bytes == 0 {
            findings.note(
                "publication-behind", file: Self.headersFile,
                "\((headerBytes - headers.count) / bytes) of \(headerBytes / bytes) headers have "
                    + "not been written yet")
        } else {
            findings.damage(
                "headers-differ", file: Self.headersFile,
                offset: min(headers.count, headerBytes),
                "it has \(headers.count) bytes, the log's headers \(headerBytes)")
        }
    }

    private func finishCheckpoint() throws {
        guard let lastBlock else {
            guard published != nil else { return }
            return findings.damage(
                "checkpoint-differs", file: Self.checkpointFile, "nothing has been sealed")
        }
        guard let published else {
            return findings.note(
                "publication-behind", file: Self.checkpointFile, "nothing has been published yet")
        }
        guard let block = publishedBlock, Self.defect(of: published, block) == nil else {
            let reason = Self.defect(of: published, publishedBlock ?? lastBlock)
            return findings.damage(
                "checkpoint-differs", file: Self.checkpointFile, reason ?? "no block says the same")
        }
        let height = block.statement.height
        let added = try? stacks.cosigned(height)
        if let added, added != published {
            // Cosignatures are kept first and published then.
            if try block.checkpointNote().bytes == published {
                findings.note(
                    "publication-behind", file: Self.checkpointFile,
                    "its cosignatures have not been published yet")
            } else {
                findings.damage(
                    "checkpoint-differs", file: Self.checkpointFile,
                    "it is not the note of stacks/\(Self.cosignedName)/\(height)")
            }
        } else if height < lastBlock.statement.height {
            findings.note(
                "publication-behind", file: Self.checkpointFile,
                "block \(lastBlock.statement.height) has not been published yet, only \(height)")
        }
    }

    /// Why a note is not the checkpoint of `block` with nothing but well-formed signatures added;
    /// nil where it is.
    static func defect(of bytes: [UInt8], _ block: BlockDocument) -> String? {
        do {
            let note = try SignedNote(bytes)
            guard note.bytes == bytes else { return "it is no signed note in its one spelling" }
            let own = try block.checkpointNote()
            guard note.text == own.text else {
                return "it does not say what block \(block.statement.height) says of the log"
            }
            guard note.signatures.first == own.signatures.first else {
                return "the domain's signature is not that of block \(block.statement.height)"
            }
            return nil
        } catch {
            return "\(error)"
        }
    }
}
