/** What people say, over and over: every message leads to a turn with a form, slots and an answer. */
const SCRIPT = [
  'i have a problem with my email',
  'anything@example.com',
  '/inform{"priority":"low"}',
  "Can't log in to my email",
  '/affirm',
  'thanks',
];

/**
 * Takes `total` turns over REST, `concurrency` conversations at a time.
 * @returns turns a second and the latencies in milliseconds, sorted.
 */
export async function measureTurns(url, total, concurrency, prefix) {
  const latencies = [];
  let left = total;
  const talk = async (sender) => {
    for (let i = 0; left-- > 0; i++) {
      const begun = performance.now();
      const response = await fetch(`${url}/webhooks/rest/webhook`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sender, message: SCRIPT[i % SCRIPT.length] }),
      });
      const answers = await response.json();
      if (response.status !== 200 || answers.length === 0) throw new Error(`no answer: ${JSON.stringify(answers)}`);
      latencies.push(performance.now() - begun);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: concurrency }, (_, i) => talk(`${prefix}-${i}`)));
  const seconds = (performance.now() - begun) / 1_000;
  return { perSecond: total / seconds, latencies: latencies.sort((a, b) => a - b) };
}

export const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

export const median = (values) =>
  percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
