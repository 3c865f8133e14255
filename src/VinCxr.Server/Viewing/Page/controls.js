// Keys, buttons and the page's theme.

const themeKey = "vincxr-viewer-theme";

// actions: what a key does, by its name; isBlocked: whether the page takes no keys now.
export function listenToKeys(actions, isBlocked) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isBlocked(event)) return;
    const { target } = event, isList = target.id === "list";
    if (target.matches("select, input:not([type=checkbox])")) return;
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action || (event.key.startsWith("Arrow") && event.key.match(/Up|Down/) && !isList)) return;
    event.preventDefault();
    action();
  });
}

// actions: what an event of an element does, by the element's id.
export function listenTo(name, $, actions) {
  for (const [id, action] of Object.entries(actions)) $(id).addEventListener(name, action);
}

export function toggleTheme() {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(themeKey, theme);
  } catch {
    // Only not remembered.
  }
}

export function restoreTheme() {
  try {
    document.documentElement.dataset.theme = localStorage.getItem(themeKey) ?? "dark";
  } catch {
    // Dark, as reading rooms are.
  }
}
