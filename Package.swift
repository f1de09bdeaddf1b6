// swift-tools-version: 6.2
// The map of the house is Sources/README.md. An arrow only ever points down.
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    // The clock and the randomness of a test build can be fixed from outside; a release's never.
    .define("TEST_HOOKS", .when(configuration: .debug)),
]

// Whole processes are budgeted in milliseconds, and most of a start is the dynamic linker's work: a
// release is one static file. Debug builds stay dynamic, so that the tests can make the C library's
// calls fail.
let singleFile: [LinkerSetting] = [
    .unsafeFlags(["-static-executable", "-use-ld=lld"], .when(configuration: .release))
]

func layer(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [])
    -> Target
{
    .target(
        name: name, dependencies: dependencies, resources: resources,
        swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
    name: "wallet",
    products: [.executable(name: "wallet", targets: ["wallet"])],
    targets: [
        // 0: system libraries, a module map and a shim each
        .systemLibrary(
            name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CSecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CWebSockets", providers: [.apt(["libwebsockets-dev", "libcap-dev"])]),
        .systemLibrary(name: "CResolv"),
        // 1
        layer("Bytes", []),
        // 2
        layer("Cryptography", ["Bytes", "CSecp256k1", "COpenSSL"]),
        layer("Files", ["Bytes"]),
        layer("SQLite", ["CSQLite"]),
        layer("CommandKit", []),
        layer("Programs", ["Bytes"]),
        // 3
        layer("Documents", ["Bytes", "Cryptography"]),
        layer("Network", ["Bytes", "Cryptography", "CWebSockets", "CResolv"]),
        layer("Bitcoin", ["Bytes", "Cryptography"]),
        // 4
        layer("Hashtable", ["Bytes", "Files", "Cryptography", "Documents"]),
        layer("Graphstore", ["Bytes", "SQLite", "Documents"]),
        layer("Headers", ["Bytes", "Files", "Cryptography", "Documents", "Bitcoin"]),
        layer("Blockstack", ["Bytes", "Files", "Cryptography", "Documents", "Headers"]),
        layer("Audit", ["Bytes", "Cryptography", "Documents"]),
        // 5
        layer("Service", ["Bytes", "Cryptography", "Documents", "Network"]),
        layer("Channels", ["Bytes", "Cryptography", "Documents", "Headers", "Network", "SQLite"]),
        layer(
            "HeaderService",
            ["Bytes", "Files", "Cryptography", "Documents", "Headers", "Network"]),
        layer(
            "DirectPayment",
            [
                "Bitcoin", "Bytes", "Cryptography", "Documents", "Headers", "Network", "SQLite",
            ]),
        layer(
            "Coins",
            ["Bytes", "Files", "Cryptography", "Documents", "Bitcoin", "Headers", "SQLite"]),
        layer(
            "Broadcasting",
            ["Bytes", "Cryptography", "Documents", "Network", "Bitcoin", "Headers"]),
        layer("Paymail", ["Bytes", "Cryptography", "Documents", "Network", "Bitcoin"]),
        layer("Merge", ["Bytes", "Cryptography", "Documents", "Graphstore"]),
        layer("Sync", ["Bytes", "Cryptography", "Documents"]),
        // 6
        layer(
            "WalletKit",
            [
                "Audit", "Bitcoin", "Blockstack", "Broadcasting", "Bytes", "Channels", "Coins",
                "Cryptography", "DirectPayment", "Documents", "Files", "Graphstore", "Hashtable",
                "HeaderService", "Headers", "Merge", "Network", "Paymail", "Programs", "SQLite",
                "Service", "Sync",
            ]),
        // 7
        .executableTarget(
            name: "wallet",
            dependencies: [
                "Audit", "Bitcoin", "Blockstack", "Broadcasting", "Bytes", "Channels", "Coins",
                "CommandKit", "Cryptography", "DirectPayment", "Documents", "Files", "Graphstore",
                "Hashtable", "HeaderService", "Headers", "Merge", "Network", "Paymail", "Programs",
                "Service", "Sync", "WalletKit",
            ],
            swiftSettings: strict, linkerSettings: singleFile),
        .executableTarget(
            name: "wallet-bench",
            dependencies: [
                "Bitcoin", "Bytes", "Channels", "Coins", "Cryptography", "DirectPayment",
                "Documents", "Files", "HeaderService", "Headers", "Network", "Service",
                "WalletKit",
            ],
            swiftSettings: strict, linkerSettings: singleFile),
        // A peer for judges of WebSockets; it ships with nothing.
        .executableTarget(
            name: "network-echo", dependencies: ["Bytes", "Network"], path: "Tests/NetworkEcho",
            swiftSettings: strict),
        // The fold as a program, for an oracle in another language; it ships with nothing.
        .executableTarget(
            name: "merge-model",
            dependencies: ["Bytes", "Cryptography", "Documents", "Graphstore", "Merge"],
            path: "Tests/MergeModel", swiftSettings: strict),
        // The difficulty rules as a program, for the same reason.
        .executableTarget(
            name: "header-rules", dependencies: ["Bytes", "Headers"], path: "Tests/HeaderRules",
            swiftSettings: strict),
        // Broadcasting as a program, for drivers that have a real node.
        .executableTarget(
            name: "broadcast-tool",
            dependencies: [
                "Bitcoin", "Broadcasting", "Bytes", "Cryptography", "Documents", "Headers",
                "Network",
            ],
            path: "Tests/BroadcastTool", swiftSettings: strict),
        // Transactions, scripts and proofs as a program, for the same reason.
        .executableTarget(
            name: "bitcoin-tool",
            dependencies: ["Bitcoin", "Bytes", "Cryptography", "Documents", "Headers"],
            path: "Tests/BitcoinTool", swiftSettings: strict),
        // tests mirror the sources
        tests("Bytes", ["Bytes"]),
        tests("Files", ["Files"]),
        tests("Cryptography", ["Bytes", "Cryptography"]),
        tests("SQLite", ["Files", "SQLite"]),
        tests("CommandKit", ["CommandKit"]),
        tests("Documents", ["Bytes", "Cryptography", "Documents"]),
        tests("Network", ["Bytes", "Cryptography", "Network"]),
        tests("Service", ["Bytes", "Cryptography", "Documents", "Network", "Service"]),
        tests("Programs", ["Bytes", "Files", "Programs"]),
        tests(
            "DirectPayment",
            [
                "Bitcoin", "Bytes", "Cryptography", "DirectPayment", "Documents", "Files",
                "Headers", "Network", "SQLite",
            ]),
        tests(
            "Channels",
            ["Bytes", "Channels", "Cryptography", "Documents", "Headers", "Network", "SQLite"]),
        tests(
            "HeaderService",
            [
                "Bytes", "Cryptography", "Documents", "Files", "HeaderService", "Headers",
                "Network",
            ]),
        tests("Bitcoin", ["Bitcoin", "Bytes", "Cryptography"]),
        tests(
            "Coins",
            [
                "Bitcoin", "Bytes", "Coins", "Cryptography", "Documents", "Files", "Headers",
                "SQLite",
            ]),
        tests(
            "Broadcasting",
            [
                "Bitcoin", "Broadcasting", "Bytes", "Cryptography", "Documents", "Headers",
                "Network",
            ]),
        tests(
            "Paymail", ["Bitcoin", "Bytes", "Cryptography", "Documents", "Network", "Paymail"]),
        tests("Merge", ["Bytes", "Cryptography", "Documents", "Graphstore", "Merge"]),
        tests("Sync", ["Bytes", "Cryptography", "Documents", "Sync"]),
        tests("Hashtable", ["Bytes", "Files", "Cryptography", "Documents", "Hashtable"]),
        tests("Graphstore", ["Bytes", "Documents", "Graphstore"]),
        tests("Headers", ["Bitcoin", "Bytes", "Cryptography", "Documents", "Files", "Headers"]),
        tests(
            "Blockstack",
            ["Bytes", "Cryptography", "Documents", "Files", "Headers", "Blockstack"]),
        tests("Audit", ["Bytes", "Cryptography", "Documents", "Graphstore", "Audit"]),
        tests(
            "WalletKit",
            [
                "Audit", "Bitcoin", "Blockstack", "Bytes", "Coins", "Cryptography",
                "DirectPayment", "Documents", "Files", "Graphstore", "Hashtable", "Headers",
                "Merge", "Network", "Paymail", "Programs", "Service", "Sync", "WalletKit",
            ]),
        tests("Wallet", ["wallet"]),
        tests("House", []),
    ],
    swiftLanguageModes: [.v6]
)
