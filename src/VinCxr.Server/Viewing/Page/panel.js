// The panel beside the picture: what is known of the image and its boxes, in words.

function option(text, value, selected) {
  const made = document.createElement("option");
  Object.assign(made, { textContent: text, value, selected });
  return made;
}

function entry(term, text) {
  const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
  [dt.textContent, dd.textContent] = [term, text];
  return [dt, dd];
}

const kinds = { consensus: "consensus", rater: "rater", found: "true, found", missed: "true, missed", matched: "matched", false: "false" };

export class Panel {
  constructor($, mark) {
    Object.assign(this, { $, mark });
  }

  setClasses(classes, chosen) {
    this.$("class").replaceChildren(option("all", "", chosen === null), ...classes.map((c) => option(c.name, `${c.id}`, `${c.id}` === chosen)));
  }

  setReviewed(isReviewed) {
    for (const id of ["next-error", "errors-label", "layer-predictions-label", "legend", "no-finding"]) this.$(id).hidden = !isReviewed;
    this.$("confidence").closest("label").hidden = !isReviewed;
  }

  // Null where there is no sweep to choose from.
  setChoices(choices, current) {
    this.$("review").hidden = !choices;
    if (choices) this.$("source").replaceChildren(...choices.map((c) => option(c.text, c.value, c.value === current)));
  }

  setTransforms(steps) {
    this.$("transforms").replaceChildren(...steps.map((s) => option(s.summary, s.name, false)));
  }

  setConfidence(value) {
    this.$("confidence").value = value;
    this.$("confidence-text").textContent = value.toFixed(2);
  }

  setWindow({ center, width }) {
    this.$("center").value = Number(center.toPrecision(6));
    this.$("width").value = Number(width.toPrecision(6));
  }

  setImage(details, review) {
    const facts = [
      ["Id", details.id], ["Size", `${details.columns} × ${details.rows}`], ["Photometric", details.photometric], ["Bits stored", `${details.bitsStored}`],
      ...Object.entries(details.header), ["Transfer syntax", details.transferSyntax],
      ["Raters", details.raters.map((r) => r.rater).join(", ") || "none"],
    ];
    this.$("facts").replaceChildren(...facts.flatMap(([term, text]) => entry(term, text)));
    this.$("no-finding").textContent = review?.noFinding !== null && review?.noFinding !== undefined ? `Says no finding with ${review.noFinding.toFixed(2)}.` : "";
  }

  setFindings(items, details, review, threshold) {
    if (review) {
      const detections = review.detections.filter((d) => d.confidence >= threshold);
      const matched = detections.filter((d) => d.truth !== null && d.truth !== undefined).length;
      this.$("count-matched").textContent = matched;
      this.$("count-missed").textContent = review.truths.length - matched;
      this.$("count-false").textContent = detections.length - matched;
    }
    const rows = items.map((item, index) => {
      const row = document.createElement("li"), button = document.createElement("button"), key = document.createElement("span"), kind = document.createElement("small");
      key.className = `key ${item.kind}`;
      if (item.colour) key.style.borderColor = item.colour;
      kind.textContent = item.weight !== undefined ? `${Math.round(item.weight * 100)} % of raters` : kinds[item.kind];
      button.append(key, item.name, kind);
      button.addEventListener("click", () => this.mark(index));
      row.append(button);
      return row;
    });
    if (rows.length === 0) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = details.isNormal === true && !review ? "No finding, say the raters." : "No boxes in these layers.";
      rows.push(none);
    }
    this.$("findings").replaceChildren(...rows);
  }
}
