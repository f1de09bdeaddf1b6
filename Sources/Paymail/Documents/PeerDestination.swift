// What a payment to a handle has to pay (BRFC 2a40af698840), and what became of it.
import Bitcoin
import Bytes
import Cryptography
import Documents

/// Outputs that together pay what was asked for, and the name of the payment.
public struct PeerDestination: Sendable, Hashable {
    /// What is to be paid.
    public let outputs: [TransactionOutput]
    /// What the receiver knows the payment by.
    public let reference: String

    /// A destination.
    public init(outputs: [TransactionOutput], reference: String) {
        self.outputs = outputs
        self.reference = reference
    }

    /// Reads a server's answer, and checks it against what was asked for.
    /// - Throws: `PaymailError.falseAnswer`.
    public init(_ bytes: [UInt8], satoshis: UInt64) throws(PaymailError) {
        func wrong(_ reason: String) -> PaymailError {
            .falseAnswer(what: "the destination", reason: reason)
        }
        let value = try ForeignJSON.answer(bytes, "the destination")
        guard let reference = value["reference"]?.string, !reference.isEmpty,
            reference.utf8.count <= PaymailLimits.referenceBytes
        else { throw wrong("the reference is missing or too long") }
        guard let elements = value["outputs"]?.elements,
            (1...PaymailLimits.outputs).contains(elements.count)
        else { throw wrong("it has not 1 to \(PaymailLimits.outputs) outputs") }
        var outputs: [TransactionOutput] = []
        var sum: UInt64 = 0
        for element in elements {
            guard let script = element.bytes("script"), script.count <= PaymailLimits.scriptBytes,
                let amount = element["satoshis"]?.satoshis, amount > 0
            else { throw wrong("an output has no script or no satoshis") }
            let (next, overflow) = sum.addingReportingOverflow(amount)
            guard !overflow, next <= satoshis else {
                throw wrong("its outputs ask for more than \(satoshis) satoshis")
            }
            sum = next
            outputs.append(TransactionOutput(satoshis: amount, script: Script(script)))
        }
        guard sum == satoshis else {
            throw wrong("its outputs ask for \(sum) instead of \(satoshis) satoshis")
        }
        self.outputs = outputs
        self.reference = reference
    }

    /// The answer of a server.
    public var json: ForeignJSON {
        [
            "outputs": .array(outputs.map(\.json)), "reference": .string(reference),
        ]
    }
}

extension TransactionOutput {
    /// `{script, satoshis}`.
    var json: ForeignJSON {
        ["script": .string(script.hexadecimal), "satoshis": satoshis.json]
    }
}

/// What a receiver says of a transaction.
public struct TransactionReceipt: Sendable, Hashable {
    /// The transaction that was taken.
    public let transaction: Digest256
    /// A word of the receiver; often empty.
    public let note: String

    /// A receipt.
    public init(transaction: Digest256, note: String = "") {
        self.transaction = transaction
        self.note = note
    }

    /// Reads a server's answer about the transaction that was sent.
    /// - Throws: `PaymailError.falseAnswer`.
    init(_ bytes: [UInt8], for transaction: Digest256) throws(PaymailError) {
        let value = try ForeignJSON.answer(bytes, "the transaction")
        guard let text = value["txid"]?.string, text.lowercased() == transaction.displayed else {
            throw .falseAnswer(
                what: "the transaction", reason: "it names another than \(transaction.displayed)")
        }
        self.init(transaction: transaction, note: value.text("note"))
    }

    /// `{txid, note}`.
    public var json: ForeignJSON {
        ["txid": .string(transaction.displayed), "note": .string(note)]
    }
}

/// Who says that he has sent a transaction: never needed, never believed without a signature.
public struct TransactionMetadata: Sendable, Hashable {
    /// A handle.
    public var sender: String
    /// The sender's key, compressed, hexadecimal.
    public var publicKey: String
    /// Over the transaction's id in hexadecimal (Bitcoin Signed Message).
    public var signature: String
    /// A word to the receiver.
    public var note: String

    /// Metadata; empty by default.
    public init(
        sender: String = "", publicKey: String = "", signature: String = "", note: String = ""
    ) {
        self.sender = sender
        self.publicKey = publicKey
        self.signature = signature
        self.note = note
    }

    /// Reads whatever stands there: nothing, null, a number, an object of other things.
    init(_ value: ForeignJSON?) {
        self.init(
            sender: value?.text("sender") ?? "", publicKey: value?.text("pubkey") ?? "",
            signature: value?.text("signature") ?? "", note: value?.text("note") ?? "")
    }

    /// All four members, always: some servers fall over where one is missing.
    var json: ForeignJSON {
        [
            "note": .string(note), "pubkey": .string(publicKey), "sender": .string(sender),
            "signature": .string(signature),
        ]
    }

    /// What is signed.
    static func message(_ transaction: Digest256) -> [UInt8] { Array(transaction.displayed.utf8) }
}
