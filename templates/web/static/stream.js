// News come over a stream, but to no page that is out of sight: a browser holds six connections to one house for all its
// tabs, and each stream takes one for as long as it is open. What was missed is fetched when the page is looked at again.
(function () {
  "use strict";

  // What htmx takes for the browser's own EventSource.
  class Stream {
    constructor(url) {
      this.url = url;
      this.source = null;
      this.ended = false;
      this.listeners = [];
      this.look = () => document.hidden ? this.pause() : this.open();
      document.addEventListener("visibilitychange", this.look);
      this.look();
    }

    // The house begins every stream by saying that anything may have changed.
    open() {
      if (this.source) return;
      this.source = new EventSource(this.url);
      this.listeners.forEach(([topic, hear]) => this.source.addEventListener(topic, hear));
      this.source.onopen = (event) => this.onopen(event);
      this.source.onerror = (event) => {
        // The browser has given up; htmx begins a new one after a while.
        if (event.target.readyState === EventSource.CLOSED) this.close();
        this.onerror(event);
      };
    }

    pause() {
      if (this.source) this.source.close();
      this.source = null;
    }

    close() {
      document.removeEventListener("visibilitychange", this.look);
      this.pause();
      this.ended = true;
    }

    get readyState() {
      if (this.ended) return EventSource.CLOSED;
      return this.source ? this.source.readyState : EventSource.CONNECTING;
    }

    addEventListener(topic, hear) {
      this.listeners.push([topic, hear]);
      if (this.source) this.source.addEventListener(topic, hear);
    }

    removeEventListener(topic, hear) {
      this.listeners = this.listeners.filter(([one, other]) => one !== topic || other !== hear);
      if (this.source) this.source.removeEventListener(topic, hear);
    }
  }

  htmx.createEventSource = function (url) { return new Stream(url); };
})();
