// What an instance is to those who use it: its address and the variables with it.

import Ports
import Vocabulary

extension LeasedService {
    init(_ service: KeptService, at address: ServiceAddress) {
        name = service.recipe.name
        self.address = address
        environment = service.environment.compactMap { variable in
            variable.value.resolved(with: address).map { Variable(name: variable.name, value: $0) }
        }
    }
}

extension ServiceRecipe {
    /// The recipe of an instance that uses these: it gets their variables, its own ones win.
    func using(_ used: [LeasedService]) -> ServiceRecipe {
        guard !used.isEmpty else { return self }
        var recipe = self
        let own = Set(environment.map(\.name))
        let inherited = used.flatMap(\.environment).filter { !own.contains($0.name) }
        recipe.environment = inherited.map { Variable($0.name, ServiceText($0.value)) } + environment
        return recipe
    }
}

extension ProbeAddress {
    init(_ address: ServiceAddress) {
        self.init(
            host: address.host, port: address.port, socket: nil, user: address.user, password: address.password,
            database: address.database)
    }
}
