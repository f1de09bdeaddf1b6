// Another service of headers as a source: its answers in binary, or in JSON where it has no other.
import Bytes
import Documents
import Headers
import Network

struct ServiceFollowing {
    let url: WebURL
    let source: HeaderSource
    let chain: SharedChain
    let surroundings: FollowSurroundings
    let stop: StopSign

    private static let binary = "application/octet-stream"
    private static let pauseMilliseconds: Int64 = 100

    /// Looks at the service now and then.
    /// - Parameter once: until it has nothing more.
    /// - Throws: `NetworkError`, `Misbehaviour`; failures of storage.
    func run(once: Bool) throws -> FollowOutcome {
        var isConnected = false
        while !stop.isStopped {
            try catchUp()
            if !isConnected {
                isConnected = true
                surroundings.report(source, .caughtUp(tip: chain.tip))
            }
            if once { return .caughtUp }
            let looked = surroundings.elapsed()
            while !stop.isStopped,
                surroundings.elapsed() - looked < surroundings.intervalMilliseconds
            {
                surroundings.pause(Self.pauseMilliseconds)
            }
        }
        return .stopped
    }

    private func catchUp() throws {
        var next = try lastShared() + 1
        while !stop.isStopped {
            let bytes = try fetch(next, count: HeaderServiceLimits.headersAnswered)
            guard !bytes.isEmpty else { return }
            do { _ = try chain.taking(bytes, source, surroundings) } catch let bad as BadHeader {
                // Its chain may have changed between two questions: found out at the next look.
                if case .unknownParent = bad.reason { return }
                throw Misbehaviour(reason: bad)
            }
            let count = bytes.count / BlockHeader.byteCount
            guard count == HeaderServiceLimits.headersAnswered else { return }
            next += count
        }
    }

    /// The height of a header that both chains have, near the end of ours.
    private func lastShared() throws -> Int {
        var height = chain.tip.height
        var step = 1
        while height > 0, !stop.isStopped {
            let bytes = try fetch(height, count: 1)
            if bytes.count == BlockHeader.byteCount,
                try chain.use({ try $0.header(at: height) })?.header.bytes == bytes
            {
                return height
            }
            height -= step
            step *= 2
        }
        return 0
    }

    /// Headers of the service's longest chain, 80 bytes each; none where it has none.
    private func fetch(_ height: Int, count: Int) throws -> [UInt8] {
        var headers: HTTPHeaders = ["Accept": Self.binary + ", application/json;q=0.5"]
        if let token = surroundings.token { headers.add("Authorization", "Bearer \(token)") }
        let target = url.appending(
            path: "/api/v1/chain/header/byHeight", query: "height=\(height)&count=\(count)")
        let response = try surroundings.http.send(HTTPRequest("GET", target, headers: headers))
        switch response.status {
        case 200: break
        case 204, 404: return []
        default:
            throw NetworkError.malformed(
                host: url.host, reason: "the service answers with status \(response.status)")
        }
        let bytes: [UInt8]
        if response.headers["Content-Type"]?.hasPrefix(Self.binary) ?? false {
            bytes = response.body
        } else {
            do throws(HeaderError) {
                bytes = try BlockHeader.read(line: response.body, number: 1).flatMap(\.bytes)
            } catch { throw Misbehaviour(reason: error) }
        }
        guard bytes.count % BlockHeader.byteCount == 0,
            bytes.count <= count * BlockHeader.byteCount
        else {
            throw Misbehaviour(
                reason: NetworkError.malformed(
                    host: url.host, reason: "\(bytes.count) bytes are not what was asked for"))
        }
        return bytes
    }
}
