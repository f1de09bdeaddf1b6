// Who has an account: passwords are slow to check, so nobody but those who log in waits for them.
import Bytes
import Cryptography
import Dispatch
import Synchronization

/// Checks `Authorization: Basic`.
final class ChannelUsers: Sendable {
    private let store: SharedStore
    /// Credentials that were right, by their digest under a key of this process.
    private let known = Mutex<[Digest256: Int]>([:])
    private let key: [UInt8]
    private let queue = DispatchQueue(label: "channels.passwords")
    private let waiting = Atomic<Int>(0)
    private let falses: RequestGate

    /// Passwords that wait; more are told to come again.
    private static let waitingLimit = 64

    init(_ store: SharedStore, key: [UInt8], falsePerMinute: Int) {
        self.store = store
        self.key = key
        falses = RequestGate(perMinute: falsePerMinute)
    }

    /// - Parameter done: called once, with the account's number.
    func check(
        _ credentials: ChannelCredentials, _ network: String, _ now: Int64,
        done: @escaping @Sendable (Result<Int, ChannelProblem>) -> Void
    ) {
        guard let user = credentials.user else {
            return done(.failure(ChannelProblem(.unauthenticated, isBasic: true)))
        }
        let digest = Hash.hmacSHA256(key: key, message: Array((credentials.basic ?? "").utf8))
        if let account = known.withLock({ $0[digest] }) { return done(.success(account)) }
        guard falses.isOpen(network, at: now) else {
            return done(
                .failure(
                    ChannelProblem(429, "rate-limited", "too many false passwords", retryAfter: 60))
            )
        }
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.waitingLimit else {
            waiting.subtract(1, ordering: .relaxed)
            return done(.failure(.busy))
        }
        queue.async {
            defer { self.waiting.subtract(1, ordering: .relaxed) }
            done(self.answer(user, digest, network, now))
        }
    }

    private func answer(
        _ user: (name: String, password: [UInt8]), _ digest: Digest256, _ network: String,
        _ now: Int64
    ) -> Result<Int, ChannelProblem> {
        if let account = known.withLock({ $0[digest] }) { return .success(account) }
        do {
            let account = try store.use {
                try $0.account(user: user.name, password: SecretBytes(user.password))
            }
            guard let account else {
                _ = falses.admits(network, at: now)
                return .failure(ChannelProblem(.unauthenticated, isBasic: true))
            }
            known.withLock { known in
                if known.count >= Limits.channelKnownUsers { known.removeAll() }
                known[digest] = account
            }
            return .success(account)
        } catch { return .failure(ChannelProblem(error)) }
    }
}
