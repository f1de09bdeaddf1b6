// Folds sets of documents with the shipped code: a partner for the oracle in Tests/Merge.
import Bytes
import Documents
import Glibc

#if TEST_HOOKS
    @testable import Merge
#else
    import Merge
#endif

/// `merge-model [--mutant NAME]`: a set a line on standard input, its result a line on standard
/// output. `merge-model --mutants` lists the mistakes that it can be made to make, `merge-model
/// --measure COUNT` folds so many records and says how long that takes.
@main
enum Main {
    static func main() throws {
        let words = Array(CommandLine.arguments.dropFirst())
        var model = Model()
        switch words.first {
        case nil: break
        case "--measure":
            guard words.count == 2, let count = Int(words[1]), count > 0 else { usage() }
            for line in try Measure(count: count).run() { print(line) }
            return
        #if TEST_HOOKS
            case "--mutants":
                for mutant in MergeMutant.allCases { print(mutant.rawValue) }
                return
            case "--mutant":
                guard words.count == 2, let mutant = MergeMutant(rawValue: words[1]) else {
                    usage()
                }
                model.mutant = mutant
        #endif
        default: usage()
        }
        while let line = readLine(strippingNewline: true) {
            let set = try DocumentSet(line: Array(line.utf8))
            print(String(decoding: try model.fold(set), as: UTF8.self))
        }
    }

    private static func usage() -> Never {
        print("usage: merge-model [--mutant NAME | --mutants | --measure COUNT]")
        exit(2)
    }
}
