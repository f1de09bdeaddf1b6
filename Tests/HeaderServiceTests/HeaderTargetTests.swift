import Network
import Testing

@testable import HeaderService

@Suite struct HeaderTargetTests {
    @Test func `both dialects' paths are known`() {
        let known: [(String, HeaderTarget)] = [
            ("/status", .status), ("/health", .health),
            ("/connection/websocket", .centrifuge), ("/api/v1/chain/feed", .feed),
            ("/api/v1/chain/tips", .tips), ("/api/v1/chain/tip", .tips),
            ("/api/v1/chain/tip/longest", .longestTip),
            ("/api/v1/chain/tips/prune/aa", .prune("aa")),
            ("/api/v1/chain/header/aa", .header("aa")),
            ("/api/v1/chain/header/byHeight", .byHeight),
            ("/api/v1/chain/header/commonAncestor", .commonAncestor),
            ("/api/v1/chain/header/state/aa", .state("aa")),
            ("/api/v1/chain/header/aa/ancestors", .ancestors("aa", ancestor: nil)),
            ("/api/v1/chain/header/aa/bb/ancestors", .ancestors("aa", ancestor: "bb")),
            ("/api/v1/chain/header/aa/bb/ancestor", .ancestors("aa", ancestor: "bb")),
            ("/api/v1/chain/merkleroot", .roots),
            ("/api/v1/chain/merkleroot/verify", .verifyRoots),
            ("/api/v1/chain/merkleroot/aa", .rootHeader("aa")),
            ("/api/v1/network/peer", .peers), ("/api/v1/network/peers", .peers),
            ("/api/v1/network/peer/count", .peerCount), ("/api/v1/network/peers/count", .peerCount),
            ("/api/v1/access", .access), ("/api/v1/access/t", .token("t")),
            ("/api/v1/webhook", .webhook),
        ]
        for (path, target) in known { #expect(HeaderTarget(path) == target, "\(path)") }
    }

    @Test(arguments: [
        "/", "", "/api/v1", "/api/v1/", "/api/v1/chain", "/api/v1/chain/header",
        "/api/v1/chain/header/", "/api/v1//chain/tips", "/api/v1/chain/header/aa/ancestor",
        "/api/v1/chain/header/a/b/c/ancestors", "/api/v1/webhook/x", "/api/v1/access/a/b",
        "/debug/pprof/", "/swagger/index.html", "/api/v1/network", "/api/v2/chain/tips",
    ])
    func `nothing stands elsewhere`(_ path: String) {
        #expect(HeaderTarget(path) == nil)
    }

    @Test func `what changes something needs a right`() {
        #expect(HeaderTarget.prune("x").right == .administrator)
        #expect(HeaderTarget.token("x").right == .administrator)
        #expect(HeaderTarget.webhook.right == .member && HeaderTarget.access.right == .member)
        #expect(HeaderTarget.tips.right == .reader && HeaderTarget.status.right == .anybody)
    }
}
