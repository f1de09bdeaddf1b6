// The stream of a Bitcoin node: however it is cut into pieces, the same comes of it.

import Bytes

@testable import Headers

/// One run of libFuzzer. The first byte says where the stream is cut.
func fuzzNode(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = input(start, count)
    guard let cut = bytes.first, let command = bytes.dropFirst().first else { return 0 }
    // A digest is hard to guess: half of the inputs are payloads of a message that is whole.
    let commands = [
        "version", "headers", "ping", "inv", "sendheaders", "verack", "getdata", "notfound", "tx",
        "reject", "pong", "block",
    ]
    var stream = Array(bytes.dropFirst(2))
    if command & 1 == 0 {
        stream =
            NodeMessage(command: "verack", payload: []).bytes(.regtest)
            + NodeMessage(command: commands[Int(command / 2) % commands.count], payload: stream)
            .bytes(.regtest)
    }
    func events(_ pieces: [[UInt8]]) -> [NodeSession.Event]? {
        var session = NodeSession(.regtest, agent: "/fuzz/")
        _ = session.begin(now: 0, nonce: 1, height: 0)
        var all: [NodeSession.Event] = []
        for piece in pieces {
            guard let some = try? session.receive(piece) else { return nil }
            for event in some {
                // A block comes in whatever pieces the stream has.
                if case .blockBytes(let more) = event, case .blockBytes(let bytes) = all.last {
                    all[all.count - 1] = .blockBytes(bytes + more)
                } else {
                    all.append(event)
                }
            }
        }
        return all
    }
    let whole = events([stream])
    let place = stream.isEmpty ? 0 : Int(cut) % stream.count
    promise(
        whole == events([Array(stream[..<place]), Array(stream[place...])]),
        "pieces make no difference")
    for event in whole ?? [] {
        if case .headers(let bytes) = event {
            promise(bytes.count % 80 == 0, "headers have 80 bytes")
        }
    }
    return 0
}
