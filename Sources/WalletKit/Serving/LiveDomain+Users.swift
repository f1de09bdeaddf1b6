// Custodial users, and who may clear here for the first time.
import Documents
import Service

extension LiveDomain {
    /// The custodial user whose bearer token this is.
    public func user(token: String) throws -> ServedUser? { nil }

    /// Signs a promise in the name of a user and clears it.
    public func pay(
        _ order: PaymentOrder, as user: ServedUser,
        _ answer: @escaping @Sendable (ClearedLine) -> Void
    ) {
        answer(.undecided(ServiceFailure("no-user", "nobody of that name")))
    }

    /// Whether an address may clear here for the first time.
    public func isAdmitted(_ address: Address) throws -> Bool { true }
}
