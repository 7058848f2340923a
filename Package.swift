// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// One room of the house; `docs/architecture.md` tells what each is for.
func room(_ name: String, sees: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: sees, swiftSettings: strict)
}

func tests(of name: String, with more: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.init(stringLiteral: name)] + more,
        swiftSettings: strict)
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "duocall",
    products: [.executable(name: "duocall", targets: ["duocall"])]
        // Rooms that the programs in Benchmarks and Fuzzing use from inside.
        + [
            "CallSwitching", "CallModel", "CallTracing", "SIPSyntax", "SIPTransactions", "SIPUserAgent", "SIPNetwork",
            "MediaNetwork", "MediaCodecs", "MediaControl", "RTP", "Audio", "LinuxIO", "SansIO", "Probes", "CSRTP",
            "TestMaterials",
        ].map { name in .library(name: name, targets: [name]) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Pure rooms: values in, values out.
        room("SansIO", sees: [heap]),
        room("SIPSyntax"),
        room("SDP", sees: ["RTP", "Audio", "SansIO"]),
        room("RTP"),
        room("Audio"),
        room("SIPTransactions", sees: ["SIPSyntax", "SansIO"]),
        room("SIPUserAgent", sees: ["SIPTransactions", "SIPSyntax", "SansIO", crypto, cryptoExtras]),
        room("CallModel"),
        room("CallFlow", sees: ["CallModel", "SansIO"]),
        room("MediaControl", sees: ["RTP", "Audio", "SansIO"]),
        room("CallTracing", sees: ["CallModel", "SIPTransactions", "SIPSyntax", "SansIO"]),
        room(
            "CallSwitching",
            sees: [
                "CallFlow", "CallModel", "CallTracing", "MediaControl", "SIPUserAgent", "SIPTransactions",
                "SIPSyntax", "SDP", "RTP", "Audio", "SansIO",
            ]),
        room(
            "Simulation",
            sees: [
                "CallSwitching", "CallModel", "MediaControl", "SIPTransactions", "SIPSyntax", "SansIO",
            ]),
        room(
            "Probes",
            sees: [
                "CallTracing", "CallModel", "SIPUserAgent", "SIPTransactions", "SIPSyntax", "SDP", "RTP", "Audio",
                "SansIO",
            ]),

        // I/O rooms.
        .target(name: "CLinux"),
        .target(name: "CSRTP", linkerSettings: [.linkedLibrary("srtp2"), .linkedLibrary("nettle")]),
        .systemLibrary(name: "CAres"),
        .systemLibrary(name: "CLame"),
        .systemLibrary(name: "CSndfile"),
        .systemLibrary(name: "CSoxr"),
        room("LinuxIO", sees: ["CLinux", "SansIO"]),
        room("MediaCodecs", sees: ["Audio", "CLame", "CSndfile", "CSoxr"]),
        room(
            "SIPNetwork",
            sees: [
                "CAres", "LinuxIO", "SIPTransactions", "SIPSyntax", "SansIO",
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio),
        room("MediaNetwork", sees: ["CSRTP", "LinuxIO", "MediaCodecs", "MediaControl", "RTP", "Audio", "SansIO"]),
        room(
            "Storage",
            sees: [
                "CallModel", crypto, .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        room(
            "Webhooks",
            sees: [
                "CallModel", "SansIO", crypto, log,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio),
        room(
            "HTTPAPI",
            sees: [
                "CallModel", crypto, log,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ] + nio),
        room(
            "CallRuntime",
            sees: [
                "CallSwitching", "CallModel", "CallTracing", "MediaControl", "MediaNetwork", "SIPNetwork",
                "SIPTransactions", "SIPUserAgent", "Storage", "LinuxIO", "SansIO", deque, log,
            ]),
        room(
            "Phones",
            sees: [
                "SIPUserAgent", "SIPTransactions", "SIPSyntax", "SDP", "RTP", "Audio", "SansIO", "SIPNetwork",
                "LinuxIO",
            ]),
        .executableTarget(
            name: "duocall",
            dependencies: [
                "CallRuntime", "CallSwitching", "CallModel", "CallTracing", "HTTPAPI", "MediaCodecs", "Phones", "SDP",
                "Audio",
                "LinuxIO",
                "SIPUserAgent",
                "SIPTransactions",
                "SIPNetwork", "SansIO", "Storage", "Webhooks", crypto, log,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio,
            swiftSettings: strict),

        // Tests, and what several of them use.
        .target(name: "TestMaterials", path: "Tests/TestMaterials", swiftSettings: strict),
        tests(of: "SansIO"),
        .testTarget(
            name: "SIPSyntaxTests", dependencies: ["SIPSyntax", "TestMaterials"], exclude: ["Torture"],
            swiftSettings: strict),
        tests(of: "SDP", with: ["RTP", "Audio", "SansIO", "TestMaterials"]),
        tests(of: "RTP", with: ["TestMaterials"]),
        tests(of: "Audio"),
        tests(of: "SIPTransactions", with: ["SIPSyntax", "SansIO"]),
        tests(of: "SIPUserAgent", with: ["SIPTransactions", "SIPSyntax", "SansIO"]),
        tests(of: "CallModel"),
        tests(of: "CallTracing", with: ["CallModel", "SIPTransactions", "SansIO"]),
        tests(of: "CallFlow", with: ["CallModel", "SansIO"]),
        tests(
            of: "CallSwitching",
            with: [
                "CallModel", "CallFlow", "CallTracing", "MediaControl", "SIPUserAgent", "SIPTransactions", "SIPSyntax",
                "SDP", "RTP", "Audio", "SansIO",
            ]),
        tests(
            of: "Simulation",
            with: ["CallSwitching", "CallModel", "MediaControl", "SIPTransactions", "SIPSyntax", "SansIO"]),
        tests(of: "Probes"),
        tests(of: "LinuxIO", with: ["SansIO"]),
        tests(of: "MediaCodecs", with: ["Audio", "CSndfile"]),
        tests(
            of: "MediaNetwork",
            with: ["CSRTP", "LinuxIO", "MediaCodecs", "MediaControl", "Probes", "RTP", "Audio", "SansIO"]),
        tests(of: "Storage", with: ["CallModel", crypto, .product(name: "GRDB", package: "GRDB.swift")]),
        tests(
            of: "Webhooks",
            with: [
                "CallModel", "SansIO", "Storage", "TestMaterials", crypto, log,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio),
        tests(
            of: "HTTPAPI",
            with: [
                "CallModel", "TestMaterials", crypto, log, .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ] + nio),
        tests(of: "SIPNetwork", with: ["LinuxIO", "SIPTransactions", "SIPSyntax", "SansIO", "TestMaterials"]),
        tests(
            of: "CallRuntime",
            with: [
                "CallSwitching", "CallModel", "MediaControl", "SIPNetwork", "SIPTransactions", "LinuxIO", "SansIO",
                "Storage", log,
            ]),
        tests(
            of: "Phones",
            with: [
                "SIPUserAgent", "SIPTransactions", "SIPSyntax", "SDP", "RTP", "Audio", "SIPNetwork", "LinuxIO",
                "SansIO",
            ]),
        tests(
            of: "duocall",
            with: [
                "Audio", "CallModel", "CallSwitching", "HTTPAPI", "SDP", "SIPNetwork", "SIPTransactions",
                "SIPUserAgent", "SansIO", "Storage", log,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .testTarget(name: "TidyTests", swiftSettings: strict),
        .testTarget(
            name: "InteropTests",
            dependencies: [
                "TestMaterials",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"), nio[0],
            ], exclude: ["Scenarios"], swiftSettings: strict),
    ]
)
