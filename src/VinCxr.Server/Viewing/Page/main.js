import { Activation } from "./activation.js";
import { getJson, pages, paths, Refused } from "./api.js";
import { Boxes } from "./boxes.js";
import { listenTo, listenToKeys, restoreTheme, toggleTheme } from "./controls.js";
import { Display } from "./display.js";
import { badgeOf, hasError, isWanted } from "./filters.js";
import { findingsOf } from "./findings.js";
import { ImageList } from "./list.js";
import { Panel } from "./panel.js";
import { choicesOf, resolve, sweepsOn } from "./source.js";
import { Stage } from "./stage.js";
import { layersOf, layersText, readState, writeState } from "./state.js";

const $ = (id) => document.getElementById(id);

// Whoever holds an arrow key walks past images faster than they load: only where they stop is asked for.
const hurry = 150;

const state = readState(location.search), layers = layersOf(state);
let source = null, all = [], isWhole = false, shown = [], place = -1, details = null, review = null;
let loading = new AbortController(), opening = new AbortController(), openedAt = -Infinity;

const stage = new Stage($("stage"), $("picture"), {
  view: () => {
    placeOver();
    $("zoom").textContent = `${Math.round(stage.view.zoom * 100)} %`;
    if (!stage.image) return;
    Object.assign(state, stage.isFitted() ? { zoom: null, x: null, y: null } : stage.view);
    remember();
    display.sharpen();
  },
  painted: () => placeOver(),
  pointer: (probe) => { $("pointer").textContent = probe ? `${probe.x}, ${probe.y}: ${Number(probe.value.toPrecision(6))}` : ""; },
  windowDrag: (dx, dy) => display.drag(dx, dy),
  dragEnd: () => remember(),
  reset: () => display.reset(),
});
const boxes = new Boxes($("boxes"), stage);
const list = new ImageList($("list"), $("rows"), (index) => open(index));
const panel = new Panel($, (index) => boxes.mark(index));
const activation = new Activation($, stage);
const display = new Display($, stage, panel, state, { changed: remember, failed: fail });

function placeOver() {
  boxes.place();
  activation.place();
}

function remember() {
  const query = writeState(state);
  if (query !== location.search.slice(1)) history.replaceState(null, "", query ? `?${query}` : location.pathname);
}

function say(text) {
  $("message").textContent = text ?? "";
  $("message").hidden = !text;
}

function fail(error) {
  if (error.name === "AbortError") return;
  say(error instanceof Refused ? error.message : `The server does not answer: ${error.message}`);
  if (!(error instanceof Refused)) console.warn(error);
}

// ---- the list

async function load() {
  loading.abort();
  opening.abort();
  loading = new AbortController();
  const { signal } = loading;
  say("Loading …");
  try {
    source = await resolve(state, signal);
    if (!source) return await chooseDataset(signal);
    $("title").textContent = source.name;
    document.title = `${source.name} - VinCxr`;
    panel.setClasses(source.dataset.classes, state.class);
    panel.setReviewed(Boolean(source.reviews));
    activation.setSource(source.maps);
    $("truth-name").textContent = source.reviews ? "True boxes" : "Consensus";
    if (source.sweep) {
      const current = state.trial ? `trial ${state.trial}` : state.ensemble ? `ensemble ${state.ensemble}` : "";
      panel.setChoices(await choicesOf(source.sweep, current, signal), current);
    } else {
      panel.setChoices(await sweepsOn(source.dataset, signal), "");
    }
    all = [];
    isWhole = false;
    place = -1;
    for await (const page of pages(source.list, signal)) {
      all = all.concat(page);
      filter();
      if (place < 0 && (all.length === page.length || shown.some((i) => i.id === state.image))) openWanted();
    }
    isWhole = true;
    if (place < 0) openWanted();
  } catch (error) {
    fail(error);
  }
}

