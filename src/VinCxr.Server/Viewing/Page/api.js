// The server's REST API, as far as the viewer needs it.

const root = "/api/v1";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(path, signal) {
  const response = await fetch(root + path, { signal, headers: { Accept: "application/json" } });
  if (response.ok) return response;
  let detail = response.statusText;
  try {
    detail = (await response.json()).detail ?? detail;
  } catch {
    // Not from the server itself but from something on the way.
  }
  throw new Refused(response.status, response.status === 403 ? "Images of patients are only for callers who may see patients." : detail);
}

const part = encodeURIComponent;

export async function getJson(path, signal) {
  return (await ask(path, signal)).json();
}

// All items of a paged list, page by page as they come.
export async function* pages(path, signal) {
  const join = path.includes("?") ? "&" : "?";
  let cursor = null;
  do {
    const page = await getJson(`${path}${join}limit=1000${cursor ? `&cursor=${part(cursor)}` : ""}`, signal);
    yield page.items;
    cursor = page.next;
  } while (cursor);
}

export const paths = {
  datasets: () => "/datasets",
  dataset: (reference) => `/datasets/${part(reference)}`,
  images: (reference) => `/datasets/${part(reference)}/images`,
  image: (reference, image) => `/datasets/${part(reference)}/images/${part(image)}`,
  trial: (trial) => `/trials/${part(trial)}`,
  sweep: (sweep) => `/sweeps/${part(sweep)}`,
  leaderboard: (sweep) => `/sweeps/${part(sweep)}/leaderboard`,
  trialImages: (trial) => `/trials/${part(trial)}/images`,
  ensembleImages: (sweep, ensemble) => `/sweeps/${part(sweep)}/ensembles/${part(ensemble)}/images`,
  transforms: () => "/transforms",
};

function numbers(headers, name) {
  const text = headers.get(name);
  return text ? text.split(",").map(Number) : [];
}

// Samples with what the headers say of them.
export async function getPlane(reference, image, size, transform, signal) {
  const query = `size=${size}${transform ? `&transform=${part(transform)}` : ""}`;
  const response = await ask(`${paths.image(reference, image)}/plane?${query}`, signal);
  const [width, height] = numbers(response.headers, "Plane-Size");
  const [x, y, regionWidth, regionHeight] = numbers(response.headers, "Plane-Region");
  const [low, high] = numbers(response.headers, "Plane-Values");
  const windows = numbers(response.headers, "Plane-Windows");
  const bytes = await response.arrayBuffer();
  return {
    width, height, low, high, size,
    region: { x, y, width: regionWidth, height: regionHeight },
    window: windows.length > 1 ? { center: windows[0], width: windows[1] } : null,
    voi: transform ? "LINEAR_EXACT" : response.headers.get("Plane-Voi"),
    inverted: response.headers.get("Plane-Inverted") === "true",
    samples: samplesOf(bytes),
  };
}

// One byte a cell, with what the headers say of them.
export async function getActivation(trial, image, signal) {
  const response = await ask(`${paths.trialImages(trial)}/${part(image)}/activation`, signal);
  const rectangle = (name) => {
    const [x, y, width, height] = numbers(response.headers, name);
    return { x, y, width, height };
  };
  const [width, height] = numbers(response.headers, "Activation-Size"), [peak] = numbers(response.headers, "Activation-Peak");
  return { width, height, peak, area: rectangle("Activation-Area"), seen: rectangle("Activation-Seen"), cells: new Uint8Array(await response.arrayBuffer()) };
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function samplesOf(bytes) {
  if (isLittleEndian) return new Uint16Array(bytes);
  const view = new DataView(bytes);
  return Uint16Array.from({ length: bytes.byteLength / 2 }, (_, i) => view.getUint16(2 * i, true));
}
