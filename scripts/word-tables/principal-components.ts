const ROUNDS = 20;

/**
 * Projects each vector on the principal components of the first `common` vectors. Finds the components by subspace
 * iteration on the covariance.
 */
export function principalComponents(
  vectors: readonly (readonly number[])[],
  components: number,
  common: number,
): number[][] {
  const chosen = vectors.slice(0, common);
  const size = chosen[0]?.length ?? 0;
  const mean = Array.from({ length: size }, (_, at) => chosen.reduce((sum, v) => sum + v[at]!, 0) / common);
  const centredOf = (vector: readonly number[]) => Float64Array.from(mean, (value, at) => vector[at]! - value);
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  for (const vector of chosen) {
    const centred = centredOf(vector);
    for (const [a, row] of covariance.entries()) for (let b = 0; b < size; b++) row[b]! += centred[a]! * centred[b]!;
  }
  let directions = covariance.slice(0, components).map((row) => row.slice());
  for (let round = 0; round < ROUNDS; round++) {
    directions = directions.map((direction) => Float64Array.from(covariance, (row) => dot(row, direction)));
    directions.forEach((direction, at) => {
      for (const earlier of directions.slice(0, at)) {
        const share = dot(direction, earlier);
        for (let i = 0; i < size; i++) direction[i]! -= share * earlier[i]!;
      }
      directions[at] = Float64Array.from(unit(direction));
    });
  }
  return vectors.map((vector) => {
    const centred = centredOf(vector);
    return directions.map((direction) => dot(direction, centred));
  });
}

/** The vector scaled to length 1. */
export function unit(vector: ArrayLike<number>): number[] {
  const values = Array.from(vector);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
  return values.map((value) => value / length);
}

function dot(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, at) => sum + value * other[at]!, 0);
}