async function chooseDataset(signal) {
  const datasets = await getJson(paths.datasets(), signal);
  say(datasets.length ? "Choose a data set:" : "The store holds no data sets yet.");
  for (const dataset of datasets) {
    const link = document.createElement("a");
    link.href = `?dataset=${encodeURIComponent(dataset.name)}`;
    link.textContent = `${dataset.name} (${dataset.images} images)`;
    $("message").append(link);
  }
}

function openWanted() {
  const wanted = shown.findIndex((i) => i.id === state.image);
  if (wanted >= 0) return open(wanted, true);
  if (shown.length === 0) return say(!isWhole ? "Loading …" : all.length ? "No image is left by these filters." : "There are no images.");

  // A link to an image further down the list waits for its page.
  if (!state.image || isWhole) open(0);
}

function filter() {
  const current = shown[place]?.id;
  shown = all.filter((image) => isWanted(image, source, state));
  list.set(shown, (image) => badgeOf(image, source, state));
  place = current === undefined ? -1 : shown.findIndex((i) => i.id === current);
  list.mark(place);
  showPlace();
}

function showPlace() {
  $("place").textContent = `${place + 1} / ${shown.length}`;
  $("previous").disabled = place <= 0;
  $("next").disabled = place >= shown.length - 1;
}

function step(by) {
  const to = place + by;
  if (to >= 0 && to < shown.length) open(to);
}

function nextError(by = 1) {
  if (!source?.reviews || shown.length === 0) return;
  for (let i = 1; i <= shown.length; i++) {
    const to = (place + by * i + shown.length * 2) % shown.length;
    if (hasError(shown[to], state.conf)) {
      if (to !== place) open(to);
      return;
    }
  }
  say(`No image has an error at confidence ${state.conf.toFixed(2)}.`);
}

// ---- one image

async function open(index, isLinked = false) {
  place = index;
  const entry = shown[index];
  opening.abort();
  opening = new AbortController();
  const { signal } = opening;
  if (!isLinked) Object.assign(state, { wc: null, ww: null, zoom: null, x: null, y: null });
  state.image = entry.id;
  details = review = null;
  boxes.set([], false);
  activation.clear();
  const view = isLinked && state.zoom ? { zoom: state.zoom, x: state.x ?? entry.columns / 2, y: state.y ?? entry.rows / 2 } : null;
  display.open(source.reference, entry, view, signal);
  $("stage").dataset.state = "loading";
  $("caption").textContent = entry.id;
  list.mark(index);
  showPlace();
  remember();
  say(null);
  const isHurried = performance.now() - openedAt < hurry;
  openedAt = performance.now();
  try {
    if (isHurried) await new Promise((done) => setTimeout(done, hurry));
    signal.throwIfAborted();
    const [about, found, picture] = await Promise.all([
      getJson(paths.image(source.reference, entry.id), signal),
      source.reviews ? getJson(`${source.reviews}/${encodeURIComponent(entry.id)}`, signal) : null,
      display.fetch().catch((error) => error),
    ]);
    if (signal.aborted) return;
    [details, review] = [about, found];
    panel.setImage(details, review);
    drawBoxes();
    activation.show(entry.id, signal);

    // Boxes are shown even where the picture cannot be.
    if (picture instanceof Error) throw picture;
    display.show(picture);
    $("stage").dataset.state = "shown";
    const after = shown[index + 1];
    if (after) display.fetchAhead(after);
  } catch (error) {
    if (error.name !== "AbortError") $("stage").dataset.state = "failed";
    fail(error);
  }
}

// ---- boxes

function drawBoxes() {
  if (!details) return;
  const items = findingsOf(details, review, source.dataset.classes, layers, state.conf);
  boxes.set(items, layers.names);
  panel.setFindings(items, details, review, state.conf);
  $("picture").setAttribute("aria-label", `Radiograph ${details.id}, ${items.length} boxes`);
}

function toggleLayer(name) {
  layers[name] = !layers[name];
  $(`layer-${name}`).checked = layers[name];
  state.layers = layersText(layers);
  if (name === "activation") showActivation();
  else drawBoxes();
  remember();
}

