// Which servers speak for a domain.
import Cryptography
import Network

/// Finds the servers of a domain.
///
/// A domain may name servers in SRV records (`_bsvalias._tcp`). Whoever can change a name server's
/// answer on its way could name his own, and TLS would not tell: his certificate is right for his
/// name. So a server counts
/// - where the user has named it himself for this domain;
/// - where it is the domain, or lies below it: then its certificate shows that;
/// - where a resolver that this machine trusts has verified the record (DNSSEC).
///
/// Whether two names beyond that belong to one owner cannot be told without a list of all public
/// suffixes, so a common ending counts for nothing. Of what does not count nothing is used: the
/// domain itself is asked at port 443, and if it does not answer, the error tells why.
struct PaymailPlaces: Sendable {
    let named: [String: WebURL]
    let services: any ServiceResolver
    let random: any RandomSource

    /// What was found.
    struct Found {
        var places: [WebURL]
        /// A server that does not count, for an error's sentence.
        var foreign: String?
    }

    /// The servers of a domain, in the order in which they are to be tried.
    /// - Throws: `PaymailError.noService`; failures of randomness.
    func find(_ domain: String) throws -> Found {
        if let url = named[domain] { return Found(places: [url]) }
        let own = try WebURL("https://" + domain)
        let records: ServiceRecords
        do throws(NetworkError) {
            records = try services.services("_bsvalias._tcp." + domain)
        } catch {
            // Who suppresses an answer gains nothing: the domain itself is asked, over TLS.
            return Found(places: [own])
        }
        guard !records.records.isEmpty else { return Found(places: [own]) }
        let wanted = try records.ordered { try below($0) }.filter { !$0.target.isEmpty }
        guard !wanted.isEmpty else {
            throw PaymailError.noService(domain: domain, reason: "its record says so")
        }
        let trusted = wanted.filter {
            records.isAuthenticated || Self.isOwn($0.target, of: domain)
        }
        guard !trusted.isEmpty else { return Found(places: [own], foreign: wanted.first?.target) }
        let places = trusted.prefix(PaymailLimits.places).compactMap {
            $0.port > 0 ? try? WebURL("https://\($0.target):\($0.port)") : nil
        }
        return Found(places: places.isEmpty ? [own] : places)
    }

    static func isOwn(_ target: String, of domain: String) -> Bool {
        target == domain || target.hasSuffix("." + domain)
    }

    private func below(_ bound: UInt64) throws -> UInt64 {
        // Weights have 16 bits: what is uneven in this is beyond anybody's sight.
        try random.bytes(8).reduce(0) { $0 << 8 | UInt64($1) } % bound
    }
}
