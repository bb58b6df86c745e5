// What a page needs beyond htmx: the running time, the toasts, and a conversation that stays at its end.
(function () {
  "use strict";

  function toast(text) {
    const box = document.getElementById("toasts");
    if (!box || !text) return;
    // What is said already is not said beside itself: it stays a while longer.
    let item = Array.from(box.children).find(function (one) { return one.textContent === text; });
    if (!item) {
      item = document.createElement("p");
      item.className = "toast";
      item.textContent = text;
      box.append(item);
    }
    clearTimeout(Number(item.dataset.timer));
    item.dataset.timer = String(setTimeout(function () { item.remove(); }, 6000));
  }

  // The bot's time goes on between two answers of the server: data-now in ms, data-speed in seconds per second.
  function tick() {
    document.querySelectorAll("time[data-now]").forEach(function (clock) {
      if (!clock.dataset.since) clock.dataset.since = String(performance.now());
      const gone = (performance.now() - Number(clock.dataset.since)) * Number(clock.dataset.speed || 0);
      const shown = new Date(Number(clock.dataset.now) + gone);
      clock.textContent = new Intl.DateTimeFormat(document.documentElement.lang, {
        timeZone: clock.dataset.zone, month: "short", day: "numeric", weekday: "short",
        hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
      }).format(shown);
    });
  }
  setInterval(tick, 250);
  document.addEventListener("DOMContentLoaded", function () {
    tick();
    document.querySelectorAll("form[data-submit-at-once]").forEach(function (form) { form.requestSubmit(); });
  });
  // Before anything of it is painted: a clock that is fetched anew must not flicker.
  document.addEventListener("htmx:afterSwap", tick);
  document.addEventListener("htmx:afterSettle", tick);

  // A double click is one click: its second half would repeat the order, or hit what has moved under the pointer.
  document.addEventListener("click", function (event) {
    if (event.detail < 2 || !event.target.closest("button[hx-post], form[hx-post] button")) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // A page that is told no says so, instead of doing nothing.
  document.addEventListener("htmx:responseError", function (event) {
    const box = document.getElementById("toasts");
    const said = event.detail.xhr.getResponseHeader("x-qunzhu-said");
    toast(said ? decodeURIComponent(said) : box && box.dataset.refused);
  });
  document.addEventListener("htmx:sendError", function () {
    const box = document.getElementById("toasts");
    toast(box && box.dataset.lost);
  });
  document.addEventListener("qunzhu:said", function (event) { toast(event.detail.value); });

  window.qunzhu = { toast: toast };
})();
