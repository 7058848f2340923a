// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A room of the server, measured from inside the program that measures it.
func room(_ name: String) -> Target.Dependency { .product(name: name, package: "duocall") }

let package = Package(
    name: "benchmarks",
    dependencies: [
        .package(name: "duocall", path: "..")
    ],
    targets: [
        .target(name: "CountedMalloc"),
        .target(name: "Measuring", swiftSettings: strict),
        .executableTarget(
            name: "ParseBenchmark", dependencies: ["CountedMalloc", "Measuring", room("SIPSyntax")],
            swiftSettings: strict),
        .executableTarget(
            name: "SwitchboardBenchmark",
            dependencies: [
                "CountedMalloc", "Measuring", room("CallModel"), room("CallSwitching"), room("CallTracing"),
                room("MediaControl"), room("SIPSyntax"), room("SIPTransactions"), room("SansIO"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "SignallingBenchmark",
            dependencies: [
                "Measuring", room("LinuxIO"), room("SIPNetwork"), room("SIPSyntax"), room("SIPTransactions"),
                room("SIPUserAgent"), room("SansIO"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "MediaBenchmark",
            dependencies: [
                "Measuring", room("Audio"), room("CSRTP"), room("LinuxIO"), room("MediaControl"), room("MediaNetwork"),
                room("RTP"), room("SansIO"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "CallbackLoad",
            dependencies: [
                "Measuring", room("LinuxIO"), room("SIPNetwork"), room("SIPTransactions"), room("SansIO"),
                room("TestMaterials"),
            ],
            swiftSettings: strict),
    ]
)
