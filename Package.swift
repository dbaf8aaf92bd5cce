// swift-tools-version: 6.2
import PackageDescription

/// The one set of rules for every target of ours.
let rules: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

/// With VIADUCT_FUZZ=1 the package is that of `make fuzz`: libFuzzer brings a main of its own, which no other build could
/// link, and the files in Tests/Fuzz can be of one target only.
let isFuzzing = Context.environment["VIADUCT_FUZZ"] == "1"

/// What the laws in Tests/Fuzz look into.
let decoders: [Target.Dependency] = ["CLibnl", "Netlink", "NetworkModel", "Vici", "ViaductCore"]

let fuzzing: Target =
    isFuzzing
    ? .executableTarget(
        name: "fuzz", dependencies: decoders, path: "Tests/Fuzz",
        exclude: ["CorpusTests.swift", "corpus", "words", "run"],
        swiftSettings: rules)
    : .testTarget(
        name: "FuzzTests", dependencies: decoders + ["TestBed"], path: "Tests/Fuzz",
        exclude: ["Driver", "corpus", "words", "run"], swiftSettings: rules)

let package = Package(
    name: "viaduct",
    products: [
        .executable(name: "viaduct", targets: ["viaduct"]),
        .library(name: "ViaductCore", targets: ["NetworkModel", "ViaductCore"]),
        .library(name: "ViaductHost", targets: ["Netlink", "Vici", "ViaductHost"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibnl", pkgConfig: "libnl-route-3.0",
            providers: [.apt(["pkgconf", "libnl-3-dev", "libnl-route-3-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["pkgconf", "libyaml-dev"])]),
        .target(name: "NetworkModel", swiftSettings: rules),
        .target(name: "Netlink", dependencies: ["CLibnl", "NetworkModel"], swiftSettings: rules),
        .target(name: "Vici", swiftSettings: rules),
        .target(name: "ViaductCore", dependencies: ["CYAML", "NetworkModel"], swiftSettings: rules),
        .target(
            name: "ViaductHost", dependencies: ["CLinux", "NetworkModel", "Netlink", "Vici", "ViaductCore", logging],
            swiftSettings: rules),
        .executableTarget(
            name: "viaduct", dependencies: ["NetworkModel", "ViaductCore", "ViaductHost", argumentParser, logging],
            swiftSettings: rules),

        .testTarget(name: "NetworkModelTests", dependencies: ["NetworkModel"], swiftSettings: rules),
        .testTarget(name: "NetlinkTests", dependencies: ["Netlink", "NetworkModel"], swiftSettings: rules),
        .testTarget(name: "ViciTests", dependencies: ["Vici"], swiftSettings: rules),
        .testTarget(
            name: "ViaductCoreTests", dependencies: ["ViaductCore", "NetworkModel"],
            resources: [.copy("Fixtures")], swiftSettings: rules),
        .testTarget(
            name: "ViaductHostTests", dependencies: ["ViaductHost", "ViaductCore", "NetworkModel", "Vici"],
            swiftSettings: rules),
        .target(name: "TestBed", path: "Tests/TestBed", swiftSettings: rules),
        .testTarget(
            name: "CommandLineTests", dependencies: ["viaduct", "TestBed", "Vici", "ViaductCore", "NetworkModel"],
            swiftSettings: rules),
        .testTarget(
            name: "ScenarioTests", dependencies: ["TestBed", "NetworkModel", "ViaductCore", "ViaductHost"],
            swiftSettings: rules),
        // The process whose memory CyclesTests look at; it is not installed.
        .executableTarget(
            name: "cycles", dependencies: ["ViaductCore", "ViaductHost"], path: "Tests/Cycles", swiftSettings: rules),
        fuzzing,
    ]
)
