// Where icons are drawn from.

let sprite = new URL('../icons.svg', import.meta.url).href;

/** Where an icon is. @param {string} name */
export const iconAddress = name => `${sprite}#${name}`;

/** For pages of other origins, into which `<use>` does not reach: the icons are in the tree that draws them. */
export function bringIcons() {
  sprite = '';
}
