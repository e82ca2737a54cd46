/** The pipeline or the training data cannot be trained as written. The message names the component and the option. */
export class NluConfigError extends Error {
  override readonly name = 'NluConfigError';

  constructor(
    message: string,
    readonly component?: string,
    readonly option?: string,
  ) {
    super([component, option].filter(Boolean).join('.') + (component ? ': ' : '') + message);
  }
}

/** Bytes that are not a model of this version, whole and undamaged. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
}
