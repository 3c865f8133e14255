// The list of images. Data sets hold tens of thousands: only the rows in sight are in the page.

const rowHeight = 34;

export class ImageList {
  constructor(box, rows, choose) {
    Object.assign(this, { box, rows, choose, items: [], chosen: -1, badgeOf: () => null });
    box.addEventListener("scroll", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(box);
    rows.addEventListener("click", (event) => {
      const row = event.target.closest("[data-place]");
      if (row) choose(Number(row.dataset.place));
    });
  }

  // badgeOf: text and kind (error, normal, finding) for an image, or null.
  set(items, badgeOf) {
    Object.assign(this, { items, badgeOf });
    this.rows.style.height = `${items.length * rowHeight}px`;
    this.draw();
  }

  mark(place) {
    this.chosen = place;
    const top = place * rowHeight, { scrollTop, clientHeight } = this.box;
    if (place >= 0 && clientHeight > 0 && (top < scrollTop || top + rowHeight > scrollTop + clientHeight)) {
      this.box.scrollTop = top - clientHeight / 2 + rowHeight / 2;
    }
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / rowHeight) - 3);
    const last = Math.min(this.items.length, first + Math.ceil(this.box.clientHeight / rowHeight) + 6);
    const made = [];
    for (let place = first; place < last; place++) made.push(this.row(place));
    this.rows.replaceChildren(...made);
    const shown = this.chosen >= first && this.chosen < last;
    if (shown) this.box.setAttribute("aria-activedescendant", `row-${this.chosen}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  row(place) {
    const item = this.items[place], badge = this.badgeOf(item);
    const row = document.createElement("div");
    row.id = `row-${place}`;
    row.className = "row";
    row.dataset.place = place;
    row.dataset.testid = "row";
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", place === this.chosen);
    row.setAttribute("aria-setsize", this.items.length);
    row.setAttribute("aria-posinset", place + 1);
    row.style.top = `${place * rowHeight}px`;
    const id = document.createElement("span");
    id.className = "id";
    id.textContent = item.id;
    row.append(id);
    if (badge) {
      const mark = document.createElement("span");
      mark.className = `badge ${badge.kind}`;
      mark.textContent = badge.text;
      row.append(mark);
    }
    return row;
  }
}
