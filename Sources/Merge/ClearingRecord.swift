// What a device says that it has cleared.
import Bytes
import Documents

/// A transaction exactly as the device of its clock signed it. Only its clock and its instructions
/// count for a merge; what it says of counters is derived anew.
public struct ClearingRecord: Sendable {
    /// The transaction as signed.
    public let transaction: Transaction
    /// Its instructions.
    public let request: Request
    /// The verdict of rule 8 on the instructions; nil if every signature is as it must be.
    public let signatures: Refusal?
    /// The document: one line, without its newline.
    public let document: [UInt8]

    /// The identity.
    public var hash: Digest256 { transaction.hash }
    /// When, by which device, where in its chain.
    public var clock: Transaction.Clock { transaction.clock }
    /// Its place among all records.
    public var order: RecordOrder { RecordOrder(clock: clock, hash: hash) }

    /// A record of parts that have been read and judged.
    public init(
        transaction: Transaction, request: Request, signatures: Refusal?, document: [UInt8]
    ) {
        self.transaction = transaction
        self.request = request
        self.signatures = signatures
        self.document = document
    }

    /// A record that has been read.
    /// - Parameter signatures: the verdict of rule 8 on its instructions.
    /// - Throws: `malformed-document` where a merge has derived it, and what reading its
    ///   instructions throws.
    public init(_ document: TransactionDocument, signatures: Refusal?) throws(Refusal) {
        guard document.record == nil else {
            throw Refusal(
                .malformedDocument, "'record' says that it was derived: it is no record",
                ["hash": document.transaction.hash.hexadecimal])
        }
        self.init(
            transaction: document.transaction, request: try Request(document),
            signatures: signatures, document: Array(document.envelope.bytes))
    }

    /// A record whose signatures are checked here: the device's must be true, those of the
    /// instructions are the fold's to judge.
    /// - Parameter devices: who is certified.
    /// - Throws: `signature-missing`, `signature-invalid`, `unknown-scheme` for the receipt, and
    ///   what reading throws.
    public init(
        verifying document: TransactionDocument, devices: Set<Address>
    ) throws(Refusal) {
        try document.checkReceipt(among: devices)
        let request = try Request(document)
        do {
            try request.checkSignatures()
            try self.init(document, signatures: nil)
        } catch {
            try self.init(document, signatures: error)
        }
    }
}
