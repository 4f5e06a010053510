// What makes pages pleasant; every page works without it.

// Airflow's own page carries the portal in a frame: follow its light or dark.
const followTheme = () => {
  try {
    const outside = window.parent.document.documentElement;
    if (window.parent === window) return;
    const apply = () => {
      const dark = outside.classList.contains("dark") || outside.dataset.theme === "dark";
      document.documentElement.dataset.theme = dark ? "dark" : "light";
      document.dispatchEvent(new Event("themechange"));
    };
    apply();
    new MutationObserver(apply).observe(outside, { attributes: true, attributeFilter: ["class", "data-theme"] });
  } catch { /* framed by a page that is not ours to look at */ }
};

const showLocalTimes = () => {
  for (const moment of document.querySelectorAll("time[datetime]")) {
    const when = new Date(moment.dateTime);
    if (Number.isNaN(when.getTime())) continue;
    moment.title = moment.textContent;
    moment.textContent = when.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  }
};

// A form that takes long says so and cannot be sent twice.
const guardForms = () => {
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      const button = event.submitter;
      if (!button || form.dataset.sent) return;
      form.dataset.sent = "yes";
      setTimeout(() => {
        button.disabled = true;
        if (button.dataset.busy) button.textContent = button.dataset.busy;
      });
    });
  }
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
};

// A filter sends itself when it changes.
const sendFilters = () => {
  for (const form of document.querySelectorAll("form[data-auto]")) {
    form.addEventListener("change", () => form.requestSubmit());
  }
};

// A part of a page that goes on changing says where it can be read again, and how often (seconds).
const keepFresh = () => {
  for (const part of document.querySelectorAll("[data-again]")) {
    const look = async () => {
      const answer = await fetch(part.dataset.again, { headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
      if (!fresh) return;
      part.replaceChildren(...fresh.childNodes);
      showLocalTimes();
      if (fresh.dataset.again) setTimeout(look, 1000 * (fresh.dataset.every || 3));
    };
    setTimeout(look, 1000 * (part.dataset.every || 3));
  }
};

// A slider shows its value beside it.
const showSliders = () => {
  for (const slider of document.querySelectorAll("input[type=range]")) {
    const shown = document.querySelector(`output[for="${slider.id}"]`);
    if (shown) slider.addEventListener("input", () => { shown.textContent = slider.value; });
  }
};

followTheme();
showLocalTimes();
guardForms();
sendFilters();
keepFresh();
showSliders();

// A page that only waits reads itself again as a whole.
for (const part of document.querySelectorAll("[data-reload]")) {
  setTimeout(() => window.location.reload(), 1000 * part.dataset.reload);
}
