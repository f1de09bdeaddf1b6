import Documents
import Foundation
import Testing

@Suite struct TimestampTests {
    private func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: width - digits.count) + digits
    }

    /// Counts the calendar day by day, as people do.
    @Test func `every day of four hundred years comes back`() throws {
        var day: Int64 = -719_528
        var checked = 0
        for year in 0...9_999 where year <= 8 || (1599...2001).contains(year) || year >= 9_990 {
            if year == 1599 { day = -135_505 }
            if year == 9_990 { day = 2_929_245 }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let months = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (month, count) in months.enumerated() {
                for date in 1...count {
                    let text = "\(pad(year, 4))-\(pad(month + 1, 2))-\(pad(date, 2))T00:00:00.000Z"
                    let time = try #require(Timestamp(Array(text.utf8)))
                    guard time.milliseconds == day * 86_400_000, time.text == text else {
                        Issue.record("\(text) is \(time.milliseconds / 86_400_000), not \(day)")
                        return
                    }
                    day += 1
                    checked += 1
                }
            }
        }
        #expect(checked > 150_000)
    }

    @Test func `the days are those of Foundation's calendar`() throws {
        var random = Generator()
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        // Foundation's calendar becomes Julian in 1582.
        let first: Int64 = -12_000_000_000_000
        for _ in 0..<2_000 {
            let milliseconds = first + Int64(random.next() % UInt64(253_402_300_799_999 - first))
            let time = try #require(Timestamp(milliseconds: milliseconds))
            let seconds = (Double(milliseconds) / 1000).rounded(.down)
            let parts = calendar.dateComponents(
                [.year, .month, .day, .hour, .minute, .second],
                from: Date(timeIntervalSince1970: seconds))
            let expected = String(
                format: "%04d-%02d-%02dT%02d:%02d:%02d", parts.year ?? 0, parts.month ?? 0,
                parts.day ?? 0, parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0)
            #expect(time.text.hasPrefix(expected), random.comment)
        }
    }

    @Test func `random times come back from their texts and keep their order`() throws {
        var random = Generator()
        for _ in 0..<10_000 {
            let first = random.timestamp()
            let second = random.timestamp()
            #expect(Timestamp(Array(first.text.utf8)) == first, random.comment)
            #expect((first < second) == (first.text < second.text), random.comment)
        }
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00.000Z", 0), ("1969-12-31T23:59:59.999Z", -1),
        ("2000-02-29T12:34:56.789Z", 951_827_696_789),
        ("0000-01-01T00:00:00.000Z", -62_167_219_200_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ("2030-01-01T00:00:00.000Z", 1_893_456_000_000),
    ])
    func `known times have their milliseconds`(text: String, milliseconds: Int) {
        #expect(Timestamp(Array(text.utf8))?.milliseconds == Int64(milliseconds))
        #expect(Timestamp(milliseconds: Int64(milliseconds))?.text == text)
    }

    @Test(arguments: [
        "2001-02-29T00:00:00.000Z", "1900-02-29T00:00:00.000Z", "2100-02-29T00:00:00.000Z",
        "2000-02-30T00:00:00.000Z", "2000-00-01T00:00:00.000Z", "2000-13-01T00:00:00.000Z",
        "2000-01-00T00:00:00.000Z", "2000-01-32T00:00:00.000Z", "2000-04-31T00:00:00.000Z",
        "2000-01-01T24:00:00.000Z", "2000-01-01T00:60:00.000Z", "2000-01-01T00:00:60.000Z",
        "2000-01-01t00:00:00.000Z", "2000-01-01T00:00:00.000z", "2000-01-01 00:00:00.000Z",
        "2000-01-01T00:00:00,000Z", "2000-01-01T00:00:00.00Z", "2000-01-01T00:00:00.0000Z",
        "2000-01-01T00:00:00Z", "2000-01-01", "2000-1-1T00:00:00.000Z", "+200-01-01T00:00:00.000Z",
        "2000-01-01T00:00:00.000+", "-200-01-01T00:00:00.000Z", "", "２000-01-01T00:00:00.0Z",
    ])
    func `any other spelling and every day that is not are refused`(text: String) {
        #expect(Timestamp(Array(text.utf8)) == nil)
    }

    @Test func `no character can be replaced by one that is neither its mark nor a digit`() throws {
        let text = Array("2000-10-10T10:10:10.000Z".utf8)
        for position in text.indices {
            for byte in UInt8.min...UInt8.max
            where !(0x30...0x39).contains(byte) && byte != text[position] {
                var other = text
                other[position] = byte
                #expect(Timestamp(other) == nil)
            }
        }
    }

    @Test func `people type days and seconds`() {
        #expect(Timestamp(typed: "2030-01-01")?.text == "2030-01-01T00:00:00.000Z")
        #expect(Timestamp(typed: "2030-01-01T10:20:30Z")?.text == "2030-01-01T10:20:30.000Z")
        #expect(Timestamp(typed: "2030-01-01T10:20:30.400Z")?.text == "2030-01-01T10:20:30.400Z")
        for text in [
            "", "2030", "2030-01-32", "2030-01-01T10:20:30+", "2030-01-01T10:20Z", "éééééééééé",
        ] {
            #expect(Timestamp(typed: text) == nil)
        }
    }

    @Test func `time ends at both ends`() {
        #expect(Timestamp.latest.adding(milliseconds: 1) == nil)
        #expect(Timestamp.earliest.adding(milliseconds: -1) == nil)
        #expect(Timestamp.latest.adding(milliseconds: .max) == nil)
        #expect(Timestamp.earliest.adding(milliseconds: .min) == nil)
        #expect(Timestamp(milliseconds: Timestamp.latest.milliseconds + 1) == nil)
        #expect(Timestamp.earliest.adding(milliseconds: 0) == .earliest)
    }
}
