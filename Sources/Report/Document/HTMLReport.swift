// A run as one HTML file that needs nothing but itself. Puts the sections together; each is in a file of its own.

public import Vocabulary

/// Self-contained: no network, and a content security policy under which only its own style and script work.
/// Usable by keyboard and screen reader, light and dark, on paper. Equal values give equal bytes.
public struct HTMLReport: Sendable {
    let run: RunEvidence
    private let earlier: [RunEvidence]
    private let sight: LiveSight?

    /// - Parameters:
    ///   - earlier: runs to compare with, in any order.
    ///   - sight: for a page that `ui` serves, and that follows the run: how the run stands.
    public init(_ run: RunEvidence, earlier: [RunEvidence] = [], sight: LiveSight? = nil) {
        self.sight = sight
        self.run = run
        self.earlier = earlier
    }

    public var text: String {
        let facts = RunFacts(run, earlier: earlier, sight: sight)
        let sections = [
            tablesSection(), gatesSection(facts), figuresSection(facts), failuresSection(facts), testsSection(),
            graphSection(),
            timelineSection(), cacheSection(facts), tasksSection(),
        ].filter { !$0.body.isEmpty }
        return head(facts) + "<body>\n<a class=\"skip\" href=\"#content\">Skip to the content</a>\n"
            + header(facts, sections)
            + "<main id=\"content\">\n" + sections.map(\.html).joined() + "</main>\n" + footer()
            + "<script>\(ReportScript.text)</script>\n"
            + (sight == nil ? "" : "<script>\(LiveScript.text)</script>\n") + "</body>\n</html>\n"
    }

    /// A part of the page with its heading.
    struct Section {
        var id: String
        var title: String
        var body: String

        var html: String {
            "<section id=\"\(id)\" aria-labelledby=\"\(id)-title\">\n<h2 id=\"\(id)-title\">\(title)</h2>\n\(body)</section>\n"
        }
    }

    private func head(_ facts: RunFacts) -> String {
        let policy = [
            "default-src 'none'", "style-src '\(ContentHash.source(of: ReportStyle.text))'",
            "script-src '\(ContentHash.source(of: ReportScript.text))'"
                + (sight == nil ? "" : " '\(ContentHash.source(of: LiveScript.text))'"),
            sight == nil ? "connect-src 'none'" : "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
        ].joined(separator: "; ")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>\(SafeText.html(run.project)): \(facts.verdict.rawValue)</title>
            <style>\(ReportStyle.text)</style>
            </head>

            """
    }

    private func header(_ facts: RunFacts, _ sections: [Section]) -> String {
        let mark =
            switch facts.verdict {
            case .passed: "✓"
            case .failed: "✗"
            case .stopped: "■"
            case .undecided: "?"
            case .running: "▶"
            }
        let links = sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" }.joined()
        return """
            <header>
            <div class="top"><p class="project">\(SafeText.html(run.project))</p>
            <button type="button" id="theme" hidden>Dark theme</button></div>
            <h1 class="verdict \(facts.verdict.rawValue)"><span class="mark" aria-hidden="true">\(mark)</span> \
            <span\(sight == nil ? "" : " aria-live=\"polite\"")>\(SafeText.html(facts.sentence))</span></h1>
            \(sight == nil ? "" : "<p id=\"connection\" role=\"status\"></p>")
            <dl class="facts">\(identity(facts))</dl>
            <nav aria-label="Sections"><ul>\(links)</ul></nav>
            </header>

            """
    }

    private func identity(_ facts: RunFacts) -> String {
        let pairs: [(String, String?)] = [
            ("Targets", facts.targets), ("Branch", run.branch), ("Commit", run.commit.map { String($0.prefix(12)) }),
            ("Host", run.host), ("Began", ReportNumbers.moment(run.startedAt)),
            ("Took", humanDuration(run.summary.wall)),
            ("Job slots", humanCount(run.jobs)), ("Run", String(run.id.prefix(8))),
        ]
        return pairs.compactMap { name, value in
            value.map { "<div><dt>\(name)</dt><dd>\(SafeText.html($0))</dd></div>" }
        }.joined()
    }

    private func footer() -> String {
        "<footer><p>Made by taskgraph from run \(SafeText.html(run.id)). \(sight == nil ? "This file needs no network." : "This page follows the run.")</p></footer>\n"
    }

    /// A table in a region that scrolls by itself.
    static func table(_ caption: String, _ columns: [String], _ rows: [String], id: String? = nil) -> String {
        let heads = columns.map { name in
            "<th scope=\"col\"\(name.hasPrefix("#") ? " class=\"n\"" : "")>\(name.drop { $0 == "#" })</th>"
        }
        let name = id.map { " id=\"\($0)\"" } ?? ""
        return
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(SafeText.html(caption))\"><table\(name)>"
            + "<caption>\(SafeText.html(caption))</caption>\n<thead><tr>\(heads.joined())</tr></thead>\n<tbody>\n"
            + rows.map { "<tr>\($0)</tr>\n" }.joined() + "</tbody></table></div>\n"
    }

    static func rowHead(_ text: String) -> String { "<th scope=\"row\">\(SafeText.html(text))</th>" }
    static func cell(_ text: String) -> String { "<td>\(SafeText.html(text))</td>" }
    static func number(_ text: String) -> String { "<td class=\"n\">\(SafeText.html(text))</td>" }

    /// A word with a sign, so that the colour tells nothing alone.
    static func badge(_ word: String, _ mark: String, _ look: String) -> String {
        "<span class=\"badge \(look)\"><span aria-hidden=\"true\">\(mark)</span> \(SafeText.html(word))</span>"
    }
}