function showActivation() {
  activation.setOn(layers.activation);
  if (details) activation.show(details.id, opening.signal);
}

function setOpacity(value) {
  state.opacity = value;
  activation.setOpacity(value);
  remember();
}

function setConfidence(value) {
  state.conf = Math.min(1, Math.max(0, Math.round(value * 100) / 100));
  panel.setConfidence(state.conf);
  drawBoxes();
  if (state.errors) filter();
  else list.draw();
  remember();
}

function setTransform(chain) {
  state.transform = chain.trim() || null;
  Object.assign(state, { wc: null, ww: null });
  if (place >= 0) open(place, true);
  remember();
}

function choose(value) {
  const [kind, id] = value.split(" ");
  Object.assign(state, { dataset: null, trial: null, ensemble: null, sweep: kind === "sweep" ? id : source.sweep.summary.id });
  if (kind === "trial") Object.assign(state, { trial: id, sweep: null });
  if (kind === "ensemble") state.ensemble = id;
  remember();
  load();
}

// ---- what people do

const togglePan = () => {
  stage.pans = !stage.pans;
  $("tool").textContent = stage.pans ? "Drag: pan" : "Drag: window";
  $("tool").setAttribute("aria-pressed", stage.pans);
  $("stage").classList.toggle("pans", stage.pans);
};
const help = () => ($("help").open ? $("help").close() : $("help").showModal());

const keys = {
  ArrowLeft: () => step(-1), ArrowRight: () => step(1), ArrowUp: () => step(-1), ArrowDown: () => step(1), Home: () => step(-place), End: () => step(shown.length - 1 - place),
  e: () => nextError(1), E: () => nextError(-1), i: () => display.invert(), a: () => display.autoWindow(), r: () => display.reset(), p: togglePan, t: toggleTheme, "?": help,
  "+": () => stage.zoomBy(1.25), "=": () => stage.zoomBy(1.25), "-": () => stage.zoomBy(0.8),
  "[": () => setConfidence(state.conf - 0.05), "]": () => setConfidence(state.conf + 0.05),
  1: () => toggleLayer("truth"), 2: () => toggleLayer("raters"), 3: () => toggleLayer("predictions"), 4: () => toggleLayer("names"),
  5: () => { if (activation.isAvailable) toggleLayer("activation"); },
};

listenToKeys(keys, (event) => $("help").open && event.key !== "?");
listenTo("click", $, {
  previous: () => step(-1), next: () => step(1), "next-error": () => nextError(1), tool: togglePan, theme: toggleTheme, "help-open": help,
  "zoom-in": () => stage.zoomBy(1.25), "zoom-out": () => stage.zoomBy(0.8),
  invert: () => display.invert(), reset: () => display.reset(), "window-auto": () => display.autoWindow(), "window-file": () => display.ownWindow(),
  "list-toggle": () => $("list-toggle").setAttribute("aria-expanded", document.body.classList.toggle("list-open")),
});
for (const name of Object.keys(layers)) {
  $(`layer-${name}`).checked = layers[name];
  $(`layer-${name}`).addEventListener("change", () => toggleLayer(name));
}
listenTo("input", $, { confidence: (event) => setConfidence(Number(event.target.value)), opacity: (event) => setOpacity(Number(event.target.value)) });
const refilter = () => { filter(); if (place < 0) openWanted(); remember(); };
const typeWindow = () => display.typedWindow();
listenTo("change", $, {
  class: (event) => { state.class = event.target.value || null; refilter(); },
  errors: (event) => { state.errors = event.target.checked; refilter(); },
  source: (event) => choose(event.target.value), transform: (event) => setTransform(event.target.value), center: typeWindow, width: typeWindow,
});

restoreTheme();
$("transform").value = state.transform ?? "";
$("errors").checked = state.errors;
panel.setConfidence(state.conf);
activation.setOn(layers.activation);
activation.setOpacity(state.opacity);
getJson(paths.transforms()).then((steps) => panel.setTransforms(steps), () => {});
load();
