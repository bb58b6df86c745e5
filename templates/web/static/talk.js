// The conversation: it stays at its end, turns back without jumping, sends with Enter and helps with mentions.
(function () {
  "use strict";

  const box = document.getElementById("talk");
  const lines = document.getElementById("lines");
  const newer = document.getElementById("newer");
  const nothing = document.getElementById("nothing-said");
  const main = document.getElementById("main");
  if (!box || !lines) return;

  // -- the end of the conversation

  // Only whoever scrolls up leaves the end: a box that shrinks, or a picture that grows, does not take it away.
  let atEnd = true;
  let top = 0;
  function toEnd() {
    box.scrollTop = box.scrollHeight;
    top = box.scrollTop;
    atEnd = true;
    newer.hidden = true;
  }
  function settle() {
    nothing.hidden = lines.childElementCount > 0;
    if (atEnd) toEnd();
  }
  box.addEventListener("scroll", function () {
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 40) atEnd = true;
    else if (box.scrollTop < top) atEnd = false;
    top = box.scrollTop;
    if (atEnd) newer.hidden = true;
  });
  newer.addEventListener("click", function () { toEnd(); box.focus({ preventScroll: true }); });
  new ResizeObserver(settle).observe(lines);
  new ResizeObserver(settle).observe(box);
  settle();

  // -- fetching: what is new follows the last line that is shown; what is older must not push it away

  function lastNumber() {
    const numbered = lines.querySelectorAll("li[data-number]");
    let last = Number(lines.dataset.number);
    numbered.forEach(function (line) { last = Math.max(last, Number(line.dataset.number)); });
    return last;
  }
  // Changes of lines that are not on the page would have nowhere to go.
  function firstNumber() {
    const first = lines.querySelector("li[data-number]");
    return first ? Number(first.dataset.number) : lastNumber() + 1;
  }
  document.addEventListener("htmx:configRequest", function (event) {
    const asker = event.detail.elt.id;
    if (asker !== "news" && asker !== "fates") return;
    event.detail.parameters.from = String(firstNumber());
    event.detail.parameters[asker === "news" ? "since" : "to"] = String(lastNumber());
  });

  let fromEnd = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    fromEnd = event.detail.target.classList.contains("older") ? box.scrollHeight - box.scrollTop : null;
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    if (fromEnd !== null) {
      box.scrollTop = box.scrollHeight - fromEnd;
      fromEnd = null;
    } else if (event.detail.target === lines) {
      if (atEnd) toEnd();
      else if (event.detail.xhr.responseText.trim()) newer.hidden = false;
      // What has become of a post may have been told before the post itself was there.
      if (lines.lastElementChild && lines.lastElementChild.matches(".robot")) htmx.trigger("#fates", "sse:plan");
    }
    nothing.hidden = lines.childElementCount > 0;
  });

  // -- other conversations: a dot where something was said that was not looked at in this tab

  function dots() {
    const key = "qunzhu.seen";
    const seen = JSON.parse(sessionStorage.getItem(key) || "{}");
    document.querySelectorAll("#rooms [data-newest]").forEach(function (place) {
      const room = place.dataset.room;
      const newest = Number(place.dataset.newest);
      // Numbers begin anew with the bot.
      if (place.hasAttribute("aria-current") || !(room in seen) || seen[room] > newest) seen[room] = newest;
      place.querySelector(".place-new").hidden = newest <= seen[room];
    });
    sessionStorage.setItem(key, JSON.stringify(seen));
  }
  dots();
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id === "rooms") dots();
  });

  // -- which part a narrow screen shows

  // Two columns show the conversation anyway: the question there is what stands beside it.
  const single = window.matchMedia("(max-width: 720px)");
  function press() {
    const view = main.dataset.view === "talk" && !single.matches ? "rooms" : main.dataset.view;
    document.querySelectorAll(".view-tabs [data-show]").forEach(function (tab) {
      tab.setAttribute("aria-pressed", String(tab.dataset.show === view));
    });
  }
  single.addEventListener("change", press);
  press();
  function show(view, focus) {
    main.dataset.view = view;
    press();
    if (view === "talk") settle();
    const place = focus && document.getElementById(focus);
    if (place) place.focus();
  }
  document.addEventListener("click", function (event) {
    const tab = event.target.closest("[data-show]");
    if (tab) show(tab.dataset.show, tab.dataset.focus);
  });

  // -- the first visit: what this is, until it has been read

  const welcome = document.getElementById("welcome");
  welcome.hidden = localStorage.getItem("qunzhu.welcomed") === "yes";
  document.getElementById("welcome-shut").addEventListener("click", function () {
    localStorage.setItem("qunzhu.welcomed", "yes");
    welcome.hidden = true;
    box.focus({ preventScroll: true });
  });

  // -- an answer that has been read is put away

  document.addEventListener("click", function (event) {
    const shut = event.target.closest("[data-empties]");
    const answer = shut && document.getElementById(shut.dataset.empties);
    if (!answer) return;
    answer.replaceChildren();
    answer.focus({ preventScroll: true });
  });

  // -- dialogs

  document.addEventListener("htmx:afterSwap", function (event) {
    const opener = event.detail.requestConfig && event.detail.requestConfig.elt;
    const dialog = opener && opener.dataset.opens && document.getElementById(opener.dataset.opens);
    if (dialog && !dialog.open) dialog.showModal();
  });
  const enlarged = document.getElementById("enlarged");
  lines.addEventListener("click", function (event) {
    const small = event.target.closest("[data-enlarge]");
    if (!small) return;
    const picture = enlarged.querySelector("img");
    picture.src = small.querySelector("img").src;
    picture.alt = small.querySelector("img").alt;
    enlarged.showModal();
  });

  // -- speaking

  const form = document.getElementById("composer");
  if (!form) return;
  const words = document.getElementById("words");
  const trouble = document.getElementById("trouble");
  const options = document.getElementById("mentions");
  const pictures = document.getElementById("picture-form");
  let underWay = "";
  let picked = [];

  // What is being typed outlives the page: a bot that starts anew shows everybody out. The tab keeps it, for itself and
  // no longer than it is open, for each place and person until it has been said.
  const draft = "qunzhu.draft " + form.elements.room.value + " " + form.elements.as.value;
  function keep() {
    if (words.value) sessionStorage.setItem(draft, words.value);
    else sessionStorage.removeItem(draft);
  }
  // Somebody may have begun before this script did.
  if (!words.value) words.value = sessionStorage.getItem(draft) || "";
  words.addEventListener("input", keep);

  words.addEventListener("keydown", function (event) {
    // While an input method is composing, Enter chooses a word; Safari tells so by the key code only.
    if (event.isComposing || event.keyCode === 229) return;
    if (!options.hidden && choose(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.elt === form) event.detail.parameters.mention = picked;
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt === form) {
      underWay = words.value;
      words.value = "";
      picked = [];
      atEnd = true;
    }
    if (event.detail.elt === pictures) {
      const file = document.getElementById("picture").files[0];
      if (!file || file.size > Number(pictures.dataset.largest)) {
        event.preventDefault();
        pictures.reset();
        if (file) tell(pictures.dataset.tooLarge);
      } else atEnd = true;
    }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    // What was refused, or went nowhere, is not lost.
    const refused = !event.detail.successful || event.detail.xhr.responseText;
    if (event.detail.elt === form) {
      if (refused && !words.value) words.value = underWay;
      keep();
    }
    if (event.detail.elt === pictures) pictures.reset();
  });
  function tell(text) {
    const line = document.createElement("p");
    line.className = "warn";
    line.textContent = text;
    trouble.replaceChildren(line);
  }
  document.addEventListener("click", function (event) {
    const chip = event.target.closest("[data-fill]");
    if (!chip) return;
    words.value = chip.dataset.fill;
    keep();
    words.focus();
  });

  // -- mentions: an @ offers those who are in the room

  let offered = [];
  let active = 0;
  function called() {
    const found = /@([^@\s\u2005]{0,20})$/.exec(words.value.slice(0, words.selectionStart));
    return found ? found[1] : null;
  }
  function offer() {
    const begun = called();
    const members = begun === null ? [] : Array.from(document.querySelectorAll("#people .members [data-called]"));
    const mine = form.elements.as.value;
    offered = members.filter(function (one) {
      return one.dataset.person !== mine && one.dataset.called.toLowerCase().includes(begun.toLowerCase());
    });
    // The bot is whom one came to talk to.
    offered.sort(function (one, other) { return other.hasAttribute("data-bot") - one.hasAttribute("data-bot"); });
    active = 0;
    paint();
  }
  function paint() {
    options.replaceChildren.apply(options, offered.map(function (one, index) {
      const option = document.createElement("li");
      option.id = "mention-" + index;
      option.className = "mention";
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(index === active));
      option.append(one.querySelector(".avatar").cloneNode(true), one.dataset.called);
      option.addEventListener("mousedown", function (event) { event.preventDefault(); pick(index); });
      return option;
    }));
    options.hidden = offered.length === 0;
    if (options.hidden) words.removeAttribute("aria-activedescendant");
    else {
      words.setAttribute("aria-activedescendant", "mention-" + active);
      options.children[active].scrollIntoView({ block: "nearest" });
    }
  }
  function pick(index) {
    const one = offered[index];
    const end = words.selectionStart;
    const start = end - called().length - 1;
    words.setRangeText("@" + one.dataset.called + "\u2005", start, end, "end");
    picked.push(one.dataset.person);
    keep();
    close();
    words.focus();
  }
  function close() {
    offered = [];
    paint();
  }
  function choose(event) {
    const steps = { ArrowDown: 1, ArrowUp: offered.length - 1 };
    if (event.key in steps) {
      active = (active + steps[event.key]) % offered.length;
      paint();
    } else if (event.key === "Enter" || event.key === "Tab") {
      pick(active);
    } else if (event.key === "Escape") {
      close();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }
  words.addEventListener("input", offer);
  words.addEventListener("blur", close);

  // On a phone the keyboard would cover the conversation.
  if (!single.matches) words.focus();
})();
