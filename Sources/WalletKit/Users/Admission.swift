// Who may clear in a domain that others are served by.
import Bytes
import Documents
import Files
import Glibc
import Graphstore
import Service
import Synchronization

/// Judges addresses. Safe on any thread.
public final class Admission: Sendable {
    /// The rule.
    public let rule: AdmissionRule
    private let invites: InviteStore
    private let users: UserStore
    private let path: String
    private let state: Mutex<State>

    private struct State {
        var names: AddressBook
        var stamp: Stamp?
        /// Addresses that are known to the ledger: they stay so.
        var known: Set<Address> = []
    }

    /// What changes when a file is replaced.
    private struct Stamp: Equatable {
        let inode: UInt
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            inode = UInt(status.st_ino)
            size = Int(status.st_size)
            seconds = Int(status.st_mtim.tv_sec)
            nanoseconds = Int(status.st_mtim.tv_nsec)
        }
    }

    /// Admission to a wallet's domain.
    /// - Parameter directory: the path of `.wallet`.
    /// - Parameter names: the address book; names that are added later are seen too.
    init(rule: AdmissionRule, directory: String, names: AddressBook) {
        self.rule = rule
        invites = InviteStore(wallet: directory)
        users = UserStore(wallet: directory)
        path = directory + "/" + Wallet.configurationName
        state = Mutex(State(names: names))
    }

    /// Whether an address may clear here.
    /// - Parameter isInLedger: whether the ledger knows the address (`Ledger.knows`, under its
    ///   lock); called where nothing else decides, and not again for whom it knows.
    /// - Throws: `FileError`, `ConfigurationError`; what `isInLedger` throws.
    public func isAdmitted(
        _ address: Address, isInLedger: () throws -> Bool
    ) throws -> Bool {
        if rule == .open { return true }
        if try isNamed(address) || invites.contains(address) { return true }
        guard rule == .known else { return false }
        if state.withLock({ $0.known.contains(address) }) { return true }
        guard try isInLedger() else { return false }
        state.withLock { state in
            if state.known.count > Limits.cachedCounters { state.known = [] }
            state.known.insert(address)
        }
        return true
    }

    /// Whether it is an own address, or where the rule says so a contact.
    private func isNamed(_ address: Address) throws -> Bool {
        try state.withLock { state in
            if isNamed(address, state.names) { return true }
            let stamp = Stamp(path)
            guard stamp != state.stamp else { return false }
            state.names = try AddressBook(
                Configuration(Configuration.Sources(walletPath: path)))
            state.stamp = stamp
            return isNamed(address, state.names)
        }
    }

    private func isNamed(_ address: Address, _ names: AddressBook) -> Bool {
        rule == .known ? names.name(of: address) != nil : names.own(address) != nil
    }
}

extension Ledger {
    /// Whether an address has a counter here, or issues a unit that is defined here. Under the
    /// ledger's lock.
    /// - Throws: failures of storage.
    public func knows(_ address: Address) throws -> Bool {
        struct Found: Error {}
        if try graph.unit(address) != nil { return true }
        do {
            try graph.forEachCounter(address: address) { _, counter in
                if counter.head != nil { throw Found() }
            }
        } catch is Found {
            return true
        }
        return false
    }
}
