// swift-tools-version:6.2
import PackageDescription

// Built by `scripts/fuzz`, which has the sanitizers' flags; without them it does not link.
let package = Package(
    name: "fuzzing",
    dependencies: [.package(name: "duocall", path: "..")],
    targets: [
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "Fuzzer",
            dependencies: ["CFuzzer"]
                + ["Probes", "MediaCodecs", "MediaNetwork", "MediaControl", "RTP", "Audio", "SansIO"].map { room in
                    .product(name: room, package: "duocall")
                },
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]),
    ]
)
