// Runs before the page is drawn, so that nothing jumps: style sheets may rely on html.js.
document.documentElement.classList.add("js");
