// Puts a form into another site, inside a shadow root so that neither page styles the other.
(() => {
  const script = document.currentScript;
  const key = script && script.dataset.form;
  if (!key) return;
  const home = new URL(script.src).origin;
  const fields = [
    ["name", "Your name", "text", "name"],
    ["email", "Email", "email", "email"],
    ["phone", "Phone", "tel", "tel"],
    ["company", "Company", "text", "organization"],
    ["message", "How can we help?", "textarea", "off"],
  ];
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const onceToken = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");

  const host = make("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = make("div", { class: "sheet" });
  root.append(make("link", { rel: "stylesheet", href: `${home}/f/form.css` }), sheet);
  script.after(host);

  const problem = make("p", { class: "problem", role: "alert" });
  problem.hidden = true;
  const form = make("form", { novalidate: "" });
  const inputs = {};
  const notes = {};
  for (const [name, label, kind, autocomplete] of fields) {
    const input =
      kind === "textarea"
        ? make("textarea", { id: name, name, rows: "6", maxlength: "20000" })
        : make("input", { id: name, name, type: kind, autocomplete, maxlength: "200" });
    const note = make("p", { class: "note", id: `${name}-note` });
    note.hidden = true;
    inputs[name] = input;
    notes[name] = note;
    form.append(make("div", { class: "field" }, make("label", { for: name }, label), input, note));
  }
  const trap = make("input", { id: "website", name: "website", tabindex: "-1", autocomplete: "off" });
  form.append(
    make("div", { class: "trap", "aria-hidden": "true" }, make("label", { for: "website" }, "Leave this empty"), trap),
  );
  const button = make("button", { type: "submit" }, "Send");
  form.append(button);
  sheet.append(problem, form);

  const show = (text, errors = []) => {
    problem.textContent = text;
    problem.hidden = !text;
    for (const name of Object.keys(inputs)) {
      const found = errors.find((error) => error.field === name);
      notes[name].textContent = found ? found.message : "";
      notes[name].hidden = !found;
      inputs[name].toggleAttribute("aria-invalid", false);
      inputs[name].removeAttribute("aria-describedby");
      if (found) {
        inputs[name].setAttribute("aria-invalid", "true");
        inputs[name].setAttribute("aria-describedby", `${name}-note`);
      }
    }
    const first = errors.find((error) => inputs[error.field]);
    if (first) inputs[first.field].focus();
  };

  // One token for one message: a second click or a retry after a lost answer is kept once.
  const once = onceToken();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    show("");
    const body = new URLSearchParams({ website: trap.value, once });
    for (const [name, input] of Object.entries(inputs)) body.set(name, input.value);
    try {
      const answer = await fetch(`${home}/api/v1/forms/${encodeURIComponent(key)}`, {
        method: "POST",
        headers: { Accept: "application/json" },
        body,
        credentials: "omit",
      });
      if (answer.ok) {
        const thanks = make("p", { role: "status", tabindex: "-1" }, "Thank you. Your message is with us.");
        sheet.replaceChildren(thanks);
        thanks.focus();
        return;
      }
      const told = await answer.json();
      show(told.detail || told.title, told.errors || []);
    } catch {
      show("The message could not be sent. Check your connection, then send it again.");
    }
    button.disabled = false;
  });
})();
