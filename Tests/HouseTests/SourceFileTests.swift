// The rules are only as good as the eye that reads the sources.

import Testing

@Suite("The eye that reads the sources")
struct SourceFileTests {
    private func file(_ text: String) -> SourceFile {
        SourceFile(path: "Sources/Bytes/A.swift", text: text)
    }

    @Test("Comments and strings are no code")
    func blanks() {
        let text = #"""
            // import A {
            let a = "{ \(f("}")) try!" + x // y!
            /* as! */ let b = 1
            """#
        #expect(file(text).code == ["", #"let a = "" + x "#, " let b = 1"])
    }

    @Test("Imports are found with their attributes")
    func imports() {
        let names = file(
            "@testable import A\npublic import B\nimport struct C.D\nlet important = 1"
        ).imports
        #expect(names.map(\.name) == ["A", "B", "C"])
        #expect(names.map(\.line) == [1, 2, 3])
    }

    @Test(
        "A force unwrap is seen, other marks are not",
        arguments: [
            ("x!", true), ("f()!.g", true), ("a[0]! + 1", true), ("!x", false), ("a != b", false),
            ("try! f()", false), ("a as! B", false), ("if !a, !b {", false), ("x! == 1", true),
        ])
    func unwraps(code: String, isUnwrap: Bool) {
        #expect(code.hasForceUnwrap == isUnwrap)
    }

    @Test("A function is measured from its word to its last brace")
    func functions() {
        let found = file(
            "struct A {\n    func f() {\n        if a {\n        }\n    }\n    init() {}\n}"
        ).functions
        #expect(found.map(\.name) == ["f", "init"])
        #expect(found.map(\.lines) == [4, 1])
    }

    @Test("Variables are told apart")
    func variables() {
        let text =
            "var a = 1\nstruct B {\n    static var c = 1\n    static var d: Int { 1 }\n    var e = 1\n}"
        let read = file(text)
        #expect(read.depth == [0, 0, 1, 1, 1, 1])
        #expect(read.code[0].hasPrefixWord("var") && !read.code[4].hasPrefixWord("let"))
        #expect(!read.isComputed(at: 2) && read.isComputed(at: 3))
    }

    @Test("A reason stands on the line or in the comment above it")
    func reasons() {
        let read = file("a! // Safe: b\n// Safe: because\n// it is.\nc!\nd!")
        #expect(read.isExcused(at: 0) && read.isExcused(at: 3) && !read.isExcused(at: 4))
    }

    @Test("Public declarations and their documentation are found")
    func documentation() {
        let read = file(
            "/// A.\n@inlinable\npublic func a() {}\npublic private(set) var b = 1\npublic import C"
        )
        #expect(read.code[2].isPublicDeclaration && read.isDocumented(at: 2))
        #expect(read.code[3].isPublicDeclaration && !read.isDocumented(at: 3))
        #expect(!read.code[4].isPublicDeclaration)
    }

    @Test("Words are whole")
    func words() {
        #expect("a print(b)".containsWord("print(") && !"a.print(b)".containsWord("print("))
        #expect(!"imprint(b)".containsWord("print(") && !"func print(b)".containsWord("print("))
    }
}
