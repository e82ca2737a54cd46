/** A sparse vector of one featurizer: ascending `indices` below `dimension` with their `values`. */
export interface FeatureBlock {
  indices: Int32Array;
  values: Float32Array;
  dimension: number;
}

/** A block that has a number for every index; none when all are 0. */
export const denseBlock = (values: Float32Array): FeatureBlock => {
  const { length: dimension } = values;
  if (values.every((value) => value === 0)) return { indices: new Int32Array(), values: new Float32Array(), dimension };
  const indices = new Int32Array(dimension);
  for (let at = 0; at < dimension; at++) indices[at] = at;
  return { indices, values, dimension };
};
