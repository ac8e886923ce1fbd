// Where a service answers, as the register keeps it. Knows no file.

import Broker
import Host
import Vocabulary

extension LeasedService {
    /// What `up --detach` says of it.
    var facts: [ServiceRegister.Fact] {
        let fields = ServiceAddress.fields.filter { $0 != "url" }.compactMap { field in
            address.value(of: field).map { ServiceRegister.Fact(field, $0) }
        }
        let variables = environment.map { ServiceRegister.Fact("env", "\($0.name)=\($0.value)") }
        return [ServiceRegister.Fact("scheme", address.scheme)] + fields + variables
    }

    /// The service as its keeper left it in the register; nil when it is not ready.
    init?(_ name: String, in register: ServiceRegister) {
        guard let facts = register[name]?.facts else { return nil }
        func value(_ field: String) -> String? { facts.first { $0.name == field }?.value }
        let address = ServiceAddress(
            scheme: value("scheme") ?? "", host: value("host") ?? "", port: value("port").flatMap { UInt16($0) },
            user: value("user"), password: value("password"), database: value("database"), socket: value("socket"))
        let environment = facts.filter { $0.name == "env" }.map { fact in
            let parts = fact.value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Variable(name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        self.init(name: name, address: address, environment: environment)
    }
}
