// A picture inside a page: without a style of its own, with a class per node. The page's style knows the classes.

extension Picture {
    /// - Parameters:
    ///   - name: what the drawing is called.
    ///   - description: what it shows, in words, for those who cannot see it.
    ///   - looks: a class per node.
    func embeddedSVG(name: String, description: String, looks: [String]) -> String {
        let drawing = svgParts(looks: looks)
        return "<svg class=\"graph\" role=\"img\" aria-labelledby=\"graph-name graph-text\" \(drawing.size)>"
            + "<title id=\"graph-name\">\(SafeText.html(name))</title>"
            + "<desc id=\"graph-text\">\(SafeText.html(description))</desc>\n"
            + drawing.lines.joined(separator: "\n") + "</svg>"
    }
}
