// Fields of a head.
import Testing

@testable import Network

@Suite struct HTTPHeadersTests {
    @Test func `names are compared without case, values are lists`() {
        let headers = HTTPHeaders([
            .init("Connection", "keep-alive, Upgrade"), .init("X-A", "1"), .init("x-a", "2"),
        ])
        #expect(headers["connection"] == "keep-alive, Upgrade")
        #expect(headers.values("X-a") == ["1", "2"])
        #expect(headers.has("upgrade", in: "CONNECTION"))
        #expect(!headers.has("keep", in: "Connection"))
        #expect(headers["missing"] == nil)
    }
}
