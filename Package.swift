// swift-tools-version: 6.1
// The rooms of docs/architecture.md as targets. Arrows only point down this list.

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A room and what it may import.
func room(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: settings)
}

/// The tests of a room.
func tests(_ name: String, _ imports: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: imports + ["TestKit"], swiftSettings: settings)
}

let package = Package(
    name: "taskgraph",
    products: [.executable(name: "taskgraph", targets: ["taskgraph"])],
    targets: [
        .executableTarget(
            name: "taskgraph",
            dependencies: [
                "Report", "Engine", "Broker", "Host", "Schedule", "Fingerprint", "Workspace", "Conditions", "Ports",
                "Imprint",
                "Graph", "Evidence", "Manifest", "Patterns", "YAML", "Hashing", "Vocabulary", "CLinux",
            ],
            swiftSettings: settings
        ),
        room("Report", ["Hashing", "Vocabulary"]),
        room(
            "Engine",
            [
                "Broker", "Schedule", "Fingerprint", "Conditions", "Workspace", "Imprint", "Graph", "Evidence",
                "Patterns",
                "Ports", "Hashing", "Vocabulary",
            ]
        ),
        room("Broker", ["Schedule", "Conditions", "Ports", "Vocabulary"]),
        room(
            "Host",
            [
                "Schedule", "Workspace", "Conditions", "Ports", "Patterns", "Hashing", "Vocabulary", "CSQLite",
                "CHiredis",
                "CLibPQ", "CLinux",
            ]
        ),
        room("Schedule", ["Graph", "Vocabulary"]),
        room("Fingerprint", ["Graph", "Hashing", "Patterns", "Vocabulary"]),
        room("Workspace", ["Hashing", "Vocabulary"]),
        room("Evidence", ["Vocabulary", "CExpat"]),
        room("Conditions", ["YAML", "Patterns", "Vocabulary"]),
        room("Ports", ["Vocabulary"]),
        room("Imprint", ["Hashing", "Vocabulary"]),
        room("Graph", ["Evidence", "Manifest", "Patterns", "Hashing", "Vocabulary"]),
        room("Manifest", ["YAML", "Vocabulary"]),
        room("Patterns", ["Vocabulary"]),
        room("YAML", ["CLibYAML", "Vocabulary"]),
        room("Hashing", ["CNettle", "CLinux", "Vocabulary"]),
        room("Vocabulary"),
        .systemLibrary(name: "CLibYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CNettle", providers: [.apt(["nettle-dev"])]),
        .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .target(name: "CLibPQ", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
        room("TestKit", ["Ports", "Hashing", "Vocabulary", "CLinux"]),

        .executableTarget(name: "ViewLauncher", dependencies: ["CLinux"], path: "Tests/ViewLauncher"),
        tests("Vocabulary", ["Vocabulary"]),
        tests("Hashing", ["Hashing", "Vocabulary"]),
        tests("YAML", ["YAML", "Vocabulary"]),
        tests("Patterns", ["Patterns", "Vocabulary"]),
        tests("Manifest", ["Manifest", "YAML", "Vocabulary"]),
        tests("Graph", ["Graph", "Manifest", "Patterns", "YAML", "Vocabulary"]),
        tests("Imprint", ["Imprint", "Hashing", "Vocabulary"]),
        tests("Evidence", ["Evidence", "Vocabulary"]),
        tests("Conditions", ["Conditions", "YAML", "Patterns", "Vocabulary"]),
        tests("Workspace", ["Workspace", "Hashing", "Vocabulary"]),
        tests("Fingerprint", ["Fingerprint", "Graph", "Hashing", "Manifest", "Patterns", "Vocabulary"]),
        tests("Schedule", ["Schedule", "Graph", "Manifest", "Vocabulary"]),
        tests("Broker", ["Broker", "Schedule", "Ports", "Vocabulary"]),
        tests("Host", ["Host", "Ports", "Patterns", "Workspace", "Hashing", "Vocabulary", "CLinux", "ViewLauncher"]),
        tests(
            "Engine",
            ["Engine", "Graph", "Manifest", "Workspace", "Patterns", "Hashing", "Ports", "Vocabulary"]
        ),
        tests("Report", ["Report", "YAML", "Vocabulary"]),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Conditions", "Evidence", "Graph", "Hashing", "Host", "Manifest", "Patterns", "Ports", "TestKit",
                "Vocabulary",
            ], path: "Fuzz/Targets", swiftSettings: settings),
        tests("Fuzz", ["FuzzTargets"]),
        .testTarget(name: "EndToEndTests", dependencies: ["TestKit", "taskgraph"], swiftSettings: settings),
    ]
)

// The driver needs libFuzzer, so only `scripts/fuzz` builds it.
if Context.environment["TASKGRAPH_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], path: "Fuzz/Driver"))
}

// What `Benchmarks/reports` measures; nobody else needs it.
if Context.environment["TASKGRAPH_BENCHMARKS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "readreport", dependencies: ["Evidence"], path: "Benchmarks/ReadReport", swiftSettings: settings))
}
