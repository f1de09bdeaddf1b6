// Asking a miner's service, and reading what it answers.
import Bitcoin
import Bytes
import Documents
import Network

/// A service, and how its answers are read.
struct MinerService {
    let url: WebURL
    let endpoint: BroadcastEndpoint
    let sender: any HTTPSender

    static let json = "application/json"

    func fault(_ code: String, _ reason: String, retry: Bool) -> BroadcastFault {
        BroadcastFault(target: endpoint.target, code: code, reason: reason, retry: retry)
    }

    func unreadable(_ reason: String) -> BroadcastFault {
        fault("unreadable-answer", "an answer that cannot be used: \(reason)", retry: true)
    }

    /// Sends a request.
    /// - Throws: `BroadcastFault` where there is no answer, or one that says nothing about what was
    ///   asked: 401, 403, 408, 425, 429, 5xx, redirections.
    func send(
        _ method: String, _ path: String, query: String? = nil,
        headers more: [(String, String)] = [], body: [UInt8] = []
    ) throws(BroadcastFault) -> HTTPResponse {
        var headers: HTTPHeaders = ["Accept": Self.json]
        if let authorization = endpoint.authorization {
            headers.add("Authorization", authorization)
        }
        if !body.isEmpty { headers.add("Content-Type", Self.json) }
        for (name, value) in more { headers.add(name, value) }
        let response: HTTPResponse
        do throws(NetworkError) {
            response = try sender.send(
                HTTPRequest(
                    method, url.appending(path: path, query: query), headers: headers, body: body))
        } catch {
            throw fault(error.code, error.sentence, retry: error.isTemporary)
        }
        switch response.status {
        case 401, 403:
            throw fault("not-authorized", "the service does not let us in", retry: false)
        case 408, 425, 429, 500...599:
            throw fault(
                "service-failed", "the service answers with status \(response.status)",
                retry: true)
        case 300...399, 405, 410:
            throw fault(
                "no-service", "there is no such service: status \(response.status)", retry: false)
        default: return response
        }
    }

    /// - Throws: `BroadcastFault` for what is no JSON.
    func value(_ bytes: [UInt8]) throws(BroadcastFault) -> ForeignJSON {
        do throws(JSONError) { return try ForeignJSON(bytes) } catch {
            throw unreadable("\(error.reason), at byte \(error.offset)")
        }
    }

    /// A hash as it is displayed; nil where there is none.
    static func digest(_ value: ForeignJSON?) -> Digest256? {
        value?.string.flatMap { Digest256(displayed: $0.lowercased()) }
    }

    /// The first texts that say something, cut to what people read.
    static func sentence(_ values: ForeignJSON?..., or other: String) -> String {
        let texts = values.compactMap { $0?.string }.filter { !$0.isEmpty }
        let text = texts.isEmpty ? other : texts.joined(separator: ": ")
        let bytes = text.utf8.prefix(Limits.minerReasonBytes)
        // Nothing that a terminal would obey.
        return String(
            String(decoding: bytes, as: UTF8.self).map { character in
                character.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
                    ? character : " "
            })
    }

    /// A price: satoshis for bytes.
    /// - Throws: `BroadcastFault` for one that is none.
    func rate(_ value: ForeignJSON?) throws(BroadcastFault) -> FeeRate {
        guard let satoshis = value?["satoshis"]?.integer, let bytes = value?["bytes"]?.integer,
            (0...Limits.satoshis).contains(satoshis), (1...Limits.satoshis).contains(bytes)
        else { throw unreadable("a fee is missing, or is none") }
        return FeeRate(satoshis: UInt64(satoshis), bytes: UInt64(bytes))
    }
}

extension NetworkError {
    /// Whether it may help to ask again.
    var isTemporary: Bool {
        switch self {
        case .invalidURL, .privateAddress, .insecure, .unusableCertificate: false
        default: true
        }
    }

    /// What has failed, in words.
    var sentence: String {
        switch self {
        case .unknownHost(_, let reason), .unreachable(_, let reason), .insecure(_, let reason),
            .malformed(_, let reason), .invalidURL(_, let reason),
            .cannotListen(_, let reason), .unusableCertificate(_, let reason):
            reason
        case .privateAddress(_, let address): "'\(address)' is on a private network"
        case .timedOut(_, let what, let seconds): "no \(what) within \(seconds) s"
        case .disconnected: "the connection broke off"
        case .tooLarge(_, let limit): "an answer of more than \(limit) bytes"
        }
    }
}
