// The script of a page that follows a run: asks for the page again when it is told that something changed, and changes only
// what differs. So focus, open details, the filter and the place on the page stay, and screen readers hear only what is new.

enum LiveScript {
    static let text = """
        'use strict';
        (function () {
          var isAsking = false, isOld = false, own = ['theme', 'connection', 'filter', 'filter-count'];
          var note = document.getElementById('connection');
          function fit(old, now) {
            if (own.indexOf(old.id) >= 0 && old.id === now.id) { return; }
            if (old.nodeType !== now.nodeType || old.nodeName !== now.nodeName || old.id !== now.id) {
              old.replaceWith(now);
              return;
            }
            if (old.nodeType !== 1) {
              if (old.nodeValue !== now.nodeValue) { old.nodeValue = now.nodeValue; }
              return;
            }
            Array.prototype.slice.call(now.attributes).forEach(function (item) {
              if (item.name !== 'hidden' && old.getAttribute(item.name) !== item.value) {
                old.setAttribute(item.name, item.value);
              }
            });
            var olds = Array.prototype.slice.call(old.childNodes), nows = Array.prototype.slice.call(now.childNodes);
            nows.forEach(function (child, index) {
              if (index < olds.length) { fit(olds[index], child); } else { old.appendChild(child); }
            });
            olds.slice(nows.length).forEach(function (child) { child.remove(); });
          }
          function filter() {
            var box = document.getElementById('filter');
            if (!box) { return; }
            document.getElementById('filter-row').hidden = false;
            if (box.value) { box.dispatchEvent(new Event('input')); }
          }
          function refresh() {
            if (isAsking) { isOld = true; return; }
            isAsking = true;
            isOld = false;
            fetch(location.href).then(function (answer) {
              if (!answer.ok) { throw new Error(String(answer.status)); }
              return answer.text();
            }).then(function (text) {
              var now = new DOMParser().parseFromString(text, 'text/html');
              document.title = now.title;
              ['header', 'main', 'footer'].forEach(function (name) {
                fit(document.querySelector(name), now.querySelector(name));
              });
              filter();
            }).catch(function () {}).then(function () {
              isAsking = false;
              if (isOld) { refresh(); }
            });
          }
          var events = new EventSource('events' + location.search);
          events.addEventListener('change', refresh);
          events.addEventListener('open', function () { note.textContent = ''; });
          events.addEventListener('error', function () {
            note.textContent = 'Not connected: `taskgraph ui` has ended or cannot be reached. This is what was last seen.';
          });
        })();
        """
}
