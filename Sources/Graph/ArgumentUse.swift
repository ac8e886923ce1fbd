// Whether any template of a file refers to `args`, so that arguments nobody reads are an error.

import Manifest

extension FileDeclaration {
    var mentionsArguments: Bool {
        variables.contains { $0.mentionsArguments } || children.contains { $0.mentionsArguments }
    }
}

extension VariableDeclaration {
    fileprivate var mentionsArguments: Bool {
        switch value {
        case .text(let template), .path(let template): template.mentionsArguments
        case .list(let templates): templates.contains { $0.mentionsArguments }
        }
    }
}

extension NodeDeclaration {
    fileprivate var mentionsArguments: Bool {
        switch self {
        case .group(let group):
            group.children.contains { $0.mentionsArguments }
                || group.shared.environment.contains { $0.value.mentionsArguments }
        case .task(let task):
            task.run?.mentionsArguments ?? false || task.shared.environment.contains { $0.value.mentionsArguments }
        }
    }
}

extension RunDeclaration {
    fileprivate var mentionsArguments: Bool {
        switch self {
        case .script(let template): template.mentionsArguments
        case .arguments(let templates, _): templates.contains { $0.mentionsArguments }
        }
    }
}

extension Template {
    fileprivate var mentionsArguments: Bool {
        segments.contains { segment in
            guard case .reference(let reference) = segment else { return false }
            return reference.path == ["args"]
        }
    }
}
