// The graph of a run as a picture with states; whole groups as one box when there are too many tasks to read.

import Vocabulary

extension HTMLReport {
    /// More boxes than this are not read.
    static let boxLimit = 150

    func graphSection() -> Section {
        guard !run.tasks.isEmpty else { return Section(id: "graph", title: "Graph", body: "") }
        let drawing = run.tasks.count > HTMLReport.boxLimit ? RunPicture(groupsOf: run) : RunPicture(run)
        let collapsed =
            drawing.isCollapsed
            ? "<p class=\"note\">Groups are drawn as one box, because there are \(humanCount(run.tasks.count)) tasks.</p>\n"
            : ""
        let text =
            "\(counted(drawing.picture.nodes.count, "box", "boxes")), arrows from what comes first to what needs it. "
            + "The table of tasks below tells the same in words."
        return Section(
            id: "graph", title: "Graph",
            body: collapsed
                + "<div class=\"scroll drawing\" tabindex=\"0\" role=\"region\" aria-label=\"Picture of the graph\">"
                + drawing.picture.embeddedSVG(name: "The graph of the run", description: text, looks: drawing.looks)
                + "</div>\n")
    }
}

/// A picture, and how each of its boxes looks.
struct RunPicture {
    private(set) var picture: Picture
    /// Classes of ReportStyle, a node each.
    private(set) var looks: [String]
    private(set) var isCollapsed = false

    /// A box for every task; instances of one task share theirs.
    init(_ run: RunEvidence) {
        let name = { (task: String) in String(task.prefix { $0 != "[" }) }
        let (order, members) = RunPicture.gathered(run, by: name)
        var groups = GroupNames()
        var nodes: [Picture.Node] = []
        looks = []
        for box in order {
            let tasks = members[box] ?? []
            let look = TaskLook(TaskLook.worst(tasks.map(\.outcome)))
            let isOne = tasks.count == 1 && tasks[0].name == box
            let words = isOne ? look.word : RunPicture.sum(tasks, "instance")
            let wall = tasks.map(\.usage.wall).max() ?? 0
            let took = isOne && tasks[0].attempts > 0 ? " · \(humanDuration(wall))" : ""
            nodes.append(Picture.Node(box, title: "\(look.mark) \(words)\(took)", group: groups.index(of: box)))
            looks.append(look.style)
        }
        picture = RunPicture.connected(nodes, groups.all, run, name)
    }

    /// A box for every innermost group, and for every task outside of groups. If those are too many, for every
    /// outermost one.
    init(groupsOf run: RunEvidence) {
        var name: (String) -> String = { task in GroupNames.group(of: task) ?? task }
        if Set(run.tasks.map { name($0.name) }).count > HTMLReport.boxLimit {
            name = { String($0.prefix { $0 != "/" && $0 != "[" }) }
        }
        let (order, members) = RunPicture.gathered(run, by: name)
        looks = []
        var nodes: [Picture.Node] = []
        for group in order.prefix(500) {
            let tasks = members[group] ?? []
            let look = TaskLook(TaskLook.worst(tasks.map(\.outcome)))
            let title = "\(look.mark) \(RunPicture.sum(tasks, "task"))"
            nodes.append(Picture.Node(group, title: title))
            looks.append(look.style)
        }
        picture = RunPicture.connected(nodes, [], run, name)
        isCollapsed = true
    }

    /// Tasks by a name that several share, and the names in their order.
    private static func gathered(
        _ run: RunEvidence, by name: (String) -> String
    ) -> (order: [String], members: [String: [TaskAccount]]) {
        var members: [String: [TaskAccount]] = [:]
        var order: [String] = []
        for task in run.tasks {
            let box = name(task.name)
            if members[box] == nil { order.append(box) }
            members[box, default: []].append(task)
        }
        return (order, members)
    }

    /// `22 instances, 1 failed`
    private static func sum(_ tasks: [TaskAccount], _ noun: String) -> String {
        let failed = tasks.filter { $0.outcome == "failed" }.count
        return counted(tasks.count, noun) + (failed > 0 ? ", \(failed) failed" : "")
    }

    private static func connected(
        _ nodes: [Picture.Node], _ groups: [Picture.Group], _ run: RunEvidence, _ name: (String) -> String
    ) -> Picture {
        let positions = Dictionary(nodes.enumerated().map { ($1.name, $0) }) { first, _ in first }
        var edges: Set<Picture.Edge> = []
        var order: [Picture.Edge] = []
        for task in run.tasks {
            for need in task.needs {
                guard let from = positions[name(need)], let to = positions[name(task.name)], from != to else {
                    continue
                }
                let edge = Picture.Edge(from, to)
                if edges.insert(edge).inserted { order.append(edge) }
            }
        }
        return Picture(nodes: nodes, edges: order, groups: groups).reduced()
    }
}

/// Groups by the slashes of task names: `phase2/2a/integration[3.11]` is in `phase2/2a`.
private struct GroupNames {
    private(set) var all: [Picture.Group] = []
    private var known: [String: Int] = [:]

    /// What stands before the last slash; slashes of an instance do not count.
    static func group(of task: String) -> String? {
        let template = task.prefix { $0 != "[" }
        return template.lastIndex(of: "/").map { String(template[..<$0]) }
    }

    mutating func index(of task: String) -> Int? { GroupNames.group(of: task).map { make($0) } }

    private mutating func make(_ group: String) -> Int {
        if let position = known[group] { return position }
        let parent = GroupNames.group(of: group).map { make($0) }
        all.append(Picture.Group(group, parent: parent))
        known[group] = all.count - 1
        return all.count - 1
    }
}
