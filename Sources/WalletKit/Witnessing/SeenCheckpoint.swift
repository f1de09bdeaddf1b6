// What a witness remembers of a log.
import Documents

/// The last checkpoint that this wallet has cosigned for a log.
public struct SeenCheckpoint: Sendable {
    /// The checkpoint with one signature of the log and, as its last line, our cosignature.
    public let note: SignedNote
    /// What it says.
    public let checkpoint: Checkpoint
    /// When it was cosigned, in seconds since 1970.
    public let time: Int

    /// One past the largest time: nothing is cosigned after the year 9999.
    private static let timeEnd = Int(Timestamp.latest.milliseconds / 1000) + 1

    /// - Throws: `NoteError` for anything but such a note.
    init(_ note: SignedNote) throws(NoteError) {
        guard let last = note.signatures.last else { throw .unsigned }
        self.note = note
        checkpoint = try Checkpoint(note: note)
        time = try Cosignature(last).time
        guard time < Self.timeEnd else {
            throw .outOfRange(what: "the time", got: time, lower: 0, upper: Self.timeEnd - 1)
        }
    }

    /// When it was cosigned, as reports show it.
    public var timestamp: Timestamp {
        Timestamp(milliseconds: Int64(time) * 1000) ?? .latest
    }

    /// The checkpoint with nothing but the signature of `key`; nil where it has none.
    func signed(by key: VerifierKey) -> SignedNote? { note.signed(by: key) }
}

extension SignedNote {
    /// The text and one true signature of `key`; nil where a signature of the key is false, or where
    /// it has none.
    func signed(by key: VerifierKey) -> SignedNote? {
        guard case .verified = check(key),
            let line = signatures.first(where: { key.isNamed(by: $0) })
        else { return nil }
        return try? SignedNote(text: text, signatures: [line])
    }
}
