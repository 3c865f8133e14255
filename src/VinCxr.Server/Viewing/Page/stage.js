// The picture: zoom, pan and what pointers do to it. The view is (zoom, x, y): zoom 1 fits the image, and the image's point (x, y), in pixels of the
// original, lies in the middle of the stage.

import { greyTable, valueOf } from "./windowing.js";

const most = 32, least = 0.25;

export class Stage {
  constructor(stage, canvas, on) {
    Object.assign(this, { stage, canvas, on, plane: null, image: null, window: null, inverted: false, pans: false });
    this.view = { zoom: 1, x: 0, y: 0 };
    this.context = canvas.getContext("2d", { alpha: false });
    this.buffer = document.createElement("canvas");
    this.pointers = new Map();
    new ResizeObserver(() => this.resize()).observe(stage);
    this.listen();
  }

  // A new image: size of the original. The picture stays blank until its plane is there.
  open(image, view) {
    this.image = image;
    this.plane = null;
    this.view = view ?? this.fitted();
    this.draw();
  }

  show(plane, window, inverted) {
    Object.assign(this, { plane, window, inverted, stale: true });
    this.draw();
  }

  fitted() {
    return { zoom: 1, x: this.image.columns / 2, y: this.image.rows / 2 };
  }

  isFitted() {
    const fitted = this.fitted();
    return Object.keys(fitted).every((name) => Math.abs(fitted[name] - this.view[name]) < 1e-6);
  }

  // Stage pixels (CSS) for one pixel of the original.
  get scale() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    return this.image ? Math.min(width / this.image.columns, height / this.image.rows) * this.view.zoom : 1;
  }

  // Longest side of the whole image as shown, in pixels of the screen.
  get shownSize() {
    return Math.max(this.image.columns, this.image.rows) * this.scale * devicePixelRatio;
  }

  toStage(x, y) {
    return [(x - this.view.x) * this.scale + this.stage.clientWidth / 2, (y - this.view.y) * this.scale + this.stage.clientHeight / 2];
  }

  toImage(stageX, stageY) {
    return [(stageX - this.stage.clientWidth / 2) / this.scale + this.view.x, (stageY - this.stage.clientHeight / 2) / this.scale + this.view.y];
  }

  // Zooms so that what lies under the given point stays there.
  zoomBy(factor, stageX = this.stage.clientWidth / 2, stageY = this.stage.clientHeight / 2) {
    if (!this.image) return;
    const [x, y] = this.toImage(stageX, stageY);
    const zoom = Math.min(most, Math.max(least, this.view.zoom * factor));
    const before = this.scale;
    this.view.zoom = zoom;
    const kept = before / this.scale;
    this.setView({ zoom, x: x + (this.view.x - x) * kept, y: y + (this.view.y - y) * kept });
  }

  panBy(dx, dy) {
    this.setView({ ...this.view, x: this.view.x - dx / this.scale, y: this.view.y - dy / this.scale });
  }

  setView({ zoom, x, y }) {
    // The image's own pixels stay in sight.
    this.view = { zoom, x: Math.min(this.image.columns, Math.max(0, x)), y: Math.min(this.image.rows, Math.max(0, y)) };
    this.draw();
    this.on.view();
  }

  // What the sample under a point of the stage says, or null beside the image.
  probe(stageX, stageY) {
    if (!this.plane) return null;
    const [x, y] = this.toImage(stageX, stageY);
    const { region, width, height, samples } = this.plane;
    const column = Math.floor((x - region.x) / region.width * width), row = Math.floor((y - region.y) / region.height * height);
    if (column < 0 || row < 0 || column >= width || row >= height) return null;
    return { x: Math.floor(x), y: Math.floor(y), value: valueOf(this.plane, samples[row * width + column]) };
  }

  resize() {
    const ratio = devicePixelRatio;
    this.canvas.width = Math.max(1, Math.round(this.stage.clientWidth * ratio));
    this.canvas.height = Math.max(1, Math.round(this.stage.clientHeight * ratio));
    this.paint();
    this.on.view();
  }

  // At most once for each frame of the screen.
  draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.paint();
    });
  }

  paint() {
    const { context, canvas, plane } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (plane) {
      if (this.stale) this.fillBuffer();
      const ratio = canvas.width / Math.max(1, this.stage.clientWidth), { region } = plane;
      const [left, top] = this.toStage(region.x, region.y), scale = this.scale * ratio;
      context.imageSmoothingEnabled = scale * region.width / plane.width < 4;
      context.imageSmoothingQuality = "high";
      context.drawImage(this.buffer, left * ratio, top * ratio, region.width * scale, region.height * scale);
    }
    this.on.painted();
  }

  fillBuffer() {
    const { plane, buffer } = this, greys = greyTable(plane, this.window, this.inverted);
    const colours = new Uint32Array(greys.length);
    for (let i = 0; i < greys.length; i++) colours[i] = 0xff000000 | (greys[i] * 0x010101);
    if (buffer.width !== plane.width || buffer.height !== plane.height) {
      buffer.width = plane.width;
      buffer.height = plane.height;
    }
    const context = buffer.getContext("2d");
    const image = context.createImageData(plane.width, plane.height), pixels = new Uint32Array(image.data.buffer), { samples } = plane;
    for (let i = 0; i < samples.length; i++) pixels[i] = colours[samples[i]];
    context.putImageData(image, 0, 0);
    this.stale = false;
  }

  place(event) {
    const box = this.stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  listen() {
    const { stage } = this;
    stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomBy(Math.exp(-Math.sign(event.deltaY) * Math.min(100, Math.abs(event.deltaY)) / 400), ...this.place(event));
    }, { passive: false });
    stage.addEventListener("dblclick", () => this.on.reset());
    stage.addEventListener("contextmenu", (event) => event.preventDefault());
    stage.addEventListener("pointerdown", (event) => {
      if (!this.image || event.target.closest("a, button")) return;
      stage.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, this.place(event));
    });
    stage.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) {
      stage.addEventListener(name, (event) => {
        if (this.pointers.delete(event.pointerId)) this.on.dragEnd();
      });
    }
    stage.addEventListener("pointerleave", () => this.on.pointer(null));
  }

  move(event) {
    const now = this.place(event), before = this.pointers.get(event.pointerId);
    this.on.pointer(this.probe(...now));
    if (!before) return;
    if (this.pointers.size === 2) {
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
      const middle = (p) => [(p[0] + other[0]) / 2, (p[1] + other[1]) / 2], apart = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]);
      const [from, to] = [middle(before), middle(now)];
      this.panBy(to[0] - from[0], to[1] - from[1]);
      if (apart(before) > 10) this.zoomBy(apart(now) / apart(before), ...to);
    } else if (this.pointers.size === 1) {
      const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
      const pans = this.pans !== event.shiftKey || (event.buttons & 4) !== 0;
      if (pans) this.panBy(dx, dy);
      else this.on.windowDrag(dx, dy);
    }
    this.pointers.set(event.pointerId, now);
  }
}
