// The picture of one image: as many of its pixels as are seen, under the window and the inversion that the page's state holds.

import { Planes, sizes } from "./planes.js";
import { autoWindow, dragged, firstWindow } from "./windowing.js";

export class Display {
  // on: changed (the state did), failed (with the error).
  constructor($, stage, panel, state, on) {
    Object.assign(this, { $, stage, panel, state, on, planes: new Planes(), plane: null, entry: null, reference: null, signal: null, sharpening: null });
    $("invert").setAttribute("aria-pressed", state.inv);
  }

  // Another image, blank until a plane of it is shown.
  open(reference, entry, view, signal) {
    Object.assign(this, { reference, entry, signal, plane: null });
    this.stage.open({ columns: entry.columns, rows: entry.rows }, view);
  }

  // What fits the stage as it is, of the image.
  fetch() {
    return this.planeOf(this.entry, this.sizeFor(this.entry), this.signal);
  }

  // So that the image is there when one comes to it.
  fetchAhead(entry) {
    this.planeOf(entry, sizes[0]).catch(() => {});
  }

  show(plane) {
    this.plane = plane;
    const { wc, ww, inv } = this.state, isTransformed = plane.voi === "LINEAR_EXACT" && plane.low === 0 && plane.high === 1;
    const window = ww ? { center: wc, width: ww } : firstWindow(plane, isTransformed);
    this.stage.show(plane, window, inv);
    this.panel.setWindow(window);
  }

  // More pixels once the zoom shows that they are missing.
  sharpen() {
    const { plane, entry } = this;
    if (!plane || this.sharpening) return;
    const size = this.sizeFor(entry);
    if (size <= plane.size || Math.max(plane.width, plane.height) < plane.size) return;
    this.sharpening = this.planeOf(entry, size, this.signal)
      .then((finer) => {
        if (this.entry !== entry || !this.plane) return;
        this.plane = finer;
        this.stage.show(finer, this.stage.window, this.state.inv);
      }, (error) => this.on.failed(error))
      .finally(() => { this.sharpening = null; });
  }

  setWindow(window) {
    if (!this.plane) return;
    Object.assign(this.state, { wc: window.center, ww: window.width });
    this.stage.show(this.plane, window, this.state.inv);
    this.panel.setWindow(window);
    this.on.changed();
  }

  drag(dx, dy) {
    if (this.plane) this.setWindow(dragged(this.plane, this.stage.window, dx, dy));
  }

  autoWindow() {
    if (this.plane) this.setWindow(autoWindow(this.plane));
  }

  // The window of the file, else an automatic one.
  ownWindow() {
    Object.assign(this.state, { wc: null, ww: null });
    if (this.plane) this.show(this.plane);
    this.on.changed();
  }

  // As typed into the panel; what is no window is put back.
  typedWindow() {
    const [center, width] = [Number(this.$("center").value), Number(this.$("width").value)];
    if (Number.isFinite(center) && width > 0) this.setWindow({ center, width });
    else if (this.plane) this.panel.setWindow(this.stage.window);
  }

  invert() {
    this.state.inv = !this.state.inv;
    this.$("invert").setAttribute("aria-pressed", this.state.inv);
    if (this.plane) this.stage.show(this.plane, this.stage.window, this.state.inv);
    this.on.changed();
  }

  reset() {
    if (!this.stage.image) return;
    this.state.inv = false;
    this.$("invert").setAttribute("aria-pressed", "false");
    this.stage.setView(this.stage.fitted());
    this.ownWindow();
  }

  planeOf(entry, size, signal) {
    return this.planes.of(this.reference, entry.id, size, this.state.transform, signal);
  }

  sizeFor(entry) {
    const longest = Math.max(entry.columns, entry.rows), wanted = Math.min(longest, this.stage.shownSize * 0.9);
    return sizes.find((size) => size >= wanted) ?? sizes.at(-1);
  }
}
