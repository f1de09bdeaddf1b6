import Documents
import Testing

@testable import HeaderService

@Suite struct WebhookTests {
    private func hook(
        _ json: String, allowsPrivate: Bool = false
    ) throws -> Webhook {
        try Webhook(
            registering: try ForeignJSON(Array(json.utf8)), now: 1_700_000_000,
            allowsPrivate: allowsPrivate)
    }

    @Test(arguments: [
        "http://127.0.0.1/", "http://[::1]:80/", "http://10.0.0.1/", "http://192.168.1.1/",
        "http://172.31.0.1/", "http://169.254.169.254/", "http://100.64.0.1/", "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/", "http://[fc00::1]/", "http://localhost/",
        "http://LOCALHOST/", "http://a.localhost/", "http://x.internal/", "http://nas.local/",
    ])
    func `nobody is led into our networks`(_ url: String) throws {
        #expect(throws: HeaderProblem.self) { try hook("{\"url\":\"\(url)\"}") }
        #expect(try hook("{\"url\":\"\(url)\"}", allowsPrivate: true).url == url)
    }

    @Test func `the field is what the registration says`() throws {
        let plain = try hook("{\"url\":\"https://hooks.example/x\"}")
        #expect(plain.field == nil)
        let bearer = try hook(
            "{\"URL\":\"https://hooks.example/x\",\"requiredAuth\":{\"type\":\"Bearer\",\"token\":\"t\"}}"
        )
        #expect(bearer.field?.name == "Authorization" && bearer.field?.value == "Bearer t")
        let custom = try hook(
            """
            {"url":"https://hooks.example/x","requiredAuth":{"type":"CUSTOM_HEADER","token":"t",\
            "header":"X-Key"}}
            """)
        #expect(custom.field?.name == "X-Key" && custom.field?.value == "t")
    }

    @Test(arguments: [
        #"{"type":"CUSTOM_HEADER","token":"t","header":"Host"}"#,
        #"{"type":"CUSTOM_HEADER","token":"t","header":"content-length"}"#,
        #"{"type":"CUSTOM_HEADER","token":"t","header":"A B"}"#,
        #"{"type":"CUSTOM_HEADER","token":"t","header":"A\r\nB"}"#,
        #"{"type":"CUSTOM_HEADER","token":"t"}"#, #"{"type":"DIGEST","token":"t"}"#,
        #"{"type":"BEARER","token":"t\r\nX: y"}"#, #"{"type":"BEARER","token":"é"}"#,
    ])
    func `no field is smuggled in`(_ auth: String) {
        #expect(throws: HeaderProblem.self) {
            try hook("{\"url\":\"https://hooks.example/\",\"requiredAuth\":\(auth)}")
        }
    }

    @Test func `a line of the file is read again`() throws {
        var hook = try hook(
            "{\"url\":\"https://hooks.example/x\",\"requiredAuth\":{\"token\":\"t\"}}")
        hook.failures = 3
        hook.lastStatus = "500"
        hook.lastTime = 1_700_000_001
        hook.isActive = false
        #expect(Webhook(line: try ForeignJSON(hook.json.bytes)) == hook)
        #expect(hook.shown["lastEmitTimestamp"]?.string == "2023-11-14T22:13:21Z")
        #expect(hook.shown["token"] == nil && hook.shown["value"] == nil)
    }
}
