// The little script of the HTML report: a theme button and a filter box. Without it the page tells everything all the
// same; both controls are hidden until it runs.

enum ReportScript {
    static let text = """
        'use strict';
        (function () {
          var root = document.documentElement, theme = document.getElementById('theme');
          var media = window.matchMedia('(prefers-color-scheme: dark)');
          function isDark() { return root.dataset.theme ? root.dataset.theme === 'dark' : media.matches; }
          function label() { theme.textContent = isDark() ? 'Light theme' : 'Dark theme'; }
          theme.hidden = false;
          label();
          theme.addEventListener('click', function () { root.dataset.theme = isDark() ? 'light' : 'dark'; label(); });
          media.addEventListener('change', label);
          var box = document.getElementById('filter'), table = document.getElementById('task-table');
          if (box && table) {
            var count = document.getElementById('filter-count');
            document.getElementById('filter-row').hidden = false;
            // Rows may come while the page is open.
            box.addEventListener('input', function () {
              var rows = Array.prototype.slice.call(document.getElementById('task-table').tBodies[0].rows);
              var words = box.value.toLowerCase().split(/\\s+/).filter(Boolean), shown = 0;
              rows.forEach(function (row) {
                var text = row.textContent.toLowerCase();
                row.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
                if (!row.hidden) { shown += 1; }
              });
              count.textContent = words.length ? shown + ' of ' + rows.length + ' tasks' : '';
            });
          }
          window.addEventListener('beforeprint', function () {
            document.querySelectorAll('details').forEach(function (item) { item.open = true; });
          });
        })();
        """
}
