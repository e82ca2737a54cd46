const ROUNDS = 12;

/** The cluster of each vector by Lloyd's algorithm. The first centres are spread evenly over the ranks of the words. */
export function kMeans(vectors: readonly Float64Array[], count: number): Uint16Array {
  const size = vectors[0]?.length ?? 0;
  let centres = Array.from({ length: count }, (_, at) =>
    vectors[Math.floor((at * vectors.length) / count / 4)]!.slice(),
  );
  const assigned = new Uint16Array(vectors.length);
  for (let round = 0; round < ROUNDS; round++) {
    const lengths = centres.map((centre) => centre.reduce((sum, value) => sum + value * value, 0));
    vectors.forEach((vector, at) => {
      let best = Infinity;
      for (const [index, centre] of centres.entries()) {
        let dot = 0;
        for (let i = 0; i < size; i++) dot += vector[i]! * centre[i]!;
        const distance = lengths[index]! - 2 * dot;
        if (distance < best) [best, assigned[at]] = [distance, index];
      }
    });
    const sizes = new Int32Array(count);
    const sums = centres.map(() => new Float64Array(size));
    vectors.forEach((vector, at) => {
      const cluster = assigned[at]!;
      const sum = sums[cluster]!;
      sizes[cluster]!++;
      for (let i = 0; i < size; i++) sum[i]! += vector[i]!;
    });
    centres = sums.map((sum, at) => (sizes[at]! > 0 ? sum.map((value) => value / sizes[at]!) : centres[at]!));
  }
  return assigned;
}
