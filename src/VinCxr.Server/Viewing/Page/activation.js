// Where a trial's model sees something: its activation map over the picture and under the boxes.

import { getActivation, Refused } from "./api.js";
import { scale } from "./colours.js";

// Steps from cell to cell, odd so that one is in the middle. Values are interpolated before they become colours: between two colours lies none of the scale.
const finer = 7;
const mapsKept = 16;

// The scale ends at the image's peak, but not below this: where a model sees next to nothing, next to nothing is shown.
const leastEnd = 0.1;

// Of a share of the scale. Nothing hides nothing: the radiograph shows through where the model sees little.
const opacityOf = (share) => share ** 0.6;

const endOf = (map) => Math.max(leastEnd, map.peak);

// The value between cells, which stand in the middle of their squares.
function valueAt({ width, height, cells }, x, y) {
  const clamp = (value, most) => Math.min(most, Math.max(0, value));
  const column = clamp(x - 0.5, width - 1), row = clamp(y - 0.5, height - 1);
  const left = Math.floor(column), top = Math.floor(row), right = Math.min(width - 1, left + 1), bottom = Math.min(height - 1, top + 1);
  const [dx, dy] = [column - left, row - top];
  return (cells[top * width + left] * (1 - dx) + cells[top * width + right] * dx) * (1 - dy)
    + (cells[bottom * width + left] * (1 - dx) + cells[bottom * width + right] * dx) * dy;
}

function paint(canvas, map) {
  const toShare = map.peak / 255 / endOf(map);
  Object.assign(canvas, { width: map.width * finer, height: map.height * finer });
  const context = canvas.getContext("2d"), image = context.createImageData(canvas.width, canvas.height);
  for (let y = 0, at = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++, at += 4) {
      const share = toShare * valueAt(map, (x + 0.5) / finer, (y + 0.5) / finer);
      image.data.set(scale[Math.round(255 * share)], at);
      image.data[at + 3] = Math.round(255 * opacityOf(share));
    }
  }
  context.putImageData(image, 0, 0);
}

// The edges of what the model was given, as shares of the map's area cut off at each side: the rest is padding.
function clipOf({ area, seen }) {
  const shares = [
    (seen.y - area.y) / area.height, (area.x + area.width - seen.x - seen.width) / area.width,
    (area.y + area.height - seen.y - seen.height) / area.height, (seen.x - area.x) / area.width,
  ];
  return `inset(${shares.map((s) => `${(100 * Math.max(0, s)).toFixed(4)}%`).join(" ")})`;
}

export class Activation {
  // stage: where the picture is; $: finds elements of the page.
  constructor($, stage) {
    Object.assign(this, { $, stage, canvas: $("activation"), source: null, isOn: false, map: null, maps: new Map() });
    const legend = $("activation-scale"), context = legend.getContext("2d");
    Object.assign(legend, { width: scale.length, height: 1 });
    scale.forEach(([red, green, blue], i) => {
      context.fillStyle = `rgb(${red} ${green} ${blue})`;
      context.fillRect(i, 0, 1, 1);
    });
  }

  // source: { trial } or { reason } why there are no maps; null where there can be none.
  setSource(source) {
    this.source = source;
    const box = this.$("layer-activation");
    this.$("layer-activation-label").hidden = !source;
    box.disabled = !this.isAvailable;
    box.checked = this.isOn && this.isAvailable;
    this.explain(source?.reason);
    this.clear();
  }

  get isAvailable() {
    return Boolean(this.source?.trial);
  }

  setOn(isOn) {
    this.isOn = isOn;
    this.$("layer-activation").checked = isOn && this.isAvailable;
  }

  setOpacity(value) {
    this.canvas.style.opacity = value;
    this.$("opacity").value = value;
    this.$("opacity-text").textContent = value.toFixed(2);
  }

  clear() {
    this.map = null;
    this.canvas.hidden = true;
    this.$("activation-legend").hidden = true;
  }

  // Shows the map of an image if the layer is on.
  async show(image, signal) {
    this.clear();
    this.explain(this.source?.reason);
    if (!this.isOn || !this.isAvailable) return;
    try {
      const map = await this.mapOf(image, signal);
      if (signal.aborted || !this.isOn) return;
      this.map = map;
      paint(this.canvas, map);
      this.canvas.style.clipPath = clipOf(map);
      this.canvas.hidden = false;
      this.$("activation-peak").textContent = map.peak.toFixed(2);
      this.$("activation-end").textContent = endOf(map).toFixed(2);
      this.$("activation-legend").hidden = false;
      this.place();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.explain(error instanceof Refused ? error.message : `The server does not answer: ${error.message}`);
    }
  }

  place() {
    if (!this.map) return;
    const { x, y, width, height } = this.map.area, [left, top] = this.stage.toStage(x, y), { scale: size } = this.stage;
    Object.assign(this.canvas.style, { left: `${left}px`, top: `${top}px`, width: `${width * size}px`, height: `${height * size}px` });
  }

  async mapOf(image, signal) {
    const key = `${this.source.trial} ${image}`;
    const found = this.maps.get(key) ?? await getActivation(this.source.trial, image, signal);
    this.maps.delete(key);
    this.maps.set(key, found);
    while (this.maps.size > mapsKept) this.maps.delete(this.maps.keys().next().value);
    return found;
  }

  explain(text) {
    this.$("activation-reason").textContent = text ?? "";
    this.$("activation-reason").hidden = !text;
  }
}
