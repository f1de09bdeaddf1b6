// A connection that does what a test says.

import Bytes
import Documents
import Sync
import Testing

/// The transport went away.
struct Interrupted: Error {}

/// Frames between an initiator and a responder, over bytes, with what may happen to them.
struct Connection {
    let responder: SyncResponder
    /// Questions that arrive before the line is cut.
    var questionsLeft = Int.max
    /// Answers that arrive before the line is cut.
    var answersLeft = Int.max
    /// Changes the answer to a question.
    var onAnswer: ((Frame, Frame) -> Frame)?
    /// The order in which a turn's questions arrive, and which of them twice.
    var onTurn: (([Frame]) -> [Int])?
    var turns = 0
    var upBytes = 0
    var downBytes = 0
    var largest = 0

    init(_ replica: MemoryReplica, isReadOnly: Bool = false) {
        responder = SyncResponder(replica, isReadOnly: isReadOnly)
    }

    mutating func exchange(_ questions: [Frame]) throws -> [Frame] {
        turns += 1
        let message = FrameWriter.bytes(questions)
        upBytes += message.count
        let arrived = try FrameReader.frames(in: message)
        var answers = [Frame?](repeating: nil, count: arrived.count)
        for index in onTurn?(arrived) ?? Array(arrived.indices) {
            guard questionsLeft > 0 else { throw Interrupted() }
            questionsLeft -= 1
            let answer = responder.answer(arrived[index])
            guard answersLeft > 0 else { throw Interrupted() }
            answersLeft -= 1
            answers[index] = onAnswer?(arrived[index], answer) ?? answer
        }
        let back = FrameWriter.bytes(answers.compactMap(\.self))
        downBytes += back.count
        largest = max(largest, message.count, back.count)
        return try FrameReader.frames(in: back)
    }

    /// A whole session.
    mutating func sync(
        _ replica: MemoryReplica, _ options: SyncOptions = SyncOptions()
    ) throws -> SyncSummary {
        var initiator = SyncInitiator(replica, options: options)
        var step = SyncStep.send(try initiator.start())
        while true {
            switch step {
            case .send(let frames): step = try initiator.receive(try exchange(frames))
            case .finished(let summary): return summary
            }
        }
    }
}

/// A session without trouble.
@discardableResult
func sync(
    _ replica: MemoryReplica, with peer: MemoryReplica, _ options: SyncOptions = SyncOptions()
) throws -> SyncSummary {
    var connection = Connection(peer)
    return try connection.sync(replica, options)
}

/// Two replicas that share some documents and differ in others, in every way that there is.
func differingReplicas(_ random: inout Generator) -> (MemoryReplica, MemoryReplica) {
    let (left, right) = (MemoryReplica(1), MemoryReplica(2))
    let third = MemoryReplica(3).device
    var number = 0
    func act(_ replicas: [MemoryReplica]) {
        number += 1
        switch random.below(20) {
        case 0..<3: replicas.forEach { $0.addNote(number) }
        case 3..<12:
            let device = replicas.count == 2 ? third : [replicas[0].device, third][random.below(2)]
            let isFork = random.chance(10)
            replicas.forEach { $0.addRecord(number, of: device, isFork: isFork) }
        case 12..<19:
            let time = random.below(500)
            replicas.forEach { $0.addEntry(time, number) }
        default:
            let term = random.below(3)
            replicas.forEach { $0.seal(term: term, salt: number) }
        }
    }
    for _ in 0..<random.below(40) { act([left, right]) }
    for _ in 0..<random.below(35) { act([left]) }
    for _ in 0..<random.below(35) { act([right]) }
    return (left, right)
}
