// What all elements of the pages share: they draw into the page itself, which the style sheets dress.
import { LitElement } from '../vendor/lit.js';

export class Element extends LitElement {
  createRenderRoot() {
    return this;
  }

  /** @param {string} name @param {unknown} [detail] */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
