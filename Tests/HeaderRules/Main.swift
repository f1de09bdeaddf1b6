// The difficulty rules as a program, for a judge in another language. It ships with nothing.
//
// A line is a question: NETWORK TIME HEIGHT:TIME:BITS …, the points ascending by height without a
// gap, the last one's successor is asked for. The answer is its bits in decimal digits, and the
// median time of the last point.
import Headers

/// The points of a question, with the work of the first of them counted from zero.
struct Question: ChainBranch {
    let network: ChainNetwork
    let time: UInt32
    private let points: [ChainPoint]

    init?(_ line: String) {
        let words = line.split(separator: " ")
        guard words.count > 2, let network = ChainNetwork(rawValue: String(words[0])),
            let time = UInt32(words[1])
        else { return nil }
        self.network = network
        self.time = time
        var work = UInt256.zero
        var points: [ChainPoint] = []
        for word in words[2...] {
            let parts = word.split(separator: ":").compactMap { UInt32($0) }
            guard parts.count == 3, let target = try? CompactTarget(bits: parts[2]) else {
                return nil
            }
            work = work &+ target.work
            points.append(
                ChainPoint(height: Int(parts[0]), time: parts[1], bits: parts[2], work: work))
        }
        self.points = points
    }

    var last: ChainPoint { points[points.count - 1] }

    func point(at height: Int) throws -> ChainPoint {
        guard let first = points.first, height >= first.height,
            height - first.height < points.count
        else { throw HeaderError.outOfReach(height: height) }
        return points[height - first.height]
    }
}

@main
enum Main {
    static func main() {
        while let line = readLine() {
            guard let question = Question(line) else {
                print("malformed")
                continue
            }
            do {
                let rules = DifficultyRules(question.network)
                let bits = try rules.bits(
                    after: question.last, time: question.time, on: question)
                let median = try rules.medianTime(at: question.last.height, on: question)
                print(bits, median)
            } catch {
                print("\(error)")
            }
        }
    }
}
