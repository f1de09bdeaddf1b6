import Testing

@testable import WalletKit

@Suite struct ConfigurationSettingTests {
    @Test func everySettingIsWellFormedAndItsDefaultValid() throws {
        #expect(Settings.all.map(\.key.description) == Settings.all.map(\.key.description).sorted())
        #expect(Set(Settings.all.map(\.environmentName)).count == Settings.all.count)
        for setting in Settings.all {
            #expect(try ConfigurationKey(setting.key.description) == setting.key)
            #expect(setting.summary.hasSuffix("."))
            if let value = setting.standard {
                #expect(setting.expectation(of: value) == nil, "\(setting.key)")
            }
        }
        #expect(Settings.coreWait.environmentName == "WALLET_CORE_WAIT")
        #expect(Settings.setting(try ConfigurationKey("CORE.wait"))?.standard == "60")
        #expect(Settings.setting(try ConfigurationKey("core.a.wait")) == nil)
    }

    @Test func expectationsHoldAtTheirEdges() {
        #expect(Settings.coreWait.expectation(of: "86400") == nil)
        #expect(Settings.coreWait.expectation(of: "86401") != nil)
        #expect(Settings.coreWait.expectation(of: "-1") != nil)
        #expect(Settings.coreWait.expectation(of: nil) != nil)
        #expect(Settings.payExpires.expectation(of: "0") == nil)
        #expect(Settings.payExpires.expectation(of: "1") != nil)
        #expect(Settings.adviceHints.expectation(of: nil) == nil)
    }

    @Test func truthAndNumbersAreReadAsGitReadsThem() throws {
        let directory = try ConfigurationDirectory()
        let texts = [
            "true", "YES", "On", "1", "-1", "2k", "false", "no", "OFF", "", "0", "maybe", "1x", "k",
            "9223372036854775807", "9223372036854775808", "9007199254740992k", "1 k", "0k", "3G",
            "5m",
        ]
        for text in texts {
            var file = try ConfigurationFile([], path: directory.path + "/config")
            try file.set(ConfigurationKey("a.b"), to: text)
            try file.write()
            for (kind, ours) in [
                ("bool", ConfigurationValue.boolean(text).map { "\($0)\n" }),
                ("int", ConfigurationValue.integer(text).map { "\($0)\n" }),
            ] {
                // git keeps truth in 32 bits; that is not worth copying.
                if kind == "bool" && (text.count > 15 || text == "3G") { continue }
                let judged = git("config --file '\(file.path)' --type=\(kind) a.b")
                #expect(judged.map { String(decoding: $0, as: UTF8.self) } == ours, "\(text)")
            }
        }
        #expect(ConfigurationValue.integer("010") == nil)
        #expect(ConfigurationValue.integer(nil) == nil)
        #expect(ConfigurationValue.boolean(nil) == true)
    }

    @Test func durationsNeedTheirUnits() throws {
        let good = [
            ("0", 0), ("0s", 0), ("90s", 90), ("15m", 900), ("24h", 86_400), ("7d", 604_800),
            ("2w", 1_209_600), ("3155760000s", 3_155_760_000), ("36525d", 3_155_760_000),
        ]
        for (text, seconds) in good {
            #expect(try DurationText.parse(text) == .seconds(seconds))
            let spelled = DurationText.format(.seconds(seconds))
            #expect(try DurationText.parse(spelled) == .seconds(seconds))
        }
        #expect(DurationText.format(.seconds(86_400)) == "1d")
        #expect(DurationText.format(.seconds(90)) == "90s")
        let bad: [(String, DurationError.Reason)] = [
            ("60", .unitMissing), ("", .malformed), ("s", .malformed), ("-1s", .malformed),
            ("1.5h", .malformed), ("1y", .malformed), ("1 h", .malformed), ("01h", .malformed),
            ("1hh", .malformed), ("1H", .malformed), ("٣s", .malformed),
            ("3155760001s", .tooLong), ("36526d", .tooLong), ("99999999999999999999w", .tooLong),
        ]
        for (text, reason) in bad {
            #expect(throws: DurationError(text: text, reason: reason)) {
                try DurationText.parse(text)
            }
        }
    }
}
