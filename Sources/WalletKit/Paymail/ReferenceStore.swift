// Payments that were promised outputs, and what has paid them.
import Bytes
import Documents
import Files
import Paymail

/// `paymail/references/<reference>/`: a file for each thing that has happened.
///
/// ```
/// promise   what was promised, to whom, until when
/// claim     the transaction that is about to be taken, whole: if the process ends in the middle,
///           the next one goes on with it
/// paid      the transaction that was taken: no other one counts
/// ```
struct ReferenceStore {
    let directory: PaymailDirectory

    /// A transaction that is about to be taken.
    struct Claim {
        let transaction: Digest256
        let payload: TransactionPayload
    }

    /// References are made here: hexadecimal digits, which cannot be a path.
    static func isReference(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private func name(_ reference: String, _ part: String) -> String {
        "references/\(reference)/\(part)"
    }

    func keep(_ reference: PeerReference) throws {
        try directory.write(
            name(reference.destination.reference, "promise"), reference.json.bytes)
    }

    func reference(_ text: String) throws -> PeerReference? {
        guard Self.isReference(text), let bytes = try directory.read(name(text, "promise")) else {
            return nil
        }
        guard let found = PeerReference(bytes), found.destination.reference == text else {
            throw RequestError.damaged(path: directory.path + "/" + name(text, "promise"))
        }
        return found
    }

    func paid(_ reference: String) throws -> Digest256? {
        guard let bytes = try directory.read(name(reference, "paid")) else { return nil }
        guard let id = Digest256(hexadecimal: bytes.withoutNewline) else {
            throw RequestError.damaged(path: directory.path + "/" + name(reference, "paid"))
        }
        return id
    }

    func setPaid(_ reference: String, _ transaction: Digest256) throws {
        try directory.write(
            name(reference, "paid"), Array((transaction.hexadecimal + "\n").utf8))
        try directory.remove(name(reference, "claim"))
    }

    func claim(_ reference: String) throws -> Claim? {
        guard let bytes = try directory.read(name(reference, "claim")) else { return nil }
        guard let value = try? ForeignJSON(bytes),
            let id = value["transaction"]?.string.flatMap({ Digest256(hexadecimal: $0) }),
            let payload = value["bytes"]?.string.flatMap({ Hexadecimal.decode($0) }),
            let isBEEF = value["beef"]?.boolean
        else { throw RequestError.damaged(path: directory.path + "/" + name(reference, "claim")) }
        return Claim(transaction: id, payload: isBEEF ? .beef(payload) : .raw(payload))
    }

    func setClaim(_ reference: String, _ claim: Claim) throws {
        var isBEEF = false
        if case .beef = claim.payload { isBEEF = true }
        let value: ForeignJSON = [
            "transaction": .string(claim.transaction.hexadecimal), "beef": .boolean(isBEEF),
            "bytes": .string(Hexadecimal.encode(claim.payload.bytes)),
        ]
        try directory.write(name(reference, "claim"), value.bytes)
    }

    func dropClaim(_ reference: String) throws {
        try directory.remove(name(reference, "claim"))
    }

    /// Takes back that a transaction has paid.
    func release(_ reference: String, of transaction: Digest256) throws {
        guard try paid(reference) == transaction else { return }
        try directory.remove(name(reference, "paid"))
    }

    /// Forgets a promise that nobody has paid.
    func forget(_ reference: String) throws {
        guard Self.isReference(reference) else { return }
        try FileSystem.removeTree(directory.path + "/references/" + reference)
    }

    /// All references.
    func references() throws -> [String] {
        try directory.names("references").filter { Self.isReference($0) }
    }

    /// Whether no transaction has paid a reference, or is about to.
    func isUnpaid(_ reference: String) throws -> Bool {
        try paid(reference) == nil && claim(reference) == nil
    }

    /// References whose taking was interrupted.
    func interrupted() throws -> [String] {
        try references().filter { reference in
            try FileSystem.status(directory.path + "/" + name(reference, "claim")) != nil
        }
    }
}
