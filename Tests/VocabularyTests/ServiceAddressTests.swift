// Addresses of services as text.

import Testing
import Vocabulary

@Suite struct ServiceAddressTests {
    @Test(arguments: [
        (ServiceAddress(scheme: "http", port: 80), "http://127.0.0.1:80"),
        (
            ServiceAddress(scheme: "postgresql", port: 5433, user: "u", password: "p@/ü", database: "a b"),
            "postgresql://u:p%40%2F%C3%BC@127.0.0.1:5433/a%20b"
        ),
        (ServiceAddress(scheme: "redis", port: 6379, password: "x", database: "0"), "redis://:x@127.0.0.1:6379/0"),
        (ServiceAddress(scheme: "http", host: "::1", port: 1), "http://[::1]:1"),
    ])
    func urls(address: ServiceAddress, url: String) {
        #expect(address.url == url)
        #expect(address.value(of: "url") == url)
    }

    @Test func fieldsAreWhatThereIs() {
        let address = ServiceAddress(scheme: "redis", port: 6379, password: "x", socket: "/s")
        let values = ServiceAddress.fields.map { address.value(of: $0) ?? "-" }
        #expect(values == ["127.0.0.1", "6379", "redis://:x@127.0.0.1:6379", "-", "x", "-", "/s"])
        #expect(address.value(of: "path") == nil)
    }

    @Test func textsAreCompletedByAnAddress() {
        let text = ServiceText([.literal("--port="), .own("port"), .literal("/"), .own("host")])
        #expect(text.resolved(with: ServiceAddress(scheme: "http", port: 7)) == "--port=7/127.0.0.1")
        #expect(text.resolved(with: ServiceAddress(scheme: "http")) == nil)
        #expect(text.written == "--port=${{ self.port }}/${{ self.host }}")
        #expect(text.fields == ["port", "host"])
    }
}
