// Commands to GitHub's runner: their form, their escapes, what is masked, and which paths they name.

import Testing
import Vocabulary

@testable import Report

@Suite struct WorkflowCommandTests {
    @Test(arguments: [
        (WorkflowCommand("endgroup"), "::endgroup::\n"),
        (WorkflowCommand("group", [], "a: b, 50%"), "::group::a: b, 50%25\n"),
        (WorkflowCommand("error", [.init("file", ""), .init("line", "")], "x"), "::error::x\n"),
        (
            WorkflowCommand("error", [.init("file", "a,b:c%\r\n.py"), .init("line", "3")], "one\r\ntwo\nthree%0A"),
            "::error file=a%2Cb%3Ac%25%0D%0A.py,line=3::one%0D%0Atwo%0Athree%250A\n"
        ),
        (
            WorkflowCommand("error", [.init("title", "ü ::x::")], "::warning::"),
            "::error title=ü %3A%3Ax%3A%3A::::warning::\n"
        ),
    ])
    func isOneLine(command: WorkflowCommand, line: String) {
        #expect(command.line == line)
    }

    @Test func eachLineOfASecretIsMaskedOnce() {
        let lines = WorkflowCommand.masks(["secret", "", "abc", "-----BEGIN\nkey%\r\nabc\n", "secret"]).map(\.line)
        #expect(lines == ["::add-mask::secret\n", "::add-mask::-----BEGIN\n", "::add-mask::key%25\n"])
    }

    @Test(arguments: [
        ("tasks.yaml", "project/tasks.yaml", "project/sub/tasks.yaml"), ("../a.py", "a.py", "project/a.py"),
        ("/home/checkout/b.py", "b.py", "b.py"), ("/etc/passwd", "/etc/passwd", "/etc/passwd"),
        ("../../../x", "/x", "/home/x"), ("/home/checkout", "/home/checkout", "/home/checkout"),
        ("/home/checkout2/c", "/home/checkout2/c", "/home/checkout2/c"),
    ])
    func pathsAreTheCheckouts(path: String, shown: String, inRoot: String) {
        let paths = CheckoutPaths(
            workspace: "/home/checkout/", working: "/home/checkout/project", root: "/home/checkout/project/sub")
        #expect(paths.shown(path) == shown)
        #expect(paths.inRoot(path) == inRoot)
        #expect(CheckoutPaths(workspace: nil, working: "/", root: "/").shown(path) == path)
    }
}
