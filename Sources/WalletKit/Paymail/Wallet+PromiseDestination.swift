// What our own aliases say about IOUs.
import Documents
import Network
import Paymail

extension Wallet {
    // limit: how long an answer holds
    private static let destinationMilliseconds: Int64 = 86_400_000

    /// Where IOUs for an alias go, which units are trusted, and how far.
    /// - Throws: `PaymailRefusal.notOffered` where this wallet clears for no domain; failures of
    ///   storage.
    func promiseDestination(
        of alias: PaymailAlias, _ handle: PaymailHandle
    ) throws -> PromiseDestination {
        guard let domain = try configuration.text(Settings.domainName) else {
            throw PaymailRefusal.notOffered(reason: "no IOUs are taken here")
        }
        let now = surroundings.now()
        var destination = PromiseDestination(
            handle: handle, address: alias.address, domain: domain,
            domainKey: try domainIdentity().verifierKey, issued: now,
            expires: now.adding(milliseconds: Self.destinationMilliseconds) ?? .latest)
        destination.name = alias.name
        destination.units = try acceptedUnits(of: alias.address)
        func url(_ setting: Setting) throws -> WebURL? {
            try configuration.text(setting).flatMap { try? WebURL($0) }
                .flatMap { $0.socket == nil ? $0 : nil }
        }
        destination.service = try url(Settings.servePublicURL)
        destination.relay = try url(Settings.requestProxy)
        return destination
    }

    /// The units whose promises an address holds, or has said that it would.
    private func acceptedUnits(of address: Address) throws -> [AcceptedUnit] {
        let graph = try reader().graph
        var units: [AcceptedUnit] = []
        try graph.forEachCounter(address: address) { key, counter in
            guard .finite(.zero) < counter.state.max, units.count + 1 <= PaymailLimits.units,
                let unit = try graph.unit(key.symbol)
            else { return }
            units.append(
                AcceptedUnit(
                    symbol: key.symbol, code: unit.code, scale: unit.scale,
                    limit: counter.state.max.amount))
        }
        return units
    }
}
