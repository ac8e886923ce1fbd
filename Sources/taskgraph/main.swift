// The command: understands the command line, calls the command asked for, and turns what happened into an exit code.

import CLinux
import Glibc

// Before anything else: this process may only be the launcher of a program inside a view, or of a server.
if CommandLine.argc > 1, let word = CommandLine.unsafeArgv[1] {
    if strcmp(word, "__view") == 0 { exit(tg_view_main(CommandLine.argc, CommandLine.unsafeArgv)) }
    if strcmp(word, "__service") == 0 { exit(tg_service_main(CommandLine.argc, CommandLine.unsafeArgv)) }
}
exit(Dispatch.run(Array(CommandLine.arguments.dropFirst())))
