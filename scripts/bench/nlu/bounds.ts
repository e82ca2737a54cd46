/** Bounds of a row, by column. */
export type Bounds = Record<string, { least?: number; most?: number }>;

/** The figures by column. A figure that could not be measured is null or missing. */
export type Figures = Record<string, Record<string, number | null>>;

const least = (light: number, accurate: number): Bounds => ({ light: { least: light }, accurate: { least: accurate } });
const most = (light: number, accurate?: number): Bounds => ({
  light: { most: light },
  ...(accurate !== undefined && { accurate: { most: accurate } }),
});

/** The bounds by row and column. Other rows have no bound. */
export const bounds: Readonly<Record<string, Bounds>> = {
  'HWU64, intents': least(0.895, 0.905),
  'HWU64, 10 examples an intent': least(0.74, 0.79),
  'HWU64, intents, one typo in 10 letters': least(0.84, 0.84),
  'HWU64 fold 1, entities, exact span F1': least(0.8, 0.8),
  'SNIPS, intents': least(0.975, 0.975),
  'SNIPS, slots, exact span F1': least(0.945, 0.945),
  'AskUbuntu, intents': least(0.92, 0.92),
  'Chatbot, intents': least(0.98, 0.98),
  'helpdesk assistant, 10 × 5-fold': least(0.9, 0.92),
  'HWU64, calibration error': most(0.03),
  'HWU64, 10 examples an intent, calibration error': most(0.06),
  'training helpdesk, s': most(1),
  'training HWU64, intents, s': most(5),
  'training HWU64, intents and entities, s': most(30),
  'parse p50, ms': most(0.5, 10),
  'parse p99, ms': most(3, 40),
  'parse of the worst of 100 KB texts, ms': most(20, 40),
};

/** One line for each figure that misses its bound. */
export function missedBounds(figures: Figures): string[] {
  return Object.entries(figures).flatMap(([column, rows]) =>
    Object.entries(rows).flatMap(([row, value]) => {
      const { least: floor, most: ceiling } = bounds[row]?.[column] ?? {};
      if (value === null) return [];
      if (floor !== undefined && value < floor) return [`${column}: ${row} is ${value.toFixed(3)}, below ${floor}`];
      if (ceiling !== undefined && value > ceiling)
        return [`${column}: ${row} is ${value.toFixed(3)}, above ${ceiling}`];
      return [];
    }),
  );
}
