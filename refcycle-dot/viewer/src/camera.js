// Zoom and pan.

const LEAST = 0.04;
const MOST_ZOOM = 3;

export class Camera {
  constructor(surface, world) {
    this.surface = surface;
    this.world = world;
    this.x = 0;
    this.y = 0;
    this.zoom = 1;
    this.dragged = false;
    surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    surface.addEventListener("pointerdown", (event) => this.press(event));
  }

  apply(smooth = false) {
    this.world.classList.toggle("smooth", smooth);
    // A style, because an attribute is not animated.
    this.world.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.zoom})`;
  }

  size() {
    const { width, height } = this.surface.getBoundingClientRect();
    return [width, height];
  }

  zoomBy(factor, x, y) {
    const [width, height] = this.size();
    x ??= width / 2;
    y ??= height / 2;
    const zoom = Math.min(MOST_ZOOM, Math.max(LEAST, this.zoom * factor));
    this.x = x - ((x - this.x) * zoom) / this.zoom;
    this.y = y - ((y - this.y) * zoom) / this.zoom;
    this.zoom = zoom;
    this.apply();
  }

  panBy(x, y) {
    this.x += x;
    this.y += y;
    this.apply();
  }

  /** Zooms to a rectangle of the picture. */
  fit({ left, top, width, height }, smooth = true) {
    const [w, h] = this.size();
    const margin = 40;
    this.zoom = Math.max(LEAST, Math.min(1.15, (w - margin) / width, (h - margin) / height));
    this.x = (w - width * this.zoom) / 2 - left * this.zoom;
    this.y = (h - height * this.zoom) / 2 - top * this.zoom;
    this.apply(smooth);
  }

  /** Moves a point of the picture to a place on the surface. */
  pin([x, y], [atX, atY], zoom = this.zoom, smooth = true) {
    this.zoom = zoom;
    this.x = atX - x * zoom;
    this.y = atY - y * zoom;
    this.apply(smooth);
  }

  /** Removes the margin at sides where the picture continues. */
  fill({ left, top, width, height }, margin = 24) {
    const inside = (at, start, length, room) => {
      const [first, whole] = [at + start * this.zoom, length * this.zoom];
      const wanted = whole <= room ? (room - whole) / 2 : Math.min(margin, Math.max(room - margin - whole, first));
      return wanted - start * this.zoom;
    };
    const [w, h] = this.size();
    this.x = inside(this.x, left, width, w);
    this.y = inside(this.y, top, height, h);
    this.apply(true);
  }

  /** Whether a rectangle of the picture is fully visible. */
  sees({ left, top, width, height }) {
    const [x, y] = this.onSurface([left, top]);
    const [w, h] = this.size();
    return x >= 0 && y >= 0 && x + width * this.zoom <= w && y + height * this.zoom <= h;
  }

  /** Pans as little as possible to make a rectangle visible, if it fits. */
  bring({ left, top, width, height }, margin = 24) {
    const moved = (at, start, length, room) => {
      const [first, whole] = [at + start * this.zoom, length * this.zoom];
      if (first < margin) return at + margin - first;
      return Math.min(at, at + Math.max(room - margin - whole - first, margin - first));
    };
    const [w, h] = this.size();
    this.x = moved(this.x, left, width, w);
    this.y = moved(this.y, top, height, h);
    this.apply(true);
  }

  onSurface([x, y]) {
    return [this.x + x * this.zoom, this.y + y * this.zoom];
  }

  wheel(event) {
    event.preventDefault();
    const box = this.surface.getBoundingClientRect();
    const lines = event.deltaMode === 1 ? 30 : 1;
    const factor = Math.exp(-event.deltaY * lines * 0.0016);
    this.zoomBy(factor, event.clientX - box.left, event.clientY - box.top);
  }

  press(event) {
    if (event.button !== 0) return;
    let [x, y] = [event.clientX, event.clientY];
    const start = [x, y];
    this.dragged = false;
    const move = (now) => {
      if (Math.hypot(now.clientX - start[0], now.clientY - start[1]) > 4) this.dragged = true;
      if (this.dragged) this.panBy(now.clientX - x, now.clientY - y);
      [x, y] = [now.clientX, now.clientY];
    };
    const up = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
  }
}
