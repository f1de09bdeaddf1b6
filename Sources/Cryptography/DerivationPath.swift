// The way from a key to one of its descendants.

/// A path of BIP32 such as `m/44'/236'/0'/0/5`.
public struct DerivationPath: Hashable, Sendable {
    /// One step: from 0 to 2^31 - 1 normal, above hardened.
    public struct Step: Hashable, Sendable {
        /// The number as BIP32 hashes it: the highest bit set where hardened.
        public let value: UInt32

        /// Set in every hardened step.
        public static let hardenedBit: UInt32 = 0x8000_0000

        /// A step by its full number.
        public init(value: UInt32) {
            self.value = value
        }

        /// A step that public keys can go too; `index` is below 2^31.
        public static func normal(_ index: UInt32) -> Step {
            precondition(index < hardenedBit)
            return Step(value: index)
        }

        /// A step that needs the private key; `index` is below 2^31.
        public static func hardened(_ index: UInt32) -> Step {
            precondition(index < hardenedBit)
            return Step(value: index | hardenedBit)
        }

        /// Whether the step needs the private key.
        public var isHardened: Bool { value & Self.hardenedBit != 0 }

        /// The number below 2^31.
        public var index: UInt32 { value & ~Self.hardenedBit }
    }

    /// The most steps: the depth of an extended key is one byte.
    public static let stepsMaximum = 255
    /// The longest text that is read.
    public static let textMaximumBytes = 4_096

    /// The steps, first to last; none for `m`.
    public let steps: [Step]

    /// A path of steps.
    public init(_ steps: [Step]) {
        self.steps = steps
    }

    /// Reads `m`, then `/` and a number for each step, with `'`, `h` or `H` behind a hardened one.
    /// - Throws: `invalidPath` for anything else, leading zeros and signs included.
    public init(_ text: String) throws(CryptographyError) {
        guard text.utf8.count <= Self.textMaximumBytes else {
            throw .invalidPath(String(text.prefix(64)))
        }
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts[0].elementsEqual("m".utf8), parts.count - 1 <= Self.stepsMaximum else {
            throw .invalidPath(text)
        }
        var steps: [Step] = []
        for part in parts.dropFirst() {
            guard let step = Self.step(Array(part)) else { throw .invalidPath(text) }
            steps.append(step)
        }
        self.steps = steps
    }

    private static func step(_ part: [UInt8]) -> Step? {
        let marks = Array("'hH".utf8)
        let isHardened = part.last.map { marks.contains($0) } ?? false
        let digits = isHardened ? part.dropLast() : part[...]
        guard (1...10).contains(digits.count), digits.count == 1 || digits.first != 0x30 else {
            return nil
        }
        var index: UInt64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            index = index * 10 + UInt64(digit - 0x30)
        }
        guard index < UInt64(Step.hardenedBit) else { return nil }
        return isHardened ? .hardened(UInt32(index)) : .normal(UInt32(index))
    }
}

extension DerivationPath: CustomStringConvertible {
    /// The text, hardened steps with `'`.
    public var description: String {
        steps.reduce("m") { $0 + "/\($1.index)" + ($1.isHardened ? "'" : "") }
    }
}
