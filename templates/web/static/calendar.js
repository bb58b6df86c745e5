// The calendar: a waiting post is dragged to another time of its day. The form inside the post does the same by keyboard.
(function () {
  "use strict";

  let dragged = null;

  function times() {
    return dragged && dragged.closest(".day").querySelector(".day-times");
  }

  document.addEventListener("dragstart", function (event) {
    const slot = event.target.closest && event.target.closest(".slot[draggable]");
    if (!slot) return;
    dragged = slot;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", slot.dataset.delivery);
    slot.classList.add("dragged");
    // Shown only after the browser has taken its picture of what is dragged.
    setTimeout(function () { if (times()) times().hidden = false; }, 0);
  });

  document.addEventListener("dragend", function () {
    if (!dragged) return;
    if (times()) times().hidden = true;
    dragged.classList.remove("dragged");
    dragged = null;
  });

  function target(event) {
    const time = event.target.closest && event.target.closest(".day-times [data-at]");
    return dragged && time && time.parentElement === times() ? time : null;
  }

  document.addEventListener("dragover", function (event) {
    const time = target(event);
    if (!time) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    time.parentElement.querySelectorAll(".over").forEach(function (other) { other.classList.remove("over"); });
    time.classList.add("over");
  });

  document.addEventListener("drop", function (event) {
    const time = target(event);
    if (!time) return;
    event.preventDefault();
    time.classList.remove("over");
    const id = dragged.dataset.delivery;
    // The same command as everywhere; what the gate says to it appears below the post.
    htmx.ajax("POST", "/console/order", {
      source: dragged, target: "#answer-" + id,
      values: { text: "/move " + id, word: time.dataset.at },
    });
  });
})();
