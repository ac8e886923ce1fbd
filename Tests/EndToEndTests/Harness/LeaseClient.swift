// A client of the lease protocol in a few lines of Python, for scripts that tests run. Written from docs/leases.md alone.

import Testing

enum LeaseClient {
    /// Beside a script: `from client import *`.
    static let python = #"""
        import itertools, json, os, socket, subprocess, sys

        BINARY = os.environ.get("BINARY")

        class Client:
            def __init__(self, path):
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(path)
                self.lines = self.socket.makefile("r")
                self.numbers = itertools.count(1)
                self.hello = self.ask(op="hello", protocol=1, client="test")
            def send(self, **request):
                request["id"] = next(self.numbers)
                self.socket.sendall((json.dumps(request) + "\n").encode())
                return request["id"]
            def receive(self):
                return json.loads(self.lines.readline())
            def ask(self, **request):
                number = self.send(**request)
                answer = self.receive()
                assert answer["id"] == number, answer
                return answer
            def lease(self, service):
                answer = self.ask(op="lease", service=service)
                assert answer["ok"], answer
                return answer

        class Broker:
            def __init__(self, *words):
                self.process = subprocess.Popen(
                    [BINARY, "broker", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                self.socket = json.loads(self.process.stdout.readline())["socket"]
                self.directory = os.path.dirname(os.path.dirname(self.socket))
            def end(self):
                self.process.stdin.close()
                return self.process.wait()

        def processes(directory):
            """Those that were told of the directory, or are in it."""
            found = []
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    words = open(f"/proc/{pid}/cmdline", "rb").read().decode(errors="replace").split("\0")
                    cwd = os.readlink(f"/proc/{pid}/cwd")
                except OSError:
                    continue
                if int(pid) != os.getpid() and any(directory in word for word in [*words, cwd]):
                    found.append((pid, words))
            return found

        def left(directory):
            return processes(directory) + ([directory] if os.path.exists(directory) else [])

        def eventually(condition):
            while not condition():
                os.sched_yield()

        def sql(lease, statement):
            words = ["psql", lease["address"]["url"], "-qAtc", statement]
            return subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()

        def ping(lease):
            address = lease["address"]
            connection = socket.create_connection((address["host"], address["port"]))
            connection.sendall(f"AUTH {address['password']}\r\nPING\r\n".encode())
            lines = connection.makefile("r")
            return [lines.readline().strip(), lines.readline().strip()]

        """#

    /// Runs a script that has the client; its assertions are the test's.
    static func run(_ script: String, in project: Project) -> Ending {
        project.write(python, to: "../scripts/client.py")
        project.write("from client import *\n" + script, to: "../scripts/script.py")
        return project.execute("exec python3 ../scripts/script.py")
    }
}

extension Project {
    /// Runs a shell script that may fail; it finds the program under test as `$BINARY`.
    func execute(_ script: String) -> Ending {
        environment["BINARY"] = Binary.path
        return Child(["sh", "-euc", script], in: path, environment: environment, scratch: base + "/execute").wait()
    }
}
