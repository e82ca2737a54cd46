/** Values that outlive a reload. A browser may forbid storage; then the page works without. */
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
      // Kept for this page only.
    }
  },
};
