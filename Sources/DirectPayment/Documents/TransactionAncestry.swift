// What a Bitcoin transaction spends, as payments carry it (TSC ancestors, version 1).
import Bitcoin
import Bytes
import Headers

/// Ancestors of a transaction, each with the proof that it is mined, if it is.
///
/// Binary: version `01`, then for each ancestor tag `01`, a varint of its length and the raw
/// transaction; where miners' answers are carried, tag `03`, a varint count and each answer behind
/// its length; where it is mined, tag `02`, a varint length and the proof (BRC-10, binary).
public struct TransactionAncestry: Sendable, Equatable {
    /// An ancestor.
    public struct Ancestor: Sendable, Equatable {
        /// The transaction.
        public let transaction: BitcoinTransaction
        /// The proof that it is mined; nil where its own ancestors are here instead.
        public let proof: TSCProof?

        /// An ancestor.
        public init(_ transaction: BitcoinTransaction, proof: TSCProof?) {
            self.transaction = transaction
            self.proof = proof
        }
    }

    /// The ancestors, in no particular order; each once.
    public let ancestors: [Ancestor]

    /// Ancestors.
    public init(_ ancestors: [Ancestor]) { self.ancestors = ancestors }

    private static let version: UInt8 = 1

    private enum Tag {
        static let transaction: UInt8 = 1
        static let proof: UInt8 = 2
        static let answers: UInt8 = 3
    }

    private static func malformed(_ reason: String) -> DirectPaymentError {
        .malformed(document: "ancestry", reason: reason)
    }

    /// Reads hexadecimal digits.
    /// - Throws: `DirectPaymentError.malformed`.
    public init(hexadecimal text: String) throws(DirectPaymentError) {
        guard let bytes = Hexadecimal.decode(text.lowercased()) else {
            throw Self.malformed("it is not hexadecimal")
        }
        do throws(HeaderError) { try self.init(reading: bytes) } catch {
            throw Self.malformed(error.message)
        }
    }

    private init(reading bytes: [UInt8]) throws(HeaderError) {
        var reader = ByteReader<HeaderError>(bytes[...])
        guard try reader.byte() == Self.version else {
            throw .malformedBEEF(reason: "the ancestry has another version")
        }
        var ancestors: [Ancestor] = []
        var known: Set<Digest256> = []
        var tag = reader.rest.isEmpty ? nil : try reader.byte()
        while let next = tag {
            guard next == Tag.transaction, ancestors.count < Limits.beefTransactions else {
                throw .malformedBEEF(reason: "the ancestry has no transaction where one is due")
            }
            let raw = Array(try reader.take(try reader.integer("transaction", limit: bytes.count)))
            let transaction: BitcoinTransaction
            do throws(BitcoinError) { transaction = try BitcoinTransaction(raw) } catch {
                throw .malformedTransaction(byteCount: raw.count)
            }
            var proof: TSCProof?
            tag = reader.rest.isEmpty ? nil : try reader.byte()
            if tag == Tag.answers {
                // What miners have said is no proof.
                for _ in 0..<(try reader.integer("answers", limit: Limits.beefTransactions)) {
                    _ = try reader.take(try reader.integer("answer", limit: bytes.count))
                }
                tag = reader.rest.isEmpty ? nil : try reader.byte()
            }
            if tag == Tag.proof {
                proof = try TSCProof(
                    binary: reader.take(try reader.integer("proof", limit: bytes.count)))
                tag = reader.rest.isEmpty ? nil : try reader.byte()
            }
            guard known.insert(transaction.id).inserted else { continue }
            ancestors.append(Ancestor(transaction, proof: proof))
        }
        self.ancestors = ancestors
    }

    /// Hexadecimal digits.
    public var hexadecimal: String {
        var bytes: [UInt8] = [Self.version]
        for ancestor in ancestors {
            bytes.append(Tag.transaction)
            bytes.appendVarint(ancestor.transaction.bytes.count)
            bytes += ancestor.transaction.bytes
            guard let proof = ancestor.proof?.binary else { continue }
            bytes.append(Tag.proof)
            bytes.appendVarint(proof.count)
            bytes += proof
        }
        return Hexadecimal.encode(bytes)
    }
}
