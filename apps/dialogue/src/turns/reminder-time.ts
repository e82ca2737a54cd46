const LAST_YEAR = 9_999;
/** Maximum length of a name, because index entries must be small. */
const MAX_NAME_LENGTH = 500;

/** Reads a time in ISO 8601. A time without a zone is UTC, like the naive times that Rasa writes. */
export function momentOf(written: string): Date | undefined {
  const hasZone = /(?:z|[+-]\d\d:?\d\d)$/i.test(written);
  const moment = new Date(hasZone || !written.includes('T') ? written : `${written}Z`);
  const year = moment.getUTCFullYear();
  return year > 0 && year <= LAST_YEAR ? moment : undefined;
}

/** Whether the database can hold a reminder of this name. */
export const isStorableName = (name: string | null | undefined): name is string =>
  typeof name === 'string' && name.length <= MAX_NAME_LENGTH && !name.includes('\0');
