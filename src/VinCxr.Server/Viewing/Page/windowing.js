// From samples to grey values: windows as DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3 define them, over a table of all 65,536 samples.

const codes = 65536;

export function valueOf(plane, sample) {
  return plane.low + sample * (plane.high - plane.low) / (codes - 1);
}

function level(value, window, voi) {
  const { center, width } = window;
  if (voi === "SIGMOID") return 1 / (1 + Math.exp(-4 * (value - center) / width));
  if (voi === "LINEAR" && width >= 1) {
    const half = (width - 1) / 2;
    if (value <= center - 0.5 - half) return 0;
    if (value > center - 0.5 + half) return 1;
    return (value - (center - 0.5)) / (width - 1) + 0.5;
  }
  return Math.min(1, Math.max(0, (value - center) / width + 0.5));
}

// Grey 0 to 255 of every sample.
export function greyTable(plane, window, inverted) {
  const table = new Uint8Array(codes);
  const flip = inverted !== plane.inverted;
  for (let sample = 0; sample < codes; sample++) {
    const shown = level(valueOf(plane, sample), window, plane.voi);
    table[sample] = Math.round((flip ? 1 - shown : shown) * 255);
  }
  return table;
}

// Counts once, for the automatic window and the speed of dragging.
export function measure(plane) {
  const histogram = new Uint32Array(codes);
  for (const sample of plane.samples) histogram[sample]++;
  const at = (share) => {
    let left = Math.max(1, Math.ceil(share * plane.samples.length));
    for (let sample = 0; sample < codes; sample++) {
      left -= histogram[sample];
      if (left <= 0) return sample;
    }
    return codes - 1;
  };
  const range = (low, high) => {
    const [a, b] = [valueOf(plane, at(low)), valueOf(plane, at(high))];
    return { low: Math.min(a, b), high: Math.max(a, b) };
  };
  plane.range = range(0, 1);
  plane.middle = range(0.005, 0.995);
}

export function autoWindow(plane) {
  const { low, high } = plane.middle.high > plane.middle.low ? plane.middle : plane.range;
  const least = Math.abs(plane.high - plane.low) / (codes - 1);

  // Of LINEAR the width counts values, both ends included; its centre lies half a value above the middle.
  return plane.voi === "LINEAR"
    ? { center: Math.round((low + high + 1) / 2), width: Math.max(2, Math.round(high - low + 1)) }
    : { center: (low + high) / 2, width: Math.max(least, high - low) };
}

export function firstWindow(plane, transformed) {
  return transformed ? { center: 0.5, width: 1 } : plane.window ?? autoWindow(plane);
}

// A window after a drag: across for its width, down for its centre; a drag over 512 pixels goes over all values of the image.
export function dragged(plane, window, dx, dy) {
  const span = Math.max(plane.range.high - plane.range.low, Math.abs(plane.high - plane.low) / (codes - 1)) / 512;
  return { center: window.center + dy * span, width: Math.max(plane.voi === "LINEAR" ? 1 : span / 100, window.width + dx * span) };
}
