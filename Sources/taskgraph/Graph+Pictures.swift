// The graph as the reports draw it: entries of the list, boxes and arrows of the picture.

import Graph
import Report
import Vocabulary

extension Graph {
    /// Groups before what is in them, instances of one task as one entry.
    var listing: Listing {
        var entries: [(position: UInt32, isGroup: Bool, entry: Listing.Entry)] = groups.map {
            ($0.members.lowerBound, true, Listing.Entry($0.name, title: $0.title, kind: .group, isHidden: $0.isHidden))
        }
        var instances: [String: Int] = [:]
        for id in ids where !self[id].instance.isEmpty { instances[templateName(self[id].name), default: 0] += 1 }
        var seen: Set<String> = []
        for id in ids {
            let task = self[id]
            let name = task.instance.isEmpty ? task.name : templateName(task.name)
            guard seen.insert(name).inserted else { continue }
            entries.append(
                (
                    id.rawValue, false,
                    Listing.Entry(
                        name, title: task.title, kind: task.listingKind, isHidden: task.isHidden,
                        instances: instances[name])
                )
            )
        }
        entries.sort {
            ($0.position, $0.isGroup ? 0 : 1, $0.entry.name.count) < (
                $1.position, $1.isGroup ? 0 : 1, $1.entry.name.count
            )
        }
        return Listing(entries.map(\.entry))
    }

    func picture(of isWanted: IDMap<Bool>) -> Picture {
        var positions: [TaskID: Int] = [:]
        var nodes: [Picture.Node] = []
        for id in ids where isWanted[id] {
            positions[id] = nodes.count
            nodes.append(
                Picture.Node(self[id].name, title: self[id].title, kind: self[id].pictureKind, group: group(of: id)))
        }
        var edges: [Picture.Edge] = []
        for id in ids {
            guard let to = positions[id] else { continue }
            for need in needs(of: id) {
                guard let from = positions[need.task] else { continue }
                let kind: Picture.Edge.Kind =
                    switch need.kind {
                    case .hard: need.isInferred ? .inferred : .hard
                    case .orderOnly, .figures: .orderOnly
                    case .soft: .soft
                    }
                edges.append(Picture.Edge(from, to, kind))
            }
        }
        return Picture(
            nodes: nodes, edges: edges,
            groups: groups.enumerated().map { position, group in
                Picture.Group(group.name, title: group.title, parent: parent(of: position))
            })
    }

    /// The innermost group of a task.
    private func group(of id: TaskID) -> Int? {
        groups.indices.last { groups[$0].members.contains(id.rawValue) }
    }

    private func parent(of position: Int) -> Int? {
        groups.indices.last { $0 < position && groups[position].name.hasPrefix(groups[$0].name + "/") }
    }

    private func templateName(_ name: String) -> String { String(name.prefix { $0 != "[" }) }
}

extension TaskDefinition {
    fileprivate var listingKind: Listing.Entry.Kind {
        switch kind {
        case .action, .expansion: .task
        case .service: .service
        case .gate: .gate
        }
    }

    fileprivate var pictureKind: Picture.Node.Kind {
        switch kind {
        case .action, .expansion: .task
        case .service: .service
        case .gate: .gate
        }
    }
}
