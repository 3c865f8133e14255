// Which images the list shows, and what it says of each.

// Whether an image of a review holds a false or a missed box at a confidence threshold.
export function hasError(image, threshold) {
  return (image.highestFalse !== null && image.highestFalse !== undefined && image.highestFalse >= threshold)
    || (image.allFoundUpTo ?? -1) < threshold;
}

// Whether the list shows an image under the filters of the page's state.
export function isWanted(image, source, state) {
  const classId = state.class === null ? null : Number(state.class);
  const noFinding = source.dataset.classes.find((c) => c.name === "No finding")?.id;
  return (classId === null || image.classes.includes(classId) || (classId === noFinding && image.isNormal === true))
    && (!state.errors || !source.reviews || hasError(image, state.conf));
}

export function badgeOf(image, source, state) {
  if (source.reviews) return hasError(image, state.conf) ? { kind: "error", text: "error" } : { kind: "right", text: image.classes.length ? "found" : "normal" };
  if (image.isNormal === null || image.isNormal === undefined) return { kind: "normal", text: "unread" };
  return image.isNormal ? { kind: "normal", text: "normal" } : { kind: "finding", text: `${image.classes.length} class${image.classes.length === 1 ? "" : "es"}` };
}
