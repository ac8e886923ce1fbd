// The style of the HTML report. Colours stand in two lists at the top, light and dark, with contrasts of at least 4.5.

enum ReportStyle {
    static let text = """
        :root{\(light)}
        @media (prefers-color-scheme:dark){:root:not([data-theme=light]){\(dark)}}
        :root[data-theme=dark]{\(dark)}
        \(page)\(tables)\(drawings)\(paper)
        """

    private static let light = """
        color-scheme:light;--page:#f7f8fa;--card:#fff;--ink:#1b2430;--soft:#55606e;--line:#dfe3e8;--link:#0a58b5;\
        --good:#116b3a;--good-bg:#e3f4e9;--bad:#b3202a;--bad-bg:#fdeaea;--warn:#855100;--warn-bg:#fdf1d8;\
        --calm:#1f5796;--calm-bg:#e6effa;--idle:#55606e;--idle-bg:#eceff2;--code:#f2f4f7;--edge:#77818d;--strong:#b3202a
        """

    private static let dark = """
        color-scheme:dark;--page:#0e1217;--card:#161b22;--ink:#e5e9ee;--soft:#a2acb8;--line:#2c343e;--link:#79b4ff;\
        --good:#6fd59a;--good-bg:#12301f;--bad:#ff9a98;--bad-bg:#3d1719;--warn:#f0bd5c;--warn-bg:#382a0e;\
        --calm:#8cbcf5;--calm-bg:#152a44;--idle:#a2acb8;--idle-bg:#232a33;--code:#0e1319;--edge:#7d8793;--strong:#ff8a88
        """

    private static let page = """
        *{box-sizing:border-box}[hidden]{display:none!important}html{scroll-behavior:smooth;scroll-padding-top:1rem}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,\
        "Helvetica Neue","DejaVu Sans",sans-serif}
        header,main,footer{max-width:1140px;margin:0 auto;padding:0 24px}
        header{padding-top:28px}.top{display:flex;align-items:center;justify-content:space-between;gap:16px}
        .project{margin:0;color:var(--soft);font-weight:600;overflow-wrap:anywhere}
        button{font:inherit;font-size:13px;color:var(--ink);background:var(--card);border:1px solid var(--edge);\
        border-radius:6px;padding:4px 12px;cursor:pointer}
        h1,h2,h3,h4{line-height:1.25;overflow-wrap:anywhere;text-wrap:balance}
        h1{font-size:27px;margin:10px 0 18px;letter-spacing:-.01em;display:flex;gap:14px;align-items:center}
        h2{font-size:19px;margin:0 0 14px}h3{font-size:16px;margin:22px 0 10px}h4{font-size:14.5px;margin:0 0 4px}
        .verdict .mark{flex:none;display:inline-grid;place-items:center;width:42px;height:42px;border-radius:50%;font-size:22px}
        .verdict.passed .mark{color:var(--good);background:var(--good-bg)}
        .verdict.failed .mark{color:var(--bad);background:var(--bad-bg)}
        .verdict.stopped .mark,.verdict.undecided .mark{color:var(--warn);background:var(--warn-bg)}
        .verdict.running .mark{color:var(--calm);background:var(--calm-bg)}#connection:empty{display:none}
        .facts{display:flex;flex-wrap:wrap;gap:10px 32px;margin:0 0 18px}.facts div{min-width:0}
        dt{color:var(--soft);font-size:12.5px}dd{margin:0;font-weight:500;overflow-wrap:anywhere;\
        font-variant-numeric:tabular-nums}
        nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:4px 20px;margin:0;padding:12px 0;border-top:1px solid var(--line)}
        a{color:var(--link);text-underline-offset:3px}nav a{text-decoration:none}nav a:hover{text-decoration:underline}
        :focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
        .skip{position:absolute;left:-9999px}.skip:focus{left:16px;top:12px;background:var(--card);padding:8px 14px;z-index:1}
        section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:22px 24px;margin:0 0 20px}
        p,li,summary,code{overflow-wrap:anywhere}p{margin:0 0 10px}.note{color:var(--soft);font-size:13px;margin:3px 0 0}.quiet{color:var(--soft)}
        article{border-top:1px solid var(--line);padding:14px 0}article:first-of-type{border-top:0;padding-top:0}\
        article h3{margin:0 0 8px}
        .message{font-weight:500;margin:6px 0;white-space:pre-wrap;overflow-wrap:anywhere}
        code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:12.5px}
        pre{background:var(--code);border:1px solid var(--line);border-radius:6px;padding:12px 14px;margin:8px 0 0;\
        max-height:420px;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
        summary{cursor:pointer;color:var(--link);font-size:13.5px;width:fit-content;max-width:100%;overflow-wrap:anywhere}
        .badge{display:inline-block;white-space:nowrap;border-radius:20px;padding:1px 10px;font-size:12.5px;font-weight:600}
        .badge.good{color:var(--good);background:var(--good-bg)}.badge.bad{color:var(--bad);background:var(--bad-bg)}
        .badge.warn{color:var(--warn);background:var(--warn-bg)}.badge.calm{color:var(--calm);background:var(--calm-bg)}
        .badge.idle{color:var(--idle);background:var(--idle-bg)}
        .filter{display:flex;flex-wrap:wrap;gap:6px 12px;align-items:center}.filter label{font-weight:600;font-size:13.5px}
        input{font:inherit;font-size:14px;color:var(--ink);background:var(--page);border:1px solid var(--edge);\
        border-radius:6px;padding:5px 10px;width:18rem;max-width:100%}
        footer{color:var(--soft);font-size:12.5px;padding-bottom:32px;overflow-wrap:anywhere}

        """

