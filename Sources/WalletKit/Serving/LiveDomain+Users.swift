// Custodial users, and who may clear here for the first time.
import Dispatch
import Documents
import Service

extension LiveDomain {
    /// The custodial user whose bearer token this is.
    public func user(token: String) throws -> ServedUser? {
        try ServiceFailure.wrapping {
            guard let custody, let user = try custody.user(token: token) else { return nil }
            return try ledger.read { try custody.served(user, in: $0) }
        }
    }

    /// Signs a promise in the name of a user, within the allowance, and clears it.
    public func pay(
        _ order: PaymentOrder, as user: ServedUser,
        _ answer: @escaping @Sendable (ClearedLine) -> Void
    ) {
        guard let custody else {
            return answer(.undecided(ServiceFailure("read-only", "nothing is cleared here")))
        }
        DispatchQueue.global().async { [self] in
            do {
                guard let user = try custody.user(user.address) else {
                    return answer(
                        .declined(
                            code: "unknown-name", message: "there is no such user any more",
                            details: [:]))
                }
                let payment = try ledger.read { ledger in
                    try custody.reserve(order, as: user, in: ledger, book)
                }
                do {
                    clear(try custody.sign(payment)) { cleared in
                        custody.release(payment)
                        answer(cleared)
                    }
                } catch {
                    custody.release(payment)
                    throw error
                }
            } catch {
                if let refusal = OrderRefusal(error) {
                    answer(
                        .declined(
                            code: refusal.code, message: refusal.message,
                            details: refusal.details))
                } else {
                    answer(.undecided(ServiceFailure(error)))
                }
            }
        }
    }

    /// Whether an address may clear here for the first time.
    public func isAdmitted(_ address: Address) throws -> Bool {
        guard let admission else { return false }
        return try ServiceFailure.wrapping {
            try admission.isAdmitted(address) { try ledger.read { try $0.knows(address) } }
        }
    }
}
