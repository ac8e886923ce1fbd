// What `MAKEFLAGS` says of a job server, as makes and others write it.

import Ports
import Testing

@Suite struct MakeFlagsTests {
    @Test(
        arguments: [
            ("", nil),
            ("k", nil),
            (" -j4 --jobserver-auth=3,4", MakeFlags(.descriptors(reading: 3, writing: 4), jobs: 4)),
            ("k -j --jobserver-auth=11,12 -- A=1", MakeFlags(.descriptors(reading: 11, writing: 12), jobs: nil)),
            (" --jobserver-fds=3,4 -j", MakeFlags(.descriptors(reading: 3, writing: 4), jobs: nil)),
            (" -j8 --jobserver-auth=fifo:/tmp/GMfifo7", MakeFlags(.path("/tmp/GMfifo7"), jobs: 8)),
            // The last one counts.
            (" --jobserver-auth=3,4 --jobserver-auth=fifo:/x", MakeFlags(.path("/x"), jobs: nil)),
            // A make tells a child that is no make so.
            (" -j4 --jobserver-auth=-2,-2", nil),
            (" -j4 --jobserver-auth=3", nil),
            (" -j4 --jobserver-auth=3,4,5", nil),
            (" -j4 --jobserver-auth=three,four", nil),
            // A variable's value is no option.
            (" -j4 -- X=1 --jobserver-auth=3,4", nil),
            (" -jx --jobserver-auth=3,4", MakeFlags(.descriptors(reading: 3, writing: 4), jobs: nil)),
        ] as [(String, MakeFlags?)])
    func reads(text: String, expected: MakeFlags?) {
        #expect(MakeFlags(text) == expected)
    }

    @Test(
        arguments: [
            ("/p/tokens-1", " -j4 --jobserver-auth=fifo:/p/tokens-1 --jobserver-aut=3,4"),
            ("/my project/tokens-1", " -j4 --jobserver-auth=fifo:/proc/self/fd/3 --jobserver-aut=3,4"),
            (nil, " -j4 --jobserver-auth=fifo:/proc/self/fd/3 --jobserver-aut=3,4"),
        ] as [(String?, String)])
    func writes(path: String?, expected: String) {
        #expect(MakeFlags.text(jobs: 4, path: path) == expected)
    }

    /// A taskgraph in a task finds the path.
    @Test func readsItsOwn() {
        #expect(MakeFlags(MakeFlags.text(jobs: 4, path: "/p/t")) == MakeFlags(.path("/p/t"), jobs: 4))
    }
}
