// What all elements of the pages share: they draw into the page itself, which the style sheets dress.
import { LitElement } from '../vendor/lit.js';

/** What is drawn by now has been painted: to do more in the same frame would keep the page busy for too long. */
export const painted = () => new Promise(done => { requestAnimationFrame(() => setTimeout(done)); });

export class Element extends LitElement {
  createRenderRoot() {
    return this;
  }

  /** @param {string} name @param {unknown} [detail] */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
