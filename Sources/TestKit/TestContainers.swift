// Images that tests run in containers, and whether podman can do that here. Knows no driver.

internal import Glibc

/// What the tests of containers run; made from the servers that are installed, since there may be no registry.
public struct TestContainers: Sendable {
    public let postgres: String
    public let redis: String

    /// For tests that are skipped.
    public static let none = TestContainers(postgres: "", redis: "")

    private struct Unable: Error {
        let reason: String
    }

    /// Found out once, by running a container.
    private static let found: Result<TestContainers, Unable> = {
        let root = #filePath.firstRange(of: "/Sources/").map { String(#filePath[..<$0.lowerBound]) } ?? "."
        let made = shell(
            "[ -z \"$CI\" ] || { echo CI runs none; exit 1; }; command -v podman > /dev/null || { echo there is no podman in PATH; exit 1; }; \(root)/Tests/Images/build 2>&1"
        )
        let names = made.text.split(separator: "\n").suffix(2).map(String.init)
        guard made.status == 0, names.count == 2, names[1].contains("redis") else {
            return .failure(Unable(reason: "podman has no images here: \(made.text.suffix(400))"))
        }
        let limits = "--ulimit nofile=$(ulimit -Hn):$(ulimit -Hn) --ulimit nproc=1024:1024"
        let tried = shell(
            "podman run --rm \(limits) --publish 127.0.0.1::6379 \(names[1]) redis-server --version 2>&1")
        return tried.status == 0
            ? .success(TestContainers(postgres: names[0], redis: names[1]))
            : .failure(Unable(reason: "podman cannot run a container here: \(tried.text.suffix(400))"))
    }()

    public static var images: TestContainers? { try? found.get() }

    /// Why there are none.
    public static var reason: String {
        if case .failure(let unable) = found { unable.reason } else { "podman runs containers" }
    }

    /// What bash prints, and its status.
    public static func shell(_ script: String) -> (status: Int32, text: String) {
        let quoted = script.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        guard let pipe = popen("bash -c '\(quoted)'", "r") else { return (-1, "") }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { text += buffer[..<count] }
        return (pclose(pipe), String(decoding: text, as: UTF8.self))
    }
}
