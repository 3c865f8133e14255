// Where images and predictions come from: a data set, a trial or an ensemble.

import { getJson, paths } from "./api.js";

// What the address names, resolved: { reference, dataset, sweep, name, list, reviews, maps }; maps is { trial } or { reason } why there are none.
export async function resolve(state, signal) {
  let sweep = null, maps = null;
  if (state.trial) {
    const trial = await getJson(paths.trial(state.trial), signal);
    maps = trial.activationMapsBlob ? { trial: state.trial } : { reason: "This trial stored no activation maps." };
    sweep = await getJson(paths.sweep(trial.summary.sweepId), signal);
  } else if (state.sweep) {
    sweep = await getJson(paths.sweep(state.sweep), signal);
  }
  const reference = sweep ? `${sweep.summary.dataset}@sha256:${sweep.datasetVersion}` : state.dataset;
  if (!reference) return null;
  const dataset = await getJson(paths.dataset(reference), signal);
  const list = state.trial ? paths.trialImages(state.trial) : state.ensemble && sweep ? paths.ensembleImages(sweep.summary.id, state.ensemble) : null;
  if (list && !state.trial) maps = { reason: "An ensemble has no map of its own: choose one of its trials." };
  const name = state.trial ? `trial ${state.trial}` : list ? `${sweep.summary.name} ${state.ensemble}` : dataset.name;
  return { reference, dataset, sweep, name, list: list ?? paths.images(reference), reviews: list, maps };
}

// Sweeps on a data set that have something to show.
export async function sweepsOn(dataset, signal) {
  const { items } = await getJson("/sweeps?limit=100", signal);
  const choices = items.filter((s) => s.dataset === dataset.name && s.finished > s.failed).map((s) => ({ text: `sweep ${s.name} (${s.id})`, value: `sweep ${s.id}` }));
  return choices.length ? [{ text: "no predictions", value: "" }, ...choices] : null;
}

// What else could be shown of the sweep: its ensembles, and the best variants' trials fold by fold.
export async function choicesOf(sweep, current, signal) {
  const board = await getJson(paths.leaderboard(sweep.summary.id), signal);
  const choices = [{ text: "no predictions", value: "" }];
  for (const row of board.ensembles) {
    if (row.predictionsBlob) choices.push({ text: `ensemble ${row.id} · mAP ${row.map40.toFixed(3)}`, value: `ensemble ${row.id}` });
  }
  for (const variant of board.variants.slice(0, 20)) {
    for (const fold of variant.folds) {
      choices.push({ text: `${variant.variant} fold ${fold.fold} · mAP ${fold.map40.toFixed(3)}`, value: `trial ${fold.trial}` });
    }
  }
  if (!choices.some((c) => c.value === current)) choices.push({ text: current, value: current });
  return choices;
}
