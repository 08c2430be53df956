// Puts a button at the bottom right of a page, which opens the chat page in a frame.
// Use: <script src="https://chat.example/chat/embed.js" defer></script>
(() => {
  const TEXT = { launcher: "Ask about #MeToo", frame: "Assistant: questions about #MeToo" };
  const BUBBLE = "M4 5h16v11H11l-5 4v-4H4z";
  const CROSS = "M6 6l12 12M18 6L6 18";

  const loader = document.currentScript;
  const once = Symbol.for("metoo-chat-embed");
  if (!loader?.src || window[once]) return;
  window[once] = true;

  const page = new URL("./", loader.src);

  function make(name, properties, style) {
    const made = Object.assign(document.createElement(name), properties);
    Object.assign(made.style, style);
    return made;
  }

  function icon() {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const path = document.createElementNS(space, "path");
    const attributes = { viewBox: "0 0 24 24", width: "22", height: "22", fill: "none", stroke: "currentColor" };
    for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("stroke-width", "2");
    path.setAttribute("stroke-linecap", "round");
    path.setAttribute("stroke-linejoin", "round");
    svg.append(path);
    return { svg, draw: (line) => path.setAttribute("d", line) };
  }

  function build() {
    // A shadow root keeps the styles of the host page out.
    const host = make("div", {}, { position: "fixed", right: "0", bottom: "0", zIndex: "2147483000" });
    const { svg, draw } = icon();

    const launcher = make("button", { type: "button" }, {
      position: "fixed", right: "16px", bottom: "16px", boxSizing: "border-box", minHeight: "48px", margin: "0",
      padding: "10px 20px 10px 16px", display: "flex", alignItems: "center", gap: "10px",
      border: "1px solid #fff", borderRadius: "24px", background: "#23575b", color: "#fff", cursor: "pointer",
      font: "600 16px/1.25 system-ui, sans-serif", letterSpacing: "normal", textTransform: "none",
      boxShadow: "0 2px 10px rgba(0, 0, 0, .25)", outlineOffset: "3px",
    });
    launcher.append(svg, make("span", { textContent: TEXT.launcher }));
    launcher.setAttribute("aria-controls", "panel");

    const panel = make("div", { id: "panel" }, {
      position: "fixed", right: "8px", bottom: "76px", boxSizing: "border-box",
      width: "min(420px, calc(100vw - 16px))", height: "min(680px, calc(100vh - 92px))", overflow: "hidden",
      border: "1px solid #6f7f7e", borderRadius: "14px", background: "Canvas",
      boxShadow: "0 8px 32px rgba(0, 0, 0, .25)",
    });

    let frame = null;
    let open = false;

    function show(wanted) {
      open = wanted;
      panel.style.display = open ? "block" : "none";
      launcher.setAttribute("aria-expanded", String(open));
      draw(open ? CROSS : BUBBLE);
    }

    function toggle() {
      show(!open);
      if (!frame) {
        frame = make("iframe", { src: page.href, title: TEXT.frame, referrerPolicy: "no-referrer" }, {
          display: "block", width: "100%", height: "100%", border: "0",
        });
        panel.append(frame);
      }
      (open ? frame : launcher).focus();
    }

    launcher.addEventListener("click", toggle);
    document.addEventListener("keydown", (event) => {
      if (open && event.key === "Escape") toggle();
    });
    // Keys pressed inside the frame are not heard out here; the chat page passes Escape on.
    window.addEventListener("message", ({ source, origin, data }) => {
      if (open && source === frame.contentWindow && origin === page.origin && data === "chat:close") toggle();
    });

    show(false);
    host.attachShadow({ mode: "open" }).append(launcher, panel);
    document.body.append(host);
  }

  if (document.body) build();
  else document.addEventListener("DOMContentLoaded", build);
})();
