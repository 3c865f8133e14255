// What is drawn over an image: boxes of raters, of the truth and of predictions.

import { colourOf } from "./boxes.js";

const isGiven = (value) => value !== null && value !== undefined;

// Items for Boxes. details: the image; review: predictions on it, or null; threshold: the confidence below which they are left out.
export function findingsOf(details, review, classes, layers, threshold) {
  const nameOf = (id) => classes.find((c) => c.id === id)?.name ?? `class ${id}`;
  const items = [];
  if (layers.raters) {
    details.raters.forEach((rater, i) => rater.boxes.forEach((b) => items.push(
      { kind: "rater", name: `${rater.rater} ${nameOf(b.classId)}`, box: b.box, colour: colourOf(i) })));
  }
  if (layers.truth && review) {
    for (const t of review.truths) items.push({ kind: isGiven(t.foundAt) && t.foundAt >= threshold ? "found" : "missed", name: nameOf(t.classId), box: t.box });
  } else if (layers.truth) {
    for (const b of details.consensus) {
      items.push({ kind: "consensus", name: nameOf(b.classId), box: b.box, colour: colourOf(classes.findIndex((c) => c.id === b.classId)), weight: b.weight });
    }
  }
  if (layers.predictions && review) {
    for (const d of review.detections.filter((d) => d.confidence >= threshold)) {
      items.push({ kind: isGiven(d.truth) ? "matched" : "false", name: `${nameOf(d.classId)} ${d.confidence.toFixed(2)}`, box: d.box });
    }
  }
  return items;
}
