// A wallet opened on a directory.
import Bytes
import Cryptography
import Documents
import Files
import Graphstore

/// The directory `.wallet`: configuration, names, keys and ledger. Not to be shared among threads.
public final class Wallet {
    /// The path of `.wallet`.
    public let directory: String
    /// The layered configuration.
    public private(set) var configuration: Configuration
    /// The names.
    public private(set) var book: AddressBook
    /// The keys' files.
    public let keys: KeyStore
    /// Opens the keys' files, asking for a passphrase at most once.
    public let opener: KeyOpener
    let surroundings: Surroundings
    /// Finds what handles of Paymail name; nil where nobody is asked.
    public var handles: HandleLookup?
    /// The programs that are run when something happens here.
    public private(set) lazy var hooks = Hooks(wallet: directory, configuration, surroundings)
    private let sources: Configuration.Sources
    private var openReader: Ledger?

    /// Opens the wallet at `directory`.
    /// - Parameter sources: the configuration's layers but the wallet's own.
    /// - Throws: `ConfigurationError`, `WalletError`, `FileError`.
    public init(
        directory: String, sources: Configuration.Sources, surroundings: Surroundings,
        opener: KeyOpener
    ) throws {
        var sources = sources
        sources.walletPath = directory + "/" + Self.configurationName
        self.directory = directory
        self.sources = sources
        self.surroundings = surroundings
        self.opener = opener
        keys = KeyStore(directory: directory + "/" + Self.keysName)
        configuration = try Configuration(sources)
        book = try AddressBook(configuration)
    }

    /// The same wallet, opened once more, for another thread.
    /// - Throws: as `init`.
    func again() throws -> Wallet {
        try Wallet(
            directory: directory, sources: sources, surroundings: surroundings, opener: opener)
    }

    /// The version of the index's library, for reports of bugs.
    public static var indexLibraryVersion: String { ClearingGraph.libraryVersion }

    static let configurationName = "config"
    static let keysName = "keys"

    /// The clearing domain that this wallet decides for.
    /// - Throws: `ConfigurationError`; `WalletError.unknown` where the configuration names none.
    public func ownDomain() throws -> String {
        guard let name = try configuration.text(Settings.domainName) else {
            throw WalletError.unknown(what: "setting", name: "domain.name", suggestions: [])
        }
        return name
    }

    /// The ledger for reading, opened once.
    /// - Throws: failures of storage.
    public func reader() throws -> Ledger {
        if let openReader { return openReader }
        let ledger = try ledger(.readOnly)
        openReader = ledger
        return ledger
    }

    /// The ledger for writing.
    /// - Throws: failures of storage; `WalletError.busy`.
    public func writer() throws -> Ledger {
        openReader = nil
        return try ledger(.readWrite)
    }

    func ledger(_ access: ClearingGraph.Access) throws -> Ledger {
        if access != .memory, try replicaDirectory.isUnfinished { try completeMerge() }
        return try open(access)
    }

    private func open(_ access: ClearingGraph.Access) throws -> Ledger {
        try Ledger(
            directory: directory, access: access,
            waitSeconds: try configuration.integer(Settings.coreWait), surroundings: surroundings)
    }

    /// A merge was interrupted while it wrote the open block anew: all documents are there.
    private func completeMerge() throws {
        do {
            let ledger = try open(.readWrite)
            try ledger.write {
                guard try replicaDirectory.isUnfinished else { return }
                let merging = Merging(
                    ledger: ledger, directory: replicaDirectory, domain: try ownDomain(),
                    now: surroundings.now())
                try Settling(ledger: ledger, directory: replicaDirectory).run()
                if let last = try ledger.lastBlock() {
                    try? Publication(ledger: ledger, stacks: stacks).bringUp(to: last)
                }
                let block = try OpenBlock(ledger, replicaDirectory)
                try merging.write(try merging.merged(block), block)
            }
            ledger.finish()
        } catch let error as FileError where error.isReadOnly {}
    }

    /// Looks names up.
    /// - Throws: failures of storage.
    public func resolver() throws -> Resolver {
        Resolver(book: book, graph: try reader().graph, handles: handles)
    }

    /// The address that pays and receives where none is named.
    /// - Throws: `WalletError.unknown`.
    public func defaultAddress() throws -> OwnAddress {
        let name = try configuration.text(Settings.userAddress) ?? Self.firstAddressName
        guard let own = book.own.first(where: { $0.name == name }) else {
            throw WalletError.unknown(
                what: "own address", name: name, suggestions: book.own.map(\.name))
        }
        return own
    }

    /// The name of a wallet's first address.
    public static let firstAddressName = "me"

    /// Changes the wallet's own configuration under the writer's lock, atomically.
    /// - Throws: what `body` throws; `ConfigurationError`, `FileError`; `WalletError.busy`.
    public func edit<Result>(
        _ body: (inout ConfigurationFile) throws -> Result
    ) throws -> Result {
        let path = directory + "/" + Self.configurationName
        let result = try WriterLock.held(
            on: directory + "/" + Ledger.documentsName,
            seconds: try configuration.integer(Settings.coreWait), onWait: surroundings.onWait
        ) {
            var file = try ConfigurationFile(reading: path)
            // Names are judged against what stands there now, not against what was read before the
            // lock.
            configuration = try Configuration(sources)
            book = try AddressBook(configuration)
            let result = try body(&file)
            try file.write()
            return result
        }
        configuration = try Configuration(sources)
        book = try AddressBook(configuration)
        return result
    }

    /// Refuses a name that cannot be one or that somebody has.
    /// - Throws: `WalletError.invalidName`, `.nameTaken`.
    func checkFree(_ name: String) throws {
        try Petname.check(name)
        if let holder = book[name] {
            throw WalletError.nameTaken(name: name, holder: holder.text)
        }
    }
}
