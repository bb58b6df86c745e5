// The console: "/" opens the command box, and what is fetched anew disturbs nobody who is reading or typing.
(function () {
  "use strict";

  // On a narrow screen the places of the nav lie side by side: the one that is open is to be seen.
  const here = document.querySelector(".console-nav [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 12;

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

  // A choice in a list is enough; the button beside it is there for whoever has no scripts.
  document.addEventListener("change", function (event) {
    if (event.target.matches("select[data-submit-on-change]")) event.target.form.requestSubmit();
  });

  // What has been done is not offered once more; what was refused stays, to be mended.
  document.addEventListener("htmx:afterRequest", function (event) {
    const form = event.detail.elt;
    if (!form.matches("form[data-once]") || !event.detail.successful) return;
    if (!event.detail.target.querySelector("[data-refused]")) form.reset();
  });

  // News must not take away what somebody types or drags: the piece is fetched when they are done.
  const later = new Set();

  function busy(piece) {
    const at = document.activeElement;
    const writing = at && at.matches(typing) && piece.contains(at);
    return writing || piece.querySelector(".dragged") !== null;
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    const cause = event.detail.requestConfig.triggeringEvent;
    if (!cause || !cause.type.startsWith("sse:") || !busy(event.detail.elt)) return;
    event.preventDefault();
    later.add(event.detail.elt);
  });

  // Nor may what was asked for before they began, and arrives only now.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const cause = event.detail.requestConfig.triggeringEvent;
    if (!cause || !(cause.type === "toggle" || cause.type.startsWith("sse:")) || !busy(event.detail.target)) return;
    event.detail.shouldSwap = false;
    if (cause.type !== "toggle") later.add(event.detail.elt);
  });

  function catchUp() {
    later.forEach(function (piece) {
      if (busy(piece)) return;
      later.delete(piece);
      if (piece.isConnected) htmx.trigger(piece, "sse:plan");
    });
  }
  document.addEventListener("focusout", function () { setTimeout(catchUp, 300); });
  document.addEventListener("dragend", function () { setTimeout(catchUp, 300); });

  // What was open stays open, with what was fetched into it.
  const open = new Map();
  const reopened = [];

  document.addEventListener("htmx:beforeSwap", function (event) {
    event.detail.target.querySelectorAll("details[id][open]").forEach(function (item) {
      const story = item.parentElement.querySelector(".slot-story");
      open.set(item.id, story ? Array.from(story.childNodes) : []);
    });
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    open.forEach(function (story, id) {
      const item = document.getElementById(id);
      if (!item || item.open || !event.detail.target.contains(item)) return;
      const place = item.parentElement.querySelector(".slot-story");
      if (place && story.length) place.replaceChildren(...story);
      item.open = true;
      reopened.push(item);
    });
    open.clear();
  });
  // Its story may have changed with it: it is told anew, as soon as htmx knows the new piece.
  document.addEventListener("htmx:afterSettle", function () {
    reopened.splice(0).forEach(function (item) { if (item.isConnected) htmx.trigger(item, "toggle"); });
  });

  // A keyboard stays where it was: on the same button of the new piece, or at the head of what is left of it.
  let last = null;

  document.addEventListener("mousedown", function () { last = null; });
  document.addEventListener("focusin", function (event) {
    const at = event.target;
    const piece = at.closest(".console-main [hx-get][id]:not(details)");
    last = piece && { at: at, piece: piece.id, order: at.dataset.order, more: at.matches("summary") && at.parentElement.id };
  });
  function keep() {
    if (!last || document.activeElement !== document.body) return;
    const piece = document.getElementById(last.piece);
    const more = last.more && document.getElementById(last.more);
    const same = last.at.isConnected ? last.at
      : more ? more.querySelector("summary")
      : last.order && piece && Array.from(piece.querySelectorAll("[data-order]")).find(function (one) { return one.dataset.order === last.order; });
    const place = same || (piece && piece.querySelector("h2"));
    if (!place) return;
    if (!same) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }
  document.addEventListener("htmx:afterSwap", keep);
  document.addEventListener("htmx:afterRequest", keep);
})();
