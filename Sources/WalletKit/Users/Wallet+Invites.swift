// Inviting others to clear in this wallet's domain, and who is admitted.
import Bytes
import Documents
import Service

/// Somebody who may clear here though the domain is closed to strangers.
public struct Invite: Sendable, Hashable {
    /// What the address is called here; the address itself for a stranger.
    public let name: String
    /// The address.
    public let address: Address
    /// When it was invited; nil where the file does not say it.
    public let time: Timestamp?

    /// The members of an invitation.
    public static let fields = ["name", "address", "time"]

    /// The invitation as a row.
    public var row: ReportRow {
        ReportRow([
            "name": .text(name), "address": .text(address.text),
            "time": time.map { .text($0.text) },
        ])
    }
}

extension Wallet {
    private var inviteStore: InviteStore { InviteStore(wallet: directory) }

    /// Everybody who has been invited, by address.
    /// - Throws: `FileError`.
    public func invites() throws -> [Invite] {
        try inviteStore.all().map { address, time in
            Invite(name: book.name(of: address) ?? address.text, address: address, time: time)
        }
    }

    /// Invites whom `who` names to clear here.
    /// - Returns: the invitation, and whether it is new.
    /// - Throws: `WalletError.unknown`, `.ambiguous`, `.busy`; `Refusal` `invalid-address`;
    ///   `FileError`.
    public func invite(_ who: String) throws -> (invite: Invite, isNew: Bool) {
        let resolver = try resolver()
        let address = try resolver.address(who)
        let now = surroundings.now()
        let isNew = try exclusively { try inviteStore.add(address, at: now) }
        let time = isNew ? now : try inviteStore.all().first { $0.address == address }?.time
        return (Invite(name: resolver.name(address), address: address, time: time), isNew)
    }

    /// Takes an invitation back.
    /// - Throws: `WalletError.unknown` where there is none; as `invite`.
    public func uninvite(_ who: String) throws -> Address {
        let address = try resolver().address(who)
        guard try exclusively({ try inviteStore.remove(address) }) else {
            throw WalletError.unknown(
                what: "invitation of", name: who, suggestions: try invites().map(\.name))
        }
        return address
    }

    private func exclusively<Result>(_ body: () throws -> Result) throws -> Result {
        try WriterLock.held(
            on: directory + "/" + Ledger.documentsName,
            seconds: try configuration.integer(Settings.coreWait), onWait: surroundings.onWait,
            body)
    }

    /// Who may clear here, by the setting `domain.admission`.
    /// - Throws: `ConfigurationError`.
    public func admission() throws -> Admission {
        let word = try configuration.text(Settings.domainAdmission) ?? ""
        return Admission(
            rule: AdmissionRule(rawValue: word) ?? .invite, directory: directory, names: book)
    }

    /// Whether an address may clear here.
    /// - Throws: `ConfigurationError`; failures of storage.
    public func isAdmitted(_ address: Address) throws -> Bool {
        try admission().isAdmitted(address) { try reader().knows(address) }
    }
}
