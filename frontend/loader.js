// Runs before the app. It applies the chosen look, so that the first paint has it, and says why the app cannot start
// where it cannot. From the app's start on, the app speaks for itself.
"use strict";
(() => {
  const root = document.documentElement;
  for (const name of ["theme", "density"]) {
    try {
      const chosen = localStorage.getItem(`postern.${name}`);
      if (chosen) root.dataset[name] = chosen;
    } catch {
      // Storage may be forbidden: the defaults do.
    }
  }

  let started = false;
  const fail = (text) => {
    if (started) return;
    const place = document.getElementById("splash-text");
    if (!place) return;
    place.setAttribute("role", "alert");
    place.textContent = text;
    document.getElementById("splash").classList.add("failed");
  };
  const broken = "Postern could not be loaded. Check the connection, then reload the page. Your mail is safe on the server.";

  addEventListener("TrunkApplicationStarted", () => { started = true; });
  addEventListener("error", () => fail(broken), true);
  addEventListener("unhandledrejection", () => fail(broken));
  addEventListener("DOMContentLoaded", () => {
    if (typeof WebAssembly !== "object") {
      fail("This browser cannot run Postern: it lacks WebAssembly, or it is switched off. Any current browser will do.");
    }
  });
})();
