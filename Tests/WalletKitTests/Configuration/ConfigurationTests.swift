import Testing

@testable import WalletKit

@Suite struct ConfigurationTests {
    @Test func laterLayersWin() throws {
        let directory = try ConfigurationDirectory()
        var sources = Configuration.Sources()
        func wait() throws -> String {
            let view = try Configuration(sources)
            let entry = view.entry(Settings.coreWait.key)
            let place = entry.map { "\($0.scope) \($0.origin)" } ?? "none"
            return "\(try view.integer(Settings.coreWait)) \(place)"
        }
        #expect(try wait() == "60 standard default")
        sources.systemPath = try directory.write("[core]\nwait = 1\n", to: "system")
        #expect(try wait() == "1 system \(directory.path)/system:2")
        sources.globalPath = try directory.write("[core]\nwait = 1\nwait = 2", to: "global")
        #expect(try wait() == "2 global \(directory.path)/global:3")
        sources.walletPath = try directory.write("\n[core] wait = 3", to: "wallet")
        #expect(try wait() == "3 wallet \(directory.path)/wallet:2")
        sources.environment = ["WALLET_CORE_WAIT": "4", "WALLET_CORE_NONE": "x", "CORE_WAIT": "y"]
        #expect(try wait() == "4 environment WALLET_CORE_WAIT")
        sources.overrides = ["core.wait=5", "CORE.Wait=6"]
        #expect(try wait() == "6 command command line")
        let all = try Configuration(sources).all()
        #expect(all.map(\.scope) == all.map(\.scope).sorted())
        #expect(all.filter { $0.key == Settings.coreWait.key }.count == 8)
        #expect(!all.contains { $0.value == "x" || $0.value == "y" })
    }

    @Test func typedReadingsNameTheOriginOfWhatTheyRefuse() throws {
        let directory = try ConfigurationDirectory()
        let path = try directory.write(
            """
            [core]
              wait = soon
            [pay]
              expires = 60
            [advice]
              hints = maybe
            [color]
              ui = red
            [user]
              address
            """)
        let view = try Configuration(.init(walletPath: path))
        func message(_ read: () throws -> Void) -> String {
            do { try read() } catch { return "\(error)" }
            return "accepted"
        }
        #expect(
            message { _ = try view.integer(Settings.coreWait) }
                == "\(path):2: core.wait: expected a whole number from 0 to 86400, got 'soon'")
        #expect(
            message { _ = try view.duration(Settings.payExpires) }
                == "\(path):4: pay.expires: expected a number and a unit, as in "
                + "90s, 15m, 24h, 7d or 2w, got '60'")
        #expect(
            message { _ = try view.boolean(Settings.adviceHints) }
                == "\(path):6: advice.hints: expected true or false, got 'maybe'")
        #expect(
            message { _ = try view.text(Settings.colorUI) }
                == "\(path):8: color.ui: expected one of auto, always, never, got 'red'")
        #expect(
            message { _ = try view.text(Settings.userAddress) }
                == "\(path):10: user.address: expected a text, got no value")
        #expect(message { _ = try Configuration(.init(overrides: ["core"])) }.hasPrefix("'core':"))
    }

    @Test func keysOutsideTheTableAreReadToo() throws {
        let directory = try ConfigurationDirectory()
        let path = try directory.write(
            "[contact \"Bob\"]\naddress = 1b\n[contact \"al\"]\naddress = 1a\ntrusted\n"
                + "[contact]\nstray = 1k\n[contact \"Bob\"]\nage = 7d\n")
        let view = try Configuration(
            .init(walletPath: path, overrides: ["contact.Eve.address=", "x.y"]))
        #expect(view.subsections(of: "Contact") == ["Bob", "al", "Eve"])
        #expect(try view.get("contact.al.address") == "1a")
        #expect(try view.get("contact.al.trusted") == "true")
        #expect(try view.get("contact.AL.address") == nil)
        #expect(try view.get("contact.Eve.address") == "")
        #expect(try view.boolean(ConfigurationKey("x.y")) == true)
        #expect(try view.boolean(ConfigurationKey("x.z")) == nil)
        #expect(try view.integer(ConfigurationKey("contact.stray")) == 1_024)
        #expect(try view.duration(ConfigurationKey("contact.Bob.age")) == .seconds(604_800))
        #expect(
            try view.values(in: ConfigurationSection("contact", "Bob"))
                == ["address": "1b", "age": "7d"])
        #expect(throws: ConfigurationError.self) {
            try view.integer(ConfigurationKey("contact.al.address"))
        }
    }

    @Test func aMalformedLayerIsReported() throws {
        let directory = try ConfigurationDirectory()
        let path = try directory.write("[core\n")
        #expect(throws: ConfigurationError.syntax(path: path, line: 1, reason: .sectionEnd)) {
            try Configuration(.init(globalPath: path))
        }
    }
}
