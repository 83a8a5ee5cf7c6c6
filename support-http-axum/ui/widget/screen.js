// How the panel stands on the page: beside it where there is room, and in its place on a phone.

/** @import { Panel } from './panel.js' */

const PHONE = matchMedia('(max-width: 520px)');

export class Screen {
  #panel;
  #leave;
  #isModal = false;
  #overflow = '';

  /** @param {Panel} panel @param {() => void} leave what minimizes it */
  constructor(panel, leave) {
    this.#panel = panel;
    this.#leave = leave;
    PHONE.addEventListener('change', () => {
      if (!panel.isShown) return;
      this.hide();
      this.show();
    });
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.#panel.querySelector('dialog.panel'));
  }

  show() {
    const dialog = this.#dialog;
    if (dialog.open) return;
    this.#isModal = PHONE.matches;
    dialog.ariaModal = String(this.#isModal);
    if (!this.#isModal) {
      // `show()` would take the focus, also where the panel only follows from another page.
      dialog.setAttribute('open', '');
      return;
    }
    dialog.showModal();
    const { style } = document.documentElement;
    this.#overflow = style.overflow;
    style.setProperty('overflow', 'hidden', 'important');
  }

  hide() {
    const dialog = this.#dialog;
    const hadFocus = this.#panel.contains(/** @type {ShadowRoot} */ (this.#panel.getRootNode()).activeElement);
    dialog.close();
    if (this.#isModal) document.documentElement.style.setProperty('overflow', this.#overflow);
    this.#isModal = false;
    if (hadFocus) /** @type {HTMLElement | null} */ (/** @type {ShadowRoot} */ (this.#panel.getRootNode()).querySelector('.launcher'))?.focus();
  }

  /** A phone's own way back minimizes. */
  cancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    this.#leave();
  };

  /** To the page, a key that is pressed in the widget is pressed on an element that is no field: its shortcuts would run. */
  keep = (/** @type {KeyboardEvent} */ event) => event.stopPropagation();

  pressed = (/** @type {KeyboardEvent} */ event) => {
    event.stopPropagation();
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    this.#leave();
  };
}
