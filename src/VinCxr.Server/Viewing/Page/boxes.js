// Boxes over the picture, as SVG in pixels of the stage so that lines and names keep their size.

const space = "http://www.w3.org/2000/svg";

// Apart from each other for people with colour blindness (after Okabe and Ito 2008), on dark pictures.
const palette = ["#e69f00", "#56b4e9", "#00c48c", "#f0e442", "#ff6e40", "#e58bc0", "#4f8cff", "#b5e61d", "#c49cff", "#ff4d6d", "#00e5e5", "#d2a679", "#a0a0ff", "#ffffff"];

export function colourOf(place) {
  return palette[((place % palette.length) + palette.length) % palette.length];
}

function element(name, attributes) {
  const made = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// Boxes to draw: { kind, name, box, colour } with kind consensus, rater, found, missed, matched or false.
export class Boxes {
  constructor(svg, stage) {
    Object.assign(this, { svg, stage, items: [], groups: [], texts: [], marked: null });
  }

  set(items, names) {
    Object.assign(this, { items, marked: null });
    this.groups = items.map((item, i) => this.make(item, i));
    this.texts = names ? items.map((item) => this.name(item)) : [];

    // Names lie above all lines, or the box of one would strike through the name of another.
    this.svg.replaceChildren(...this.groups, ...this.texts);
    this.place();
  }

  name(item) {
    const text = element("text", { class: `name ${item.kind}` });
    text.textContent = item.name;
    if (item.colour) text.setAttribute("fill", item.colour);
    return text;
  }

  make(item, index) {
    const group = element("g", { class: `box ${item.kind}`, "data-testid": "box", "data-kind": item.kind, "data-name": item.name, "data-index": index });
    for (const layer of ["under", "line"]) group.append(element("rect", { class: layer, fill: "none" }));
    if (item.colour) group.lastChild.setAttribute("stroke", item.colour);
    return group;
  }

  mark(index) {
    this.groups[this.marked]?.classList.remove("marked");
    this.marked = index;
    this.groups[index]?.classList.add("marked");
  }

  place() {
    if (!this.stage.image) return;
    const taken = [];
    this.items.forEach((item, i) => {
      const [left, top] = this.stage.toStage(item.box.xMin, item.box.yMin), [right, bottom] = this.stage.toStage(item.box.xMax, item.box.yMax);
      for (const rect of this.groups[i].children) {
        for (const [key, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top })) rect.setAttribute(key, value.toFixed(2));
      }
      const text = this.texts[i];
      if (text) {
        const [x, y] = free(taken, left, top, bottom, item.name.length * 7);
        text.setAttribute("x", x.toFixed(1));
        text.setAttribute("y", y.toFixed(1));
      }
    });
  }
}

// Above the box, or a line higher or inside where another name is in the way already.
function free(taken, left, top, bottom, width) {
  const line = 15;
  let choice = [left, Math.max(12, top - 4)];
  for (const y of [top - 4, top - 4 - line, top + line - 2, bottom + line - 3, top - 4 - 2 * line, top + 2 * line]) {
    if (y >= 12 && !taken.some((t) => Math.abs(t.y - y) < line - 1 && left < t.right && left + width > t.left)) {
      choice = [left, y];
      break;
    }
  }
  taken.push({ left, right: left + width, y: choice[1] });
  return choice;
}
