// What the browser keeps for this person. Without storage (a private window, a full disk) nothing is kept, and
// everything else works.

const PREFIX = 'support:';

/** @param {() => Storage} storage */
const keep = storage => ({
  /** @param {string} key */
  read(key) {
    try {
      return storage().getItem(PREFIX + key);
    } catch {
      return null;
    }
  },
  /** @param {string} key @param {string | null} value */
  write(key, value) {
    try {
      if (value === null) storage().removeItem(PREFIX + key);
      else storage().setItem(PREFIX + key, value);
    } catch {
      // Not kept.
    }
  },
});

/** Kept for good. */
export const local = keep(() => localStorage);

/** Kept until the tab is closed. */
export const tab = keep(() => sessionStorage);
