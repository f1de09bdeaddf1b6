// Custodial users: made, listed, allowed, removed.
import Bytes
import Cryptography
import Documents
import Files

extension Wallet {
    private var userStore: UserStore { UserStore(wallet: directory) }

    /// Makes a user: an own address of that name, derived as any other, and a token. Whoever was
    /// removed comes back with the same address.
    /// - Parameter allowances: amount (or `unlimited`) and unit, as typed.
    /// - Throws: `WalletError`, `Refusal`; key and storage failures.
    public func addUser(
        _ name: String, allowances: [(amount: String, unit: String)]
    ) throws -> (user: User, token: BearerToken) {
        try Petname.check(name)
        let allowed = try allowances.map { try allowance($0.amount, $0.unit) }
        guard Set(allowed.map(\.symbol)).count == allowed.count else {
            throw WalletError.invalidArgument(
                what: "allowances", value: allowances.map(\.unit).joined(separator: " "),
                reason: "one unit is named twice")
        }
        let seed = try seedKeys()
        return try edit { file in
            var user = try returning(name) ?? newUser(name, seed, &file)
            user.allowances = []
            for allowance in allowed { try Self.allow(allowance, &user) }
            let token = try BearerToken(for: user.address, from: surroundings.random)
            user.tokenDigest = token.digest
            // The configuration, which gives the address its name, is written last: before that the
            // user's file counts for nothing, and nobody has seen the token.
            try userStore.keep(user)
            return (user, token)
        }
    }

    /// Who has been removed under this name, and may come back; nil where the name is free.
    /// - Throws: `WalletError.nameTaken`.
    private func returning(_ name: String) throws -> User? {
        if let own = book.own.first(where: { $0.name == name }),
            let user = try userStore.user(own.address), user.tokenDigest == nil,
            user.name == name
        {
            return user
        }
        try checkFree(name)
        if let user = try liveUsers().first(where: { $0.name == name }) {
            throw WalletError.nameTaken(name: name, holder: user.address.text)
        }
        return nil
    }

    private func newUser(
        _ name: String, _ seed: SeedKeys, _ file: inout ConfigurationFile
    ) throws -> User {
        let scheme = SignatureScheme.ecdsaSecp256k1
        let used = book.own.compactMap { own -> Int? in
            guard case .derived(scheme, let index, _) = own.key else { return nil }
            return index
        }
        let index = (used.max() ?? -1) + 1
        let key = try seed.addressKey(scheme: scheme, index: index)
        let own = try Self.enter(name, key, index: index, &file)
        return User(
            name: name, address: own.address, scheme: scheme, index: index, allowances: [],
            tokenDigest: nil)
    }

    /// Those whose address has its name: a crash may have left the file of one who has none yet.
    private func liveUsers() throws -> [User] {
        try userStore.users().filter { book.own($0.address) != nil }
    }

    /// Everybody who has a token, by name.
    /// - Throws: `ConfigurationError`, `KeyError`, `FileError`.
    public func users() throws -> [UserReport] {
        let resolver = try resolver()
        return try liveUsers().map { user in
            UserReport(
                user: user,
                allowances: try user.allowances.map {
                    UserReport.Line(
                        unit: try resolver.view($0.symbol), daily: $0.daily, left: nil)
                })
        }
    }

    /// One user, with what may still be paid today.
    /// - Throws: `WalletError.unknown`; failures of storage.
    public func user(_ name: String) throws -> UserReport {
        let user = try liveUser(name)
        let ledger = try reader()
        let resolver = try resolver()
        let day = ledger.time(notBefore: surroundings.now()).day
        return UserReport(
            user: user,
            allowances: try user.allowances.map { allowance in
                let key = CounterKey(user.address, allowance.symbol)
                return UserReport.Line(
                    unit: try resolver.view(allowance.symbol), daily: allowance.daily,
                    left: try allowance.daily.map { $0.less(try ledger.spent(by: key, on: day)) })
            })
    }

    private func liveUser(_ name: String) throws -> User {
        let users = try liveUsers()
        guard let user = users.first(where: { $0.name == name }) else {
            throw WalletError.unknown(what: "user", name: name, suggestions: users.map(\.name))
        }
        return user
    }

    /// Sets what a user may pay a day in one unit: 0 for nothing, `unlimited` for no bound.
    /// - Throws: `WalletError`, `Refusal`; failures of storage.
    public func allow(_ name: String, _ amount: String, _ unit: String) throws {
        let allowance = try allowance(amount, unit)
        try change(name) { try Self.allow(allowance, &$0) }
    }

    private static func allow(_ allowance: User.Allowance, _ user: inout User) throws {
        user.allow(allowance)
        guard user.allowances.count <= UserLimits.allowances else {
            throw WalletError.invalidArgument(
                what: "unit", value: allowance.symbol.text,
                reason: "a user has allowances in at most \(UserLimits.allowances) units")
        }
    }

    /// Takes all allowances away: the user pays nothing any more.
    /// - Throws: `WalletError`; failures of storage.
    public func allowNothing(_ name: String) throws {
        try change(name) { $0.allowances = [] }
    }

    /// Gives a user a new token; the old one ends.
    /// - Throws: `WalletError`; failures of storage.
    public func renewToken(_ name: String) throws -> (user: User, token: BearerToken) {
        try change(name) { user in
            let token = try BearerToken(for: user.address, from: surroundings.random)
            user.tokenDigest = token.digest
            return (user, token)
        }
    }

    /// Ends a user's token. The address, and what it holds, stays this wallet's.
    /// - Throws: `WalletError`; failures of storage.
    public func removeUser(_ name: String) throws -> User {
        try change(name) { user in
            (user.tokenDigest, user.allowances) = (nil, [])
            return user
        }
    }

    private func change<Result>(_ name: String, _ body: (inout User) throws -> Result) throws
        -> Result
    {
        try WriterLock.held(
            on: directory + "/" + Ledger.documentsName,
            seconds: try configuration.integer(Settings.coreWait), onWait: surroundings.onWait
        ) {
            var user = try liveUser(name)
            let result = try body(&user)
            try userStore.keep(user)
            return result
        }
    }

    private func allowance(_ amount: String, _ unit: String) throws -> User.Allowance {
        let resolver = try resolver()
        let view = try resolver.view(try resolver.symbol(unit))
        if amount == User.unlimited { return User.Allowance(symbol: view.symbol, daily: nil) }
        return User.Allowance(
            symbol: view.symbol, daily: try self.amount(amount, "allowance", view))
    }
}
