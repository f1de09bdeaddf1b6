// A request on its way through the house.
import Bytes
import Documents
import Network

/// A request whose parameters have been read.
final class Call: Sendable {
    let head: HTTPRequestHead
    let route: Route
    let context: ServiceContext
    /// Who asks, as far as that can be told.
    let peer: PeerAddress
    /// Values in the order of the route's parameters; nil where one was not given.
    private let values: [ParameterValue?]
    private let startNanoseconds: UInt64

    /// Reads the parameters.
    /// - Throws: 400.
    init(
        _ head: HTTPRequestHead, _ route: Route, pathValues: [Substring], peer: PeerAddress,
        startNanoseconds: UInt64, _ context: ServiceContext
    ) throws(ServiceError) {
        self.head = head
        self.route = route
        self.context = context
        self.peer = peer
        self.startNanoseconds = startNanoseconds
        values = try Self.values(head, route, pathValues)
    }

    private static func values(
        _ head: HTTPRequestHead, _ route: Route, _ pathValues: [Substring]
    ) throws(ServiceError) -> [ParameterValue?] {
        let query = try Self.query(head.query ?? "", route)
        var values: [ParameterValue?] = []
        values.reserveCapacity(route.parameters.count)
        var path = pathValues.makeIterator()
        for parameter in route.parameters {
            let text: String?
            switch parameter.place {
            case .path:
                guard let decoded = path.next().flatMap(PercentText.decode) else {
                    throw ServiceError(400, "malformed-request", "the path has a false escape")
                }
                text = decoded
            case .query: text = query[parameter.name]
            case .header: text = head.headers[parameter.name]
            }
            guard let text else {
                if parameter.isRequired {
                    throw ServiceError(
                        400, "missing-parameter", "'\(parameter.name)' is missing",
                        ["parameter": parameter.name])
                }
                values.append(nil)
                continue
            }
            values.append(try parameter.syntax.value(text, of: parameter.name))
        }
        return values
    }

    /// Names and values, each known and there once.
    private static func query(
        _ query: String, _ route: Route
    ) throws(ServiceError) -> [String: String] {
        guard !query.isEmpty else { return [:] }
        guard query.utf8.count <= ServiceLimits.queryBytes else {
            throw ServiceError(
                400, "malformed-request",
                "a query of more than \(ServiceLimits.queryBytes) bytes")
        }
        var found: [String: String] = [:]
        for part in query.split(separator: "&", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentText.decode(pair[0]),
                let value = PercentText.decode(pair.count > 1 ? pair[1] : "")
            else { throw ServiceError(400, "malformed-request", "the query has a false escape") }
            guard route.parameters.contains(where: { $0.place == .query && $0.name == name })
            else {
                throw ServiceError(
                    400, "unknown-parameter", "'\(name)' is no parameter of '\(route.template)'",
                    ["parameter": name])
            }
            guard found.updateValue(value, forKey: name) == nil else {
                throw ServiceError(
                    400, "repeated-parameter", "'\(name)' is given twice", ["parameter": name])
            }
        }
        return found
    }

    private func value(_ name: StaticString) -> ParameterValue? {
        let name = name.description
        return route.parameters.firstIndex { $0.name == name }.flatMap { values[$0] }
    }

    /// The value of a parameter; the table promises that a required one is there.
    /// - Throws: 500 where the table and the code differ.
    func digest(_ name: StaticString) throws -> Digest256 {
        if case .digest(let digest) = value(name) { return digest }
        throw Self.mistake(name)
    }

    /// As `digest(_:)`.
    func address(_ name: StaticString) throws -> Address {
        if case .address(let address) = value(name) { return address }
        throw Self.mistake(name)
    }

    /// As `digest(_:)`.
    func text(_ name: StaticString) throws -> String {
        if case .text(let text) = value(name) { return text }
        throw Self.mistake(name)
    }

    func optionalAddress(_ name: StaticString) -> Address? {
        if case .address(let address) = value(name) { address } else { nil }
    }

    func optionalDigest(_ name: StaticString) -> Digest256? {
        if case .digest(let digest) = value(name) { digest } else { nil }
    }

    func optionalInteger(_ name: StaticString) -> Int? {
        if case .integer(let integer) = value(name) { integer } else { nil }
    }

    /// `limit` and `skip`.
    var page: Page {
        Page(
            skip: optionalInteger("skip") ?? 0,
            limit: optionalInteger("limit") ?? ServiceLimits.usualPageEntries)
    }

    private static func mistake(_ name: StaticString) -> ServiceError {
        ServiceError(500, "internal", "the table of routes has no '\(name)'")
    }

    /// The response as it goes out: with the fields that every response has, and counted.
    func finished(_ response: HTTPResponse) -> HTTPResponse {
        note(status: response.status)
        return context.dressed(response, for: head)
    }

    /// Counts the request.
    func note(status: Int) {
        let now = context.nanoseconds()
        route.metrics.note(
            status: status, nanoseconds: now > startNanoseconds ? now - startNanoseconds : 0)
    }

    /// Answers on a thread of the pool.
    func onPool(
        _ responder: any HTTPResponder, _ work: @escaping @Sendable () throws -> HTTPResponse?
    ) {
        let isTaken = context.pool.submit {
            do {
                if let response = try work() { responder.send(self.finished(response)) }
            } catch {
                responder.send(self.finished(ServiceError(error).response))
            }
        }
        if !isTaken { responder.send(finished(ServiceError.busy.response)) }
    }
}
