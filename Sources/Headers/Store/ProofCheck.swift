// Whether what a proof shows is in the longest chain of a store.
import Bytes
import Documents

/// A proof as it came: TSC in JSON or binary, BUMP, or BEEF, told by its contents.
public enum PresentedProof: Sendable {
    case tsc(TSCProof)
    case bump(BUMP)
    case beef(BEEF)

    /// Reads JSON, binary, or the hexadecimal digits of the latter.
    /// - Throws: `HeaderError`, and `JSONError` never: its reason stands in `.malformedJSON`.
    public init(_ bytes: [UInt8]) throws(HeaderError) {
        let first = bytes.first { $0 > 0x20 }
        if first == UInt8(ascii: "{") {
            self = .tsc(try TSCProof(json: bytes))
            return
        }
        let binary = Self.binary(bytes)
        // What is printable to its last byte is no binary: hashes are not.
        guard binary.isEmpty || !Self.isText(binary) else { throw .unreadableText }
        try self.init(binary: binary)
    }

    /// The bytes that hexadecimal digits stand for, of either case and with blanks between them;
    /// what is no such text as it is.
    public static func binary(_ bytes: [UInt8]) -> [UInt8] {
        let digits = bytes.filter { $0 > 0x20 }
            .map { (0x41...0x46).contains($0) ? $0 | 0x20 : $0 }
        return isText(bytes) ? Hexadecimal.decode(digits) ?? bytes : bytes
    }

    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { (0x21...0x7e).contains($0) || [0x20, 9, 10, 13].contains($0) }
    }

    private init(binary bytes: [UInt8]) throws(HeaderError) {
        if BEEF.begins(bytes) {
            self = .beef(try BEEF(bytes))
            return
        }
        // Flags below 32 begin a TSC proof, a height in the chain's beginning a BUMP: what both
        // could be is what reads as one of them to its last byte.
        do throws(HeaderError) { self = .bump(try BUMP(binary: bytes)) } catch let reason {
            do throws(HeaderError) { self = .tsc(try TSCProof(binary: bytes)) } catch {
                throw bytes.first ?? 0xff < 0x20 ? error : reason
            }
        }
    }

    /// What it is called.
    public var kind: String {
        switch self {
        case .tsc: "tsc"
        case .bump: "bump"
        case .beef: "beef"
        }
    }
}

/// What a proof shows, once the chain has been asked.
public struct ChainProof: Sendable, Equatable {
    /// The transactions that are shown to be mined, in internal order.
    public let transactions: [Digest256]
    /// The headers that show it.
    public let headers: [PlacedHeader]
    /// What a BEEF is about, in internal order; nil for other proofs.
    public let subject: Digest256?

    /// What was shown.
    public init(transactions: [Digest256], headers: [PlacedHeader], subject: Digest256?) {
        self.transactions = transactions
        self.headers = headers
        self.subject = subject
    }
}

/// Why a proof that is sound in itself shows nothing.
public enum ChainRefusal: Error, Sendable, Equatable {
    /// The header that it names is not known.
    case unknownHeader(Digest256)
    /// The header that it names has been left by the chain.
    case staleHeader(Digest256, height: Int)
    /// No header of the longest chain has this root, or another one at that height.
    case notInChain(root: Digest256, height: Int?)
    /// The height is above the last header that is known.
    case notYet(height: Int, tip: Int)

    /// Stable.
    public var code: String {
        switch self {
        case .unknownHeader: "unknown-header"
        case .staleHeader: "stale-header"
        case .notInChain: "not-in-chain"
        case .notYet: "not-yet"
        }
    }

    /// A sentence for people.
    public var message: String {
        switch self {
        case .unknownHeader(let hash): "nothing is known of the header '\(hash.displayed)'"
        case .staleHeader(let hash, let height):
            "the header '\(hash.displayed)' of height \(height) is not in the longest chain"
        case .notInChain(let root, let height):
            "the root '\(root.displayed)' is not in the longest chain"
                + (height.map { ", at height \($0)" } ?? "")
        case .notYet(let height, let tip):
            "height \(height) is above the last header that is known, \(tip)"
        }
    }
}

extension HeaderLookup {
    /// Verifies a proof against the longest chain.
    /// - Throws: `HeaderError` for a proof that is false in itself, `ChainRefusal` for one that is
    ///   not of this chain; failures of storage.
    public func verify(_ proof: PresentedProof) throws -> ChainProof {
        switch proof {
        case .tsc(let proof):
            let header = try self.header(of: proof)
            try proof.verify(against: header.header, at: header.height)
            return ChainProof(transactions: [proof.leaf], headers: [header], subject: nil)
        case .bump(let path):
            let header = try confirmed(try path.root(), at: path.height)
            return ChainProof(
                transactions: path.transactions, headers: [header], subject: nil)
        case .beef(let beef):
            let headers = try beef.roots(at: tip.height, time: try medianTime())
                .map { try confirmed($0.root, at: $0.height) }
            return ChainProof(
                transactions: beef.entries.filter { $0.path != nil }.map(\.id), headers: headers,
                subject: beef.subject)
        }
    }

    /// The median of the times of the last eleven headers, seconds since 1970: what lock times are
    /// compared with (BIP113).
    /// - Throws: failures of storage.
    public func medianTime() throws -> UInt32 {
        let times = try (max(0, tip.height - 10)...tip.height)
            .compactMap { try header(at: $0)?.header.time }.sorted()
        return times.isEmpty ? 0 : times[times.count / 2]
    }

    /// The header that a height and a root name.
    /// - Throws: `ChainRefusal`; failures of storage.
    public func confirmed(_ root: Digest256, at height: Int) throws -> PlacedHeader {
        switch try standing(ofRoot: root, at: height) {
        case .confirmed(let header): return header
        case .notYet(let tip): throw ChainRefusal.notYet(height: height, tip: tip)
        case .notInChain: throw ChainRefusal.notInChain(root: root, height: height)
        }
    }

    private func header(of proof: TSCProof) throws -> PlacedHeader {
        let found: PlacedHeader?
        let named: Digest256
        switch proof.target {
        case .height(let height): return try confirmed(try proof.root(), at: height)
        case .merkleRoot(let root):
            guard let header = try find(root: root) else {
                throw ChainRefusal.notInChain(root: root, height: nil)
            }
            return header
        case .hash(let hash): (found, named) = (try find(hash), hash)
        case .header(let header): (found, named) = (try find(header.hash), header.hash)
        }
        guard let found else { throw ChainRefusal.unknownHeader(named) }
        guard found.state == .longest else {
            throw ChainRefusal.staleHeader(named, height: found.height)
        }
        return found
    }
}