    private static let tables = """
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}
        caption{text-align:left;color:var(--soft);font-size:13px;padding:0 0 8px}
        th,td{text-align:left;vertical-align:top;padding:8px 14px 8px 0;border-top:1px solid var(--line)}
        thead th{border-top:0;color:var(--soft);font-size:12.5px;font-weight:600;white-space:nowrap}
        tbody th{font-weight:600;min-width:11rem;overflow-wrap:anywhere}td{overflow-wrap:break-word}
        td code{overflow-wrap:anywhere}td p{margin:0}
        .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}

        """

    private static let drawings = """
        svg{display:block}svg text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
        .drawing{padding:2px 0 8px}
        .graph .group{fill:var(--soft);fill-opacity:.05;stroke:var(--line)}.graph .label{font-size:12px;font-weight:600;fill:var(--soft)}
        .graph .name{font-size:12px;fill:var(--ink);font-weight:500}.graph .title{font-size:10px;fill:var(--ink)}
        .graph .edge{fill:none;stroke:var(--edge);stroke-width:1.2}.graph .head{fill:var(--edge)}
        .graph .node{fill:var(--idle-bg);stroke:var(--idle)}.graph .node.good{fill:var(--good-bg);stroke:var(--good)}
        .graph .node.bad{fill:var(--bad-bg);stroke:var(--bad);stroke-width:2.5}
        .graph .node.warn{fill:var(--warn-bg);stroke:var(--warn);stroke-dasharray:5 3}
        .graph .node.calm{fill:var(--calm-bg);stroke:var(--calm)}
        .tick{stroke:var(--line)}.tick-text{font-size:11px;fill:var(--soft)}.wait{stroke:var(--edge);stroke-width:1.5;stroke-dasharray:2 3}
        .bar{fill:var(--calm-bg);stroke:var(--calm)}.bar.bad{fill:var(--bad-bg);stroke:var(--bad)}
        .bar.critical{fill:var(--calm);stroke-width:2}.bar.bad.critical{fill:var(--bad);stroke:var(--bad)}
        .bar-text{font-size:11px;fill:var(--ink)}.bar-text.critical{fill:var(--card);font-weight:600}
        .key{display:flex;flex-wrap:wrap;gap:6px 10px;align-items:center;color:var(--soft);font-size:13px}
        .swatch{display:inline-block;width:22px;height:12px;border-radius:3px;border:1px solid var(--calm);background:var(--calm-bg)}
        .swatch.critical{background:var(--calm)}.swatch.wait{height:0;border:0;border-top:2px dashed var(--edge);border-radius:0}
        .spark polyline{fill:none;stroke:var(--calm);stroke-width:1.6;stroke-linejoin:round}.spark circle{fill:var(--calm)}

        """

    private static let paper = """
        @media (max-width:640px){header,main,footer{padding-left:14px;padding-right:14px}section{padding:16px}h1{font-size:21px}}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        @media print{:root,:root[data-theme=dark]{\(light)}body{background:#fff;font-size:11px}\
        nav,.skip,.filter,#theme{display:none!important}section{border:0;border-top:1px solid var(--line);border-radius:0;\
        padding:14px 0}.scroll{overflow:visible}.graph,.timeline{width:100%;height:auto}pre{max-height:none;overflow:visible}\
        h2,h3,h4{break-after:avoid}tr,svg{break-inside:avoid}thead{display:table-header-group}}
        """
}
