// The command. For now it only launches programs inside views.

internal import CLinux
internal import Glibc

// Before anything else: this process may only be the launcher of a program inside a view.
if CommandLine.argc > 1, CommandLine.arguments[1] == "__view" {
    exit(tg_view_main(CommandLine.argc, CommandLine.unsafeArgv))
}
print("taskgraph")
