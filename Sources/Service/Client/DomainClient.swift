// The API of a processor from the other side: what is asked, and what the answers say. Nothing is
// believed here; whoever asks verifies the documents.
import Bytes
import Documents
import Network

/// A clearing domain at a URL.
public struct DomainClient: Sendable {
    /// Where the API begins.
    public let base: WebURL
    private let sender: any HTTPSender

    /// The domain at `base`; paths of the API follow the path of `base`.
    public init(_ base: WebURL, over sender: any HTTPSender) {
        self.base = base
        self.sender = sender
    }

    /// A document that has been taken.
    public struct Taken: Sendable, Equatable {
        /// The stored document, without newline.
        public let line: [UInt8]
        /// Whether it has been stored now; otherwise it was there before.
        public let isNew: Bool
    }

    // MARK: - Questions

    /// Who the domain says that it is.
    public func identity() throws(ClientError) -> DomainIdentity {
        let what = "who the domain is"
        let data = try AnswerReader(dataOf: try body("/", what), what)
        var certificates: [[UInt8]] = []
        for value in try data.array("devices", atMost: AnswerLimits.certificates) {
            certificates.append(Array(value.bytes))
        }
        return DomainIdentity(
            domain: try data.text("domain", atMost: Limits.domainBytes),
            verifierKey: try data.text("key", atMost: Limits.verifierKeyBytes),
            certificates: certificates,
            version: data.has("version")
                ? try data.text("version", atMost: AnswerLimits.codeBytes) : "")
    }

    /// Has a document cleared. The same document again gets the same answer.
    /// - Parameter document: an instruction, a request or a unit, without newline.
    public func submit(_ document: [UInt8]) throws(ClientError) -> Taken {
        let response = try send("POST", "/transaction", body: document)
        guard response.status == 200 || response.status == 201 else {
            throw .stated(StatedError(response))
        }
        return Taken(line: Self.line(response.body), isNew: response.status == 201)
    }

    /// Brings a message there. The same message again gets the same answer.
    /// - Parameter line: the message, without newline.
    /// - Returns: the acknowledgement, without newline.
    public func deliver(message line: [UInt8]) throws(ClientError) -> [UInt8] {
        let response = try send("POST", "/inbox", body: line)
        guard response.status == 200 || response.status == 201 else {
            throw .stated(StatedError(response))
        }
        return Self.line(response.body)
    }

    /// A turn of a session with another replica.
    /// - Parameter frames: AUTH, then frames of wsync/1.
    public func sync(_ frames: [UInt8]) throws(ClientError) -> [UInt8] {
        let response = try send("POST", "/sync", body: frames, type: MediaType.bytes)
        guard response.status == 200 else { throw .stated(StatedError(response)) }
        return response.body
    }

    /// A transaction's document; nil where there is none.
    public func transaction(_ hash: Digest256) throws(ClientError) -> [UInt8]? {
        try optionalBody("/transaction/\(hash)").map(Self.line)
    }

    /// A unit; nil where the domain knows nothing of it.
    public func unit(_ symbol: Address) throws(ClientError) -> ServedUnit? {
        let what = "a unit"
        guard let body = try optionalBody("/unit/\(symbol)") else { return nil }
        return try Self.unit(try AnswerReader(dataOf: body, what), what)
    }

    /// Units by symbol.
    public func units(_ page: Page) throws(ClientError) -> [ServedUnit] {
        let what = "the units"
        let body = try body("/unit", what, query: Self.query(page))
        let data = try AnswerReader(dataOf: body, what)
        var units: [ServedUnit] = []
        for value in try data.array("units", atMost: page.limit) {
            units.append(try Self.unit(AnswerReader(value, what), what))
        }
        return units
    }

    /// Counters of an address, all or that of one unit.
    public func balances(
        of address: Address, symbol: Address?
    ) throws(ClientError) -> [ServedCounter] {
        let what = "the balances"
        var counters: [ServedCounter] = []
        while true {
            let page = Page(skip: counters.count, limit: AnswerLimits.pageEntries)
            let query = (symbol.map { "counter=\($0)&" } ?? "") + Self.query(page)
            // An address without counters may be one that the domain does not know.
            guard let body = try optionalBody("/address/\(address)/balance", query: query) else {
                return counters
            }
            let data = try AnswerReader(dataOf: body, what)
            let values = try data.array("balances", atMost: page.limit)
            for value in values {
                counters.append(try Self.counter(AnswerReader(value, what), of: address))
            }
            guard values.count == page.limit, symbol == nil else { return counters }
        }
    }

    /// The proof of a counter at the domain's last block, a document without newline; nil where
    /// there is no block.
    public func balanceProof(of key: CounterKey) throws(ClientError) -> [UInt8]? {
        try optionalBody("/proof/balance/\(key.address)/\(key.symbol)").map(Self.line)
    }

    /// The domain's last checkpoint, a signed note; nil before the first block.
    public func checkpoint() throws(ClientError) -> [UInt8]? { try optionalBody("/checkpoint") }

    // MARK: - Parts

    private static func query(_ page: Page) -> String { "limit=\(page.limit)&skip=\(page.skip)" }

    private static func unit(
        _ reader: AnswerReader, _ what: String
    ) throws(ClientError) -> ServedUnit {
        ServedUnit(
            symbol: try reader.address("symbol"),
            definition: reader.has("definition")
                ? Array(try reader.object("definition").bytes) : nil,
            supply: try reader.amount("supply"), ceiling: try reader.bound("ceiling"),
            holders: try reader.count("holders"))
    }

    private static func counter(
        _ reader: AnswerReader, of address: Address
    ) throws(ClientError) -> ServedCounter {
        ServedCounter(
            key: CounterKey(address, try reader.address("symbol")),
            state: CounterState(
                net: try reader.amount("net"), min: try reader.bound("min"),
                max: try reader.bound("max")),
            pointer: reader.has("pointer") ? try reader.pointer("pointer") : nil)
    }

    private static func line(_ body: [UInt8]) -> [UInt8] {
        body.last == UInt8(ascii: "\n") ? Array(body.dropLast()) : body
    }

    // MARK: - Requests

    /// Codes that say that there is no such thing; a path that is unknown says that nobody speaks
    /// this API there.
    private static let absences = ["unknown-", "not-sealed"]
    private static let unknownPath = "unknown-path"

    private func body(
        _ path: String, _ what: String, query: String? = nil
    ) throws(ClientError) -> [UInt8] {
        let response = try send("GET", path, query: query)
        guard response.status == 200 else { throw .stated(StatedError(response)) }
        return response.body
    }

    /// The body; nil where there is no such thing.
    private func optionalBody(
        _ path: String, query: String? = nil
    ) throws(ClientError) -> [UInt8]? {
        let response = try send("GET", path, query: query)
        switch response.status {
        case 200: return response.body
        case 404, 409:
            let error = StatedError(response)
            guard Self.absences.contains(where: { error.code.hasPrefix($0) }),
                error.code != Self.unknownPath
            else { throw .stated(error) }
            return nil
        default: throw .stated(StatedError(response))
        }
    }

    private func send(
        _ method: String, _ path: String, query: String? = nil, body: [UInt8] = [],
        type: String = MediaType.json
    ) throws(ClientError) -> HTTPResponse {
        let url = base.appending(path: path, query: query)
        var headers = HTTPHeaders()
        if method == "POST" { headers.add("Content-Type", type) }
        do throws(NetworkError) {
            return try sender.send(HTTPRequest(method, url, headers: headers, body: body))
        } catch {
            throw .network(error)
        }
    }
}
