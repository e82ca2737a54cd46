/** Values that survive a reload. If the browser forbids storage, the page works without them. */
export const stored = {
  /**
   * @param {'localStorage' | 'sessionStorage'} storage
   * @param {string} name
   */
  read(storage, name) {
    try {
      return JSON.parse(window[storage].getItem(`helpdesk.${name}`) ?? 'null') ?? undefined;
    } catch {
      return undefined;
    }
  },
  /**
   * @param {'localStorage' | 'sessionStorage'} storage
   * @param {string} name
   * @param {unknown} value
   */
  write(storage, name, value) {
    try {
      window[storage].setItem(`helpdesk.${name}`, JSON.stringify(value));
    } catch {
      // The value is then lost after a reload.
    }
  },
};
