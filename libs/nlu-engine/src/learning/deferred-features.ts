import { type FeatureBlock } from './feature-block.js';

/** Features that are computed when somebody asks for them, and then only once. */
export class DeferredFeatures {
  private block: Promise<FeatureBlock | undefined> | undefined;

  /**
   * @param compute resolves with undefined while the features cannot be had.
   * @param known the features where they are there already, as in training.
   */
  constructor(
    private readonly compute: () => Promise<FeatureBlock | undefined>,
    readonly known?: FeatureBlock,
  ) {}

  static of(block: FeatureBlock): DeferredFeatures {
    return new DeferredFeatures(() => Promise.resolve(block), block);
  }

  /** Undefined when they cannot be had now. */
  get(): Promise<FeatureBlock | undefined> {
    return (this.block ??= this.compute());
  }
}
