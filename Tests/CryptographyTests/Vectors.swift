// The vectors that stand in files beside the tests.

import Foundation

/// A file of Tests/Vectors.
func vectorFile(_ name: String) throws -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
    return Array(try Data(contentsOf: folder.appendingPathComponent("Vectors/" + name)))
}

/// The lines of a file that are neither empty nor comments, cut at spaces.
func vectorLines(_ name: String) throws -> [[String]] {
    try String(decoding: vectorFile(name), as: UTF8.self).split(separator: "\n")
        .filter { !$0.hasPrefix("#") }
        .map { $0.split(separator: " ").map(String.init) }
}

/// The entries of a JSON file whose members are objects of strings; others are left out.
func vectorObjects(_ name: String) throws -> [String: [String: String]] {
    let object = try JSONSerialization.jsonObject(with: Data(vectorFile(name)))
    let entries = object as? [String: [String: Any]] ?? [:]
    return entries.mapValues { $0.compactMapValues { $0 as? String } }
}
