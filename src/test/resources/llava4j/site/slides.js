// Turns the slides of a deck; a slide that is too full is set smaller until it fits.
(function () {
  "use strict";
  var slides = Array.prototype.slice.call(document.querySelectorAll("section"));
  var at = 0;

  document.querySelectorAll(".tex").forEach(function (place) {
    if (window.katex) {
      katex.render(place.textContent, place, {displayMode: place.classList.contains("block"), throwOnError: false});
    }
  });

  function fit(slide) {
    var box = slide.querySelector(".slide");
    box.style.fontSize = "";
    var size = parseFloat(getComputedStyle(box).fontSize);
    for (var i = 0; i < 20 && box.scrollHeight > box.clientHeight + 1; i++) {
      size *= 0.95;
      box.style.fontSize = size + "px";
    }
  }

  function show(number) {
    at = Math.max(0, Math.min(slides.length - 1, number));
    slides.forEach(function (slide, i) { slide.classList.toggle("now", i === at); });
    document.querySelector(".place").textContent = (at + 1) + " / " + slides.length;
    history.replaceState(null, "", "#" + (at + 1));
    fit(slides[at]);
  }

  document.addEventListener("keydown", function (event) {
    var step = {ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1}[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("summary") && event.key === " ") {
      return;
    }
    if (step) {
      event.preventDefault();
      show(at + step);
    } else if (event.key === "Home" || event.key === "End") {
      show(event.key === "Home" ? 0 : slides.length - 1);
    } else if (event.key === "n") {
      document.body.classList.toggle("notes");
      fit(slides[at]);
    } else if (event.key === "f" && document.documentElement.requestFullscreen) {
      document.documentElement.requestFullscreen();
    } else if (event.key === "p") {
      document.body.classList.toggle("all");
    }
  });
  document.addEventListener("toggle", function () { fit(slides[at]); }, true);
  window.addEventListener("resize", function () { fit(slides[at]); });
  show(parseInt(location.hash.slice(1), 10) - 1 || 0);
})();
