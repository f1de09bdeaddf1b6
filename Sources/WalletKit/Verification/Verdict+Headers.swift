// What proofs under Bitcoin's headers show. Hashes are written as they are shown there: reversed.
import Blockstack
import Bytes
import Documents
import Headers

extension Verdict {
    /// Verifies a TSC proof, against the headers that are known where there are any.
    /// - Throws: `proof-invalid`; `not-trusted` where no known header is the proof's.
    init(_ proof: TSCProof, _ headers: VerifiedHeaders?) throws(Refusal) {
        let leaf = "'\(proof.leaf.displayed)'"
        let proved: String
        var unproved: [String] = []
        var height: Int?
        let known = try headers.map { (headers) throws(Refusal) in
            try Self.known(headers.height(of: proof.target), in: headers)
        }
        do throws(HeaderError) {
            let root = try proof.root()
            if let known {
                try proof.verify(against: known.header, at: known.height)
                proved = "\(leaf) is \(known.phrase)"
                height = known.height
            } else {
                (proved, unproved) = try Self.sentences(proof, leaf, root)
                if case .height(let stated) = proof.target { height = stated }
            }
        } catch {
            throw Refusal(error)
        }
        self.init(.tsc, proof.leaf.displayed, proved: proved, unproved: unproved)
        self.height = height
    }

    private static func sentences(
        _ proof: TSCProof, _ leaf: String, _ root: Digest256
    ) throws(HeaderError) -> (proved: String, unproved: [String]) {
        switch proof.target {
        case .header(let header):
            try proof.verify(against: header)
            let work = try CompactTarget(bits: header.bits).work
            return (
                "\(leaf) is under the header '\(header.hash.displayed)', with about \(work) hashes "
                    + "of work",
                ["that the header is in a chain: '--headers FILE' shows that"]
            )
        case .merkleRoot(let expected):
            guard root == expected else { throw .wrongRoot(expected: expected, got: root) }
            return ("\(leaf) is in the tree of the root '\(root.displayed)'", [noHeader])
        case .hash(let header):
            return (
                "the branch leads from \(leaf) to the root '\(root.displayed)'",
                ["that the header '\(header.displayed)' has this root: no header was shown"]
            )
        case .height(let height):
            return (
                "the branch leads from \(leaf) to the root '\(root.displayed)'",
                ["that the header of height \(height) has this root: no header was shown"]
            )
        }
    }

    private static let noHeader = "that a header has this root: no header was shown"

    /// Verifies a BUMP, against the headers that are known where there are any.
    /// - Throws: `proof-invalid`; `not-trusted` where no known header is of its height.
    init(_ path: BUMP, _ headers: VerifiedHeaders?) throws(Refusal) {
        let subject: String
        switch path.transactions.count {
        case 0: subject = "the tree of the path"
        case 1: subject = "'\(path.transactions[0].displayed)'"
        case let count: subject = "'\(path.transactions[0].displayed)' and \(count - 1) more"
        }
        let proved: String
        var unproved: [String] = []
        let root: Digest256
        let known = try headers.map { (headers) throws(Refusal) in
            try Self.known(
                headers.heights.contains(path.height) ? path.height : nil, in: headers)
        }
        do throws(HeaderError) {
            root = try path.root()
            if let known {
                guard root == known.header.merkleRoot else {
                    throw .wrongRoot(expected: known.header.merkleRoot, got: root)
                }
                proved = "\(subject) is \(known.phrase)"
            } else {
                proved =
                    path.transactions.isEmpty
                    ? "the path leads to the root '\(root.displayed)'"
                    : "the path leads from \(subject) to the root '\(root.displayed)'"
                unproved = [
                    "that the header of height \(path.height) has this root: no header was shown"
                ]
            }
        } catch {
            throw Refusal(error)
        }
        self.init(
            .bump, (path.transactions.first ?? root).displayed, proved: proved, unproved: unproved)
        height = path.height
    }

    /// A header of those that are known.
    private static func known(
        _ height: Int?, in headers: VerifiedHeaders
    ) throws(Refusal) -> (header: BlockHeader, height: Int, phrase: String) {
        guard let height else {
            throw Refusal(
                .notTrusted,
                "the proof's header is none of the \(headers.headers.count) that you have")
        }
        let header = headers.headers[height - headers.firstHeight]
        return (
            header, height,
            "under header \(height) of the \(headers.headers.count) that you have, which are "
                + "chained with \(headers.work) hashes of work"
        )
    }
}

extension VerifiedHeaders {
    /// The height of the header that a proof is for; nil where it is none of these.
    fileprivate func height(of target: TSCProof.Target) -> Int? {
        let index: Int? =
            switch target {
            case .hash(let hash): hashes.firstIndex(of: hash)
            case .header(let header): hashes.firstIndex(of: header.hash)
            case .merkleRoot(let root): headers.firstIndex { $0.merkleRoot == root }
            case .height(let height): heights.contains(height) ? height - firstHeight : nil
            }
        return index.map { firstHeight + $0 }
    }
}
