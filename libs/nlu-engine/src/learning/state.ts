/** What a trained component needs to be loaded again: JSON values and typed arrays. */
export type State =
  null | boolean | number | string | Int32Array | Uint16Array | Float32Array | State[] | { [key: string]: State };
