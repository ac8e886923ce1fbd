// All tasks with what they took and why they ran, under a filter box that works without a mouse.

import Vocabulary

extension HTMLReport {
    private static let limit = 5_000

    func tasksSection() -> Section {
        let rows = run.tasks.prefix(HTMLReport.limit).map(row)
        guard !rows.isEmpty else { return Section(id: "tasks", title: "Tasks", body: "") }
        let columns = ["Task", "Outcome", "#Took", "#CPU", "#Memory", "#Attempts", "Why"]
        let filter = """
            <p class="filter" id="filter-row" hidden><label for="filter">Filter tasks</label> \
            <input id="filter" type="search" autocomplete="off" spellcheck="false"> \
            <span id="filter-count" role="status"></span></p>

            """
        let left = run.tasks.count - rows.count
        let cut = left > 0 ? "<p>\(counted(left, "more task")) are not shown; the JSON report has all.</p>\n" : ""
        return Section(
            id: "tasks", title: "Tasks and why they ran",
            body: filter + HTMLReport.table("Tasks in the order of the graph", columns, Array(rows), id: "task-table")
                + cut)
    }

    private func row(_ task: TaskAccount) -> String {
        let usage = task.usage
        let reasons = task.reasons.prefix(3).map { "<p>\(SafeText.html($0))</p>" }.joined()
        let ran = task.attempts > 0
        let isOver = ran && task.outcome != "running"
        return HTMLReport.rowHead(task.name) + "<td>\(TaskLook(task.outcome).badge)</td>"
            + HTMLReport.number(ran ? humanDuration(usage.wall) : "–")
            + HTMLReport.number(isOver ? humanDuration(usage.cpu) : "–")
            + HTMLReport.number(isOver && usage.peakMemory > 0 ? humanBytes(usage.peakMemory) : "–")
            + HTMLReport.number(ran ? "\(task.attempts)" : "–")
            + "<td>\(reasons.isEmpty ? "<span class=\"quiet\">–</span>" : reasons)</td>"
    }
}
