// Where a domain keeps a service: SRV records (RFC 2782).

/// One place where a domain keeps a service.
public struct ServiceRecord: Sendable, Hashable {
    /// The lowest is tried first.
    public let priority: UInt16
    /// Among equal priorities, how often it is to be taken in proportion.
    public let weight: UInt16
    /// 0 to 65535.
    public let port: UInt16
    /// The host in lower case, without a dot at its end; empty where the domain says that it does
    /// not have the service.
    public let target: String

    /// A record.
    public init(priority: UInt16, weight: UInt16, port: UInt16, target: String) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

/// What a resolver answers.
public struct ServiceRecords: Sendable, Equatable {
    /// As they came; empty where the domain has none.
    public var records: [ServiceRecord]
    /// Whether a resolver that this machine trusts has verified it (AD, RFC 4035 §3.2.3).
    public var isAuthenticated: Bool

    /// An answer.
    public init(_ records: [ServiceRecord] = [], isAuthenticated: Bool = false) {
        self.records = records
        self.isAuthenticated = isAuthenticated
    }

    /// In the order in which they are to be tried: by priority, and by chance among equal ones, in
    /// proportion to their weights (RFC 2782, "Usage rules").
    /// - Parameter random: A number below its argument, which is at least 1.
    public func ordered(by random: (UInt64) throws -> UInt64) rethrows -> [ServiceRecord] {
        var result: [ServiceRecord] = []
        for priority in Set(records.map(\.priority)).sorted() {
            // Those of weight 0 first: so they are taken almost never while others are there.
            var left = records.filter { $0.priority == priority }.sorted { $0.weight < $1.weight }
            while !left.isEmpty {
                let sum = left.reduce(UInt64(0)) { $0 + UInt64($1.weight) }
                let drawn = try random(sum + 1)
                var reached: UInt64 = 0
                let index =
                    left.firstIndex {
                        reached += UInt64($0.weight)
                        return reached >= drawn
                    } ?? 0
                result.append(left.remove(at: index))
            }
        }
        return result
    }
}

/// Asks for SRV records: the system's resolver, or a test's stand-in.
public protocol ServiceResolver: Sendable {
    /// The records of a name such as `_bsvalias._tcp.example.com`; blocks.
    /// - Throws: `NetworkError.unknownHost` where nobody answers; not where there is no record.
    func services(_ name: String) throws(NetworkError) -> ServiceRecords
}
