// Signed payments to clear: made on all cores, with keys that need no wallet.
import Bytes
import Cryptography
import Dispatch
import Documents
import Glibc

/// Payers whose keys come from numbers, and IOUs between them.
struct Workload {
    private let domain: String
    private let issuer: SigningPair
    private let payers: [SigningPair]

    private struct SigningPair: Sendable {
        let key: Secp256k1.PrivateKey
        let publicKey: [UInt8]
        let address: Address

        init(number: Int) throws {
            let digest = Hash.sha256(Array("bench \(number)".utf8))
            key = try Secp256k1.PrivateKey(SecretBytes(digest.bytes))
            publicKey = key.publicKey.compressed
            address = Address(of: publicKey)
        }
    }

    init(domain: String, payers: Int) throws {
        self.domain = domain
        issuer = try SigningPair(number: 0)
        self.payers = try (1...payers).map { try SigningPair(number: $0) }
    }

    /// Writes an issue to every payer.
    func writeIssues(to path: String) throws {
        try write(count: payers.count, to: path) { index in
            line(from: issuer, to: payers[index].address, "1000000000", "issue \(index)") + [0x0a]
        }
    }

    /// Writes `count` payments between payers, the first of them numbered `first`.
    func writePayments(_ count: Int, first: Int, to path: String) throws {
        try write(count: count, to: path) { payment(first + $0) + [0x0a] }
    }

    /// The same payments, without newlines.
    func payments(_ count: Int, first: Int) -> [[UInt8]] {
        let lines = Lines(count: count)
        DispatchQueue.concurrentPerform(iterations: count) { lines.set($0, payment(first + $0)) }
        return lines.all
    }

    private func payment(_ number: Int) -> [UInt8] {
        let source = payers[number % payers.count]
        let target = payers[(number * 7 + 1 + number / payers.count) % payers.count]
        let other = target.address == source.address ? issuer.address : target.address
        return line(from: source, to: other, "1", "payment \(number)")
    }

    private func line(
        from source: SigningPair, to target: Address, _ amount: String, _ random: String
    ) -> [UInt8] {
        guard let amount = try? Amount(Array(amount.utf8)),
            let expiry = Timestamp(typed: "2099-01-01")
        else { return [] }
        let iou = IOU(
            IOU.Terms(
                domain: domain, source: source.address, target: target, amount: amount,
                symbol: issuer.address, random: random, expiry: expiry))
        let signature = DocumentSignature(
            publicKey: source.publicKey, scheme: .ecdsaSecp256k1, signer: source.address,
            signature: source.key.sign(iou.hash))
        return iou.replacing(Endorsements(signatures: [signature])).document
    }

    private func write(
        count: Int, to path: String, _ line: @Sendable (Int) -> [UInt8]
    ) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw BenchError("'\(path)' cannot be made") }
        defer { close(file) }
        var done = 0
        while done < count {
            let part = min(20_000, count - done)
            let begin = done
            let bytes = Lines(count: part)
            DispatchQueue.concurrentPerform(iterations: part) { index in
                bytes.set(index, line(begin + index))
            }
            for piece in bytes.all {
                guard Glibc.write(file, piece, piece.count) == piece.count else {
                    throw BenchError("'\(path)' cannot be written")
                }
            }
            done += part
        }
    }
}

/// Lines that several threads make.
private final class Lines: @unchecked Sendable {  // Safe: the lock guards the array.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private var lines: [[UInt8]]

    init(count: Int) {
        lines = Array(repeating: [], count: count)
        lock = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    func set(_ index: Int, _ line: [UInt8]) {
        pthread_mutex_lock(lock)
        lines[index] = line
        pthread_mutex_unlock(lock)
    }

    var all: [[UInt8]] { lines }
}
