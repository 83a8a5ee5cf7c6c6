// Which part of a long list is drawn: never more than so many, wherever one looks.

/** So many are drawn at first, at most, and more at a time. */
export const FIRST = 100;
export const MOST = 300;
const STEP = 100;

export class Window {
  from = 0;
  to = 0;

  /** The end of a list, or what is around a place in it. @param {number} length @param {number} [around] */
  open(length, around = length) {
    this.from = Math.max(0, Math.min(length - FIRST, around - FIRST / 2));
    this.to = Math.min(length, Math.max(this.from + FIRST, this.from + MOST));
  }

  /** The list has grown, at its beginning by so many. @param {number} length @param {number} before @param {boolean} toEnd whether its end is shown */
  grow(length, before, toEnd) {
    this.from += before;
    this.to = toEnd ? length : Math.min(length, this.to + before);
    if (toEnd) this.from = Math.max(this.from, length - MOST);
    this.to = Math.min(this.to, this.from + MOST);
  }

  /** Whether there was more to show above. */
  up() {
    if (this.from === 0) return false;
    this.from = Math.max(0, this.from - STEP);
    this.to = Math.min(this.to, this.from + MOST);
    return true;
  }

  /** Whether there was more to show below. @param {number} length */
  down(length) {
    if (this.to >= length) return false;
    this.to = Math.min(length, this.to + STEP);
    this.from = Math.max(this.from, this.to - MOST);
    return true;
  }
}
