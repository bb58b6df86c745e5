// The console: "/" opens the command box, as it begins a command in the chat.
(function () {
  "use strict";

  const typing = "input, textarea, select, [contenteditable]";

  document.addEventListener("keydown", function (event) {
    const box = document.getElementById("command");
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !event.target.closest(typing)) {
      event.preventDefault();
      box.open = true;
      document.getElementById("command-text").focus();
    } else if (event.key === "Escape" && box.open && box.contains(event.target)) {
      box.open = false;
      box.querySelector("summary").focus();
    }
  });
})();
