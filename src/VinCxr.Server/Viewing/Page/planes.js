// Planes of the images seen last, so that going back and forth asks for nothing twice.

import { getPlane } from "./api.js";
import { measure } from "./windowing.js";

const kept = 4;

// Longest sides that are asked for, pixels.
export const sizes = [1024, 2048, 4096];

export class Planes {
  constructor() {
    this.planes = new Map();
  }

  async of(reference, image, size, transform, signal) {
    const key = `${reference} ${image} ${size} ${transform ?? ""}`;
    let found = this.planes.get(key);
    if (!found) {
      found = await getPlane(reference, image, size, transform, signal);

      // A table of values cannot be dragged like a window: the server applies it.
      if (found.voi === "LUT") found = await getPlane(reference, image, size, "none", signal);
      measure(found);
    }
    this.planes.delete(key);
    this.planes.set(key, found);
    while (this.planes.size > kept) this.planes.delete(this.planes.keys().next().value);
    return found;
  }
}
