"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const column = {};
  data.columns.forEach((name, i) => { column[name] = i; });
  const glyphs = data.glyphs;
  const value = (f, name) => data.texts[data.findings[f][column[name]]];
  const failing = (f) => value(f, "weight") !== "";
  const weight = (f) => ["fails", "warns", ""].indexOf(value(f, "weight"));
  const order = Object.keys(glyphs);
  const worstFirst = (a, b) => weight(a) - weight(b) || order.indexOf(value(a, "verdict")) - order.indexOf(value(b, "verdict"));
  const verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
  const rank = (verb) => verbs.includes(verb) ? verbs.indexOf(verb) : verbs.length;
  const byVerb = (a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
  const denied = (f) => value(f, "verdict") === "pass" && value(f, "want") === "deny";
  const minor = (f) => failing(f) && value(f, "severity") !== "error" && value(f, "verdict") !== "undetermined";
  const glyph = (f) => denied(f) ? data.denied : minor(f) ? data.warning : glyphs[value(f, "verdict")];
  const words = (f) => denied(f) ? "denied, as it must be" : minor(f) ? value(f, "verdict") + ", a warning" : value(f, "verdict");
  const rowsAtOnce = 300, openAtFirst = 8;

  const accounts = document.getElementById("accounts");
  const detail = document.getElementById("detail");
  const filter = document.getElementById("filter");
  const onlyFailing = document.getElementById("failing");
  const shown = document.getElementById("shown");

  function element(name, attributes, ...children) {
    const e = document.createElement(name);
    for (const [key, v] of Object.entries(attributes)) e.setAttribute(key, v);
    e.append(...children);
    return e;
  }

  // What is searched, and how, is the same as in the terminal UI.
  const searched = data.columns.filter((name) => name !== "anchor" && name !== "weight");
  const haystack = (f) => searched.map((name) => value(f, name)).join("\n").toLowerCase();

  const typedWords = () => filter.value.toLowerCase().split(/\s+/).filter((w) => w !== "" && w !== "!");
  const holds = (typed, text) => typed.every((w) => w.startsWith("!") ? !text.includes(w.slice(1)) : text.includes(w));

  // drawProblems shows the problems that match, by what they say or by one of their checks, and the failed checks.
  const problems = [...document.querySelectorAll(".problems > details")].map((box) => {
    const checks = box.dataset.checks.split(" ").filter((f) => data.findings[f]);
    return { box, text: () => box.textContent.toLowerCase() + "\n" + checks.map(haystack).join("\n") };
  });
  const failed = [...document.querySelectorAll(".failed tbody tr")].map((box) => ({ box, text: () => box.textContent.toLowerCase() }));
  function drawProblems() {
    const typed = typedWords();
    for (const { box, text } of [...problems, ...failed]) box.hidden = typed.length > 0 && !holds(typed, text());
  }

  // groups are the findings that match, by section and account.
  function groups() {
    const typed = typedWords();
    const found = new Map();
    let matching = 0;
    for (let f = 0; f < data.findings.length; f++) {
      if (onlyFailing.checked && !failing(f)) continue;
      if (typed.length > 0) {
        if (!holds(typed, haystack(f))) continue;
      }
      matching++;
      const key = data.findings[f][column.section] + "/" + data.findings[f][column.account];
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(f);
    }
    return { found: [...found.values()], matching };
  }

  function draw() {
    const { found, matching } = groups();
    shown.textContent = matching.toLocaleString("en") + " of " + data.findings.length.toLocaleString("en") + " checks shown";
    shown.dataset.matching = matching;
    drawProblems();
    let open = 0;
    accounts.replaceChildren(...found.map((findings) => {
      const failed = findings.filter(failing).length;
      const box = account(findings, failed);
      if ((failed > 0 || filter.value !== "" || found.length <= openAtFirst) && open < openAtFirst) {
        open++;
        box.open = true;
      }
      return box;
    }));
  }

  function account(findings, failed) {
    const first = [...findings].sort(worstFirst)[0], worst = value(first, "verdict");
    const who = value(findings[0], "account");
    const head = element("summary", {},
      element("span", { class: "mark " + worst }, failed > 0 ? glyph(first) : glyphs[worst]), " ", value(findings[0], "section"), who === "" ? "" : " · ", element("b", {}, who), " ",
      element("span", { class: "count" }, failed > 0 ? failed + " of " + findings.length + " failing" : findings.length + (findings.length === 1 ? " check" : " checks")));
    const box = element("details", { class: "account" }, head);
    box.addEventListener("toggle", () => {
      if (box.open && box.children.length === 1) box.append(body(findings));
    });
    box.fill = () => { if (box.children.length === 1) box.append(body(findings)); };
    return box;
  }

  function body(findings) {
    const rows = new Map(), columns = new Set(), read = [];
    for (const f of findings) {
      const access = value(f, "access");
      if (access === "") { read.push(f); continue; }
      if (!rows.has(access)) rows.set(access, new Map());
      const cells = rows.get(access), verb = value(f, "verb");
      columns.add(verb);
      if (!cells.has(verb)) cells.set(verb, []);
      cells.get(verb).push(f);
    }
    const part = element("div", { class: "body" });
    if (rows.size > 0) part.append(grid(rows, [...columns].sort(byVerb), part));
    for (const f of read) {
      const verdict = value(f, "verdict");
      const line = element("button", { type: "button", class: "read " + verdict }, element("b", {}, glyph(f) + " " + value(f, "code")), value(f, "observed") || value(f, "because"));
      line.addEventListener("click", () => show([f]));
      part.append(line);
    }
    return part;
  }

  function grid(rows, columns, part) {
    const head = element("tr", {}, element("th", {}), ...columns.map((verb) => element("th", { scope: "col" }, verb)));
    const lines = element("tbody", {});
    const entries = [...rows];
    let drawn = 0;
    const more = element("button", { type: "button", class: "more" });
    const add = () => {
      for (const [access, cells] of entries.slice(drawn, drawn + rowsAtOnce)) lines.append(row(access, cells, columns));
      drawn = Math.min(entries.length, drawn + rowsAtOnce);
      more.textContent = (entries.length - drawn) + " more rows";
      if (drawn === entries.length) more.remove();
    };
    more.addEventListener("click", add);
    const table = element("table", { class: "grid" }, element("thead", {}, head), lines);
    part.append(table, more);
    add();
    const first = table.querySelector(".cell");
    if (first) first.tabIndex = 0;
    table.addEventListener("keydown", move);
    return table;
  }

  function row(access, cells, columns) {
    const line = element("tr", {}, element("th", { scope: "row" }, access));
    for (const verb of columns) {
      const place = element("td", {});
      const found = cells.get(verb);
      if (found) {
        found.sort(worstFirst);
        const verdict = value(found[0], "verdict");
        const cell = element("button", { type: "button", class: "cell " + verdict + (minor(found[0]) ? " minor" : ""), tabindex: "-1", "aria-label": verb + " " + access + ": " + words(found[0]), title: words(found[0]) }, glyph(found[0]));
        cell.addEventListener("click", () => show(found));
        place.append(cell);
      }
      line.append(place);
    }
    return line;
  }

  // move goes to the nearest cell in the direction of an arrow key; one cell of a grid is a tab stop.
  function move(event) {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step || !event.target.classList.contains("cell")) return;
    event.preventDefault();
    const lines = event.currentTarget.tBodies[0].rows;
    let y = event.target.closest("tr").sectionRowIndex, x = event.target.parentElement.cellIndex;
    for (;;) {
      y += step[0];
      x += step[1];
      if (y < 0 || y >= lines.length || x < 1 || x >= lines[y].cells.length) return;
      const next = lines[y].cells[x].firstElementChild;
      if (next) {
        event.target.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
        return;
      }
    }
  }

  let opener = null; // the cell that has the focus again when the detail is closed

  function show(findings) {
    opener = document.activeElement;
    const parts = findings.flatMap((f) => {
      const list = element("dl", {});
      const add = (name, content) => {
        if (content !== "") list.append(element("dt", {}, name), element("dd", {}, content));
      };
      const verdict = value(f, "verdict"), code = value(f, "code");
      const link = element("a", { href: value(f, "anchor"), rel: "noreferrer" }, code);
      add("verdict", element("span", { class: "verdict " + verdict }, verdict === "baseline" ? "in the baseline" : verdict));
      add("severity", value(f, "severity"));
      add("check", link);
      add("account", value(f, "account"));
      add("access", (value(f, "verb") + " " + value(f, "access")).trim());
      add("wanted", value(f, "want"));
      add("leads to", value(f, "leadsTo"));
      const steps = value(f, "steps").split("\n").map((step) => element("li", {}, step));
      if (value(f, "steps") !== "") add("path", element("ol", { class: "path" }, ...steps));
      add(verdict === "baseline" ? "in the baseline" : "waived", value(f, "waiver"));
      add("because", value(f, "because"));
      add("server", value(f, "reason"));
      add("by", value(f, "via"));
      add("read", value(f, "observed"));
      if (value(f, "hint") !== "") add("next", element("code", {}, value(f, "hint")));
      return [list];
    });
    const close = element("button", { type: "button" }, "close");
    close.addEventListener("click", hide);
    detail.replaceChildren(element("h2", {}, value(findings[0], "account") || value(findings[0], "section")), ...parts, close);
    detail.hidden = false;
    detail.focus();
  }

  function hide() {
    detail.hidden = true;
    detail.replaceChildren();
    if (opener && opener.isConnected) opener.focus();
  }

  function dark() {
    const set = document.documentElement.dataset.theme;
    return set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  let waiting;
  filter.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(draw, 120); });
  onlyFailing.addEventListener("change", draw);
  document.getElementById("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("flux-probe-theme", document.documentElement.dataset.theme); } catch { /* a file may not store anything */ }
  });
  try {
    const kept = localStorage.getItem("flux-probe-theme");
    if (kept) document.documentElement.dataset.theme = kept;
  } catch { /* as above */ }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (!detail.hidden) return hide();
      if (filter.value !== "") { filter.value = ""; draw(); }
      filter.blur();
    } else if (event.target.tagName === "INPUT" && event.target.type !== "checkbox") {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      filter.focus();
    } else if (event.key === "f") {
      onlyFailing.checked = !onlyFailing.checked;
      draw();
    }
  });
  document.querySelector(".tools").hidden = false;
  draw();
})();
