// Everything that is seen, as the query of the page's address.

const defaults = {
  dataset: null, sweep: null, trial: null, ensemble: null, image: null, class: null, errors: false, conf: 0.25,
  wc: null, ww: null, inv: false, transform: null, zoom: null, x: null, y: null, layers: "1-34", opacity: 0.6,
};

const numbers = new Set(["conf", "wc", "ww", "zoom", "x", "y", "opacity"]);

export function readState(query) {
  const state = { ...defaults };
  for (const [name, text] of new URLSearchParams(query)) {
    if (!(name in defaults)) continue;
    if (numbers.has(name)) {
      const value = Number(text);
      if (text !== "" && Number.isFinite(value)) state[name] = value;
    } else if (typeof defaults[name] === "boolean") {
      state[name] = text === "1";
    } else if (text !== "") {
      state[name] = text;
    }
  }
  for (const name of ["conf", "opacity"]) state[name] = Math.min(1, Math.max(0, state[name]));
  if (!(state.ww > 0)) state.wc = state.ww = null;
  if (!(state.zoom > 0)) state.zoom = state.x = state.y = null;
  return state;
}

export function writeState(state) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (value === defaults[name] || value === null) continue;
    query.set(name, typeof value === "boolean" ? "1" : typeof value === "number" ? `${round(value)}` : value);
  }
  return query.toString();
}

// Six digits show the same picture; more would only make the address long.
function round(value) {
  return Number(value.toPrecision(6));
}

export const layerNames = ["truth", "raters", "predictions", "names", "activation"];

export function layersOf(state) {
  return Object.fromEntries(layerNames.map((name, i) => [name, state.layers.includes(`${i + 1}`)]));
}

export function layersText(layers) {
  return layerNames.map((name, i) => (layers[name] ? `${i + 1}` : "-")).join("").replace(/-+$/, "") || "-";
}
