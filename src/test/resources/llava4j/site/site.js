// Formulas, and a search through all pages. No server is asked: the index is a script that is loaded when somebody types.
(function () {
  "use strict";
  var root = document.currentScript.dataset.root;

  document.querySelectorAll(".tex").forEach(function (place) {
    if (window.katex) {
      katex.render(place.textContent, place, {displayMode: place.classList.contains("block"), throwOnError: false});
    }
  });

  // A link to a method that stands folded away unfolds it.
  function unfold() {
    var place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var fold = place && place.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    if (place && place.closest("details")) {
      place.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", unfold);
  unfold();

  var input = document.querySelector(".search input");
  var hits = document.querySelector(".search .hits");

  function loaded(then) {
    if (window.SEARCH) {
      then();
      return;
    }
    var script = document.createElement("script");
    script.src = root + "site/search-index.js";
    script.onload = then;
    document.head.appendChild(script);
  }

  // All words must be there; one in a heading counts more than one in the text, a class's page more than others.
  function score(entry, words) {
    var heading = entry.h.toLowerCase();
    var title = entry.t.toLowerCase();
    var text = entry.x.toLowerCase();
    var sum = entry.k === "code" ? 2 : entry.k === "notebook" ? 1 : 0;
    for (var i = 0; i < words.length; i++) {
      var places = (heading.indexOf(words[i]) >= 0 ? 10 : 0) + (title.indexOf(words[i]) >= 0 ? 3 : 0)
        + (text.indexOf(words[i]) >= 0 ? 1 : 0);
      if (places === 0) {
        return 0;
      }
      sum += places;
    }
    return sum + (title.indexOf(heading) === 0 ? 2 : 0);
  }

  function around(text, word) {
    var at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
    return (at > 0 ? "… " : "") + text.substr(at, 130);
  }

  function show() {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    hits.textContent = "";
    hits.hidden = words.length === 0;
    if (words.length === 0) {
      return;
    }
    var best = window.SEARCH.map(function (entry) {
      return {entry: entry, score: score(entry, words)};
    }).filter(function (one) {
      return one.score > 0;
    }).sort(function (a, b) {
      return b.score - a.score;
    }).slice(0, 12);
    best.forEach(function (one) {
      var link = document.createElement("a");
      link.href = root + one.entry.u;
      [["b", one.entry.h || one.entry.t], ["small", one.entry.k + " · " + one.entry.t], ["span", around(one.entry.x, words[0])]]
        .forEach(function (part) {
          var element = document.createElement(part[0]);
          element.textContent = part[1];
          link.appendChild(element);
        });
      hits.appendChild(link);
    });
    if (best.length === 0) {
      hits.textContent = "Nothing has all of these words.";
    }
  }

  input.addEventListener("input", function () {
    loaded(show);
  });
  input.form.addEventListener("submit", function (event) {
    event.preventDefault();
    var first = hits.querySelector("a");
    if (first) {
      location.href = first.href;
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && document.activeElement !== input) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape") {
      hits.hidden = true;
      input.blur();
    }
  });
  document.addEventListener("click", function (event) {
    hits.hidden = hits.hidden || !input.form.contains(event.target);
  });
})();
