// What is said of one thing that has been verified.
import Bytes
import Documents

/// A verdict: the thing is what it says it is, as far as the sentences go.
public struct Verdict: Sendable {
    /// What can be verified.
    public enum Kind: String, Sendable {
        case iou, limit, cancel, unit, device, transaction, block, stack, proof, accusation
        case cut, allowance, revocation, lease, invoice, checkpoint
        case tlogProof = "tlog-proof"
        case tsc, bump

        init(_ kind: DocumentKind) {
            self =
                switch kind {
                case .iou: .iou
                case .limit: .limit
                case .unit: .unit
                case .device: .device
                case .transaction: .transaction
                case .block: .block
                case .stack: .stack
                case .accusation: .accusation
                case .cancel: .cancel
                case .cut: .cut
                case .allowance: .allowance
                case .revocation: .revocation
                case .lease: .lease
                case .invoice: .invoice
                // A puzzle is verified inside the document that it solves.
                case .proof, .puzzle: .proof
                }
        }
    }

    /// What it is.
    public let kind: Kind
    /// 64 hexadecimal digits: a document's hash, a checkpoint's root; of Bitcoin's proofs what they
    /// are about, as it is shown there.
    public let hash: String
    /// What a proof is about: a document or an instruction.
    public var id: Digest256?
    /// The clearing domain, or a log's origin.
    public var domain: String?
    /// The block's height, a stack's or a header's.
    public var height: Int?
    /// When the block was sealed.
    public var sealed: Timestamp?
    /// The address of the key that has signed.
    public var key: Address?
    /// Documents of the log.
    public var size: Int?
    /// The file; nil for standard input.
    public var file: String?
    /// What holds, in a sentence.
    public let proved: String
    /// What it does not show, a sentence each.
    public var unproved: [String]

    init(
        _ kind: Kind, _ hash: String, proved: String, unproved: [String] = []
    ) {
        self.kind = kind
        self.hash = hash
        self.proved = proved
        self.unproved = unproved
    }

    init(_ kind: Kind, _ hash: Digest256, proved: String, unproved: [String] = []) {
        self.init(kind, hash.hexadecimal, proved: proved, unproved: unproved)
    }

    /// What it does not show, in one line.
    public var notShown: String { unproved.joined(separator: "; ") }

    /// The verdict as a row.
    public var row: ReportRow {
        ReportRow([
            "verified": .boolean(true), "kind": .text(kind.rawValue), "hash": .text(hash),
            "id": id.map { .text($0.hexadecimal) }, "domain": domain.map { .text($0) },
            "height": height.map { .number($0) }, "sealed": sealed.map { .text($0.text) },
            "key": key.map { .text($0.text) }, "size": size.map { .number($0) },
            "proved": .text(proved), "unproved": .text(notShown), "file": file.map { .text($0) },
        ])
    }
}

extension Digest256 {
    /// The beginning, as people are shown it.
    var abbreviated: String { String(hexadecimal.prefix(12)) }
}
