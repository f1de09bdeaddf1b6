// What is kept of requests for payment: `requests/<id>/`, a file for each thing that has happened.
import Bytes
import Documents
import Files

/// The directory of the requests that this wallet has made.
///
/// ```
/// requests/<id>/invoice        the signed invoice
/// requests/<id>/coins          or what is asked for in bitcoins; its payment is a txid
/// payments/<id>/destination    what a server of Paymail has promised
/// requests/<id>/payment        the payment that was taken first: no other one counts
/// requests/<id>/receipt        the transaction that cleared it
/// requests/<id>/secret         what binds its channel at a relay to this wallet
/// requests/<id>/cancelled      it was taken back
/// requests/<id>/channel        where the proof is left (JSON, with the secret that writes)
/// requests/<id>/proved         the proof was left there
/// ```
struct RequestStore {
    let directory: String

    static let directoryName = "requests"

    /// What may be known of a request.
    enum Part: String, CaseIterable {
        case invoice, coins, destination, secret, payment, receipt, cancelled, channel, proved
    }

    /// A request's name is no path.
    static func isIdentifier(_ text: String) -> Bool {
        (1...Limits.requestNameBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0)
                    || (0x61...0x7a).contains($0)
            }
    }

    private func path(_ id: String, _ part: Part) -> String {
        "\(directory)/\(id)/\(part.rawValue)"
    }

    /// The contents of a file; nil where it is not there.
    /// - Throws: `FileError`.
    func read(_ id: String, _ part: Part) throws(FileError) -> [UInt8]? {
        guard Self.isIdentifier(id) else { return nil }
        do {
            return try FileSystem.read(path(id, part), limit: Limits.lineBytes)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// Writes a file, durable.
    /// - Throws: `FileError`.
    func write(_ id: String, _ part: Part, _ bytes: [UInt8]) throws(FileError) {
        try makeDirectories(id)
        try FileSystem.replace(path(id, part), with: bytes)
    }

    private func makeDirectories(_ id: String) throws(FileError) {
        for path in [directory, directory + "/" + id]
        where try FileSystem.status(path) == nil {
            do throws(FileError) {
                try FileSystem.makeDirectory(path)
                try FileSystem.synchronizeDirectory(FileSystem.parent(of: path))
            } catch {
                if error.code != FileError.alreadyThere { throw error }
            }
        }
    }

    /// The names of all requests.
    /// - Throws: `FileError`.
    func identifiers() throws(FileError) -> [String] {
        do throws(FileError) {
            return try FileSystem.list(directory).filter { Self.isIdentifier($0) }
        } catch {
            if error.isMissing { return [] }
            throw error
        }
    }

    /// The invoice; nil where there is none of this name.
    /// - Throws: `RequestError.damaged`; `FileError`.
    func invoice(_ id: String) throws -> Invoice? {
        guard let bytes = try read(id, .invoice) else { return nil }
        guard let invoice = try? Invoice(Envelope(line: bytes.withoutNewline)),
            invoice.identifier == id
        else { throw RequestError.damaged(path: path(id, .invoice)) }
        return invoice
    }

    /// Does something while nobody else changes requests.
    /// - Throws: `WalletError.busy`; `FileError`; what `body` throws.
    func held<Result>(
        seconds: Int, onWait: @escaping @Sendable () -> Void, _ body: () throws -> Result
    ) throws -> Result {
        if try FileSystem.status(directory) == nil {
            do throws(FileError) { try FileSystem.makeDirectory(directory) } catch {
                if error.code != FileError.alreadyThere { throw error }
            }
        }
        return try WriterLock.held(on: directory, seconds: seconds, onWait: onWait, body)
    }
}

extension [UInt8] {
    /// A line as a document is read: without the newline at its end.
    var withoutNewline: [UInt8] { last == UInt8(ascii: "\n") ? dropLast() : self }
}
