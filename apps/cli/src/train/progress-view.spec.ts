import { describe, expect, it } from '@jest/globals';
import { ProgressView } from './progress-view.js';

function viewOn(isTTY: boolean) {
  const written: string[] = [];
  const time = { now: 0 };
  const view = new ProgressView({ isTTY, write: (text) => written.push(text) }, () => time.now);
  return { view, written, time };
}

const report = (done: number) => ({
  stages: ['LinearIntentClassifier: intents', 'EntityTagger: entities'],
  share: done / 4,
  step: 2,
  steps: 8,
});

describe('The progress of a training', () => {
  it('is one line on a terminal, with bar, percent, time and stages; it is overwritten and finally cleared', () => {
    const { view, written, time } = viewOn(true);
    view.show(report(1));
    time.now = 61_000;
    view.show(report(2));
    view.say('› Trained');
    view.end();
    expect(written).toEqual([
      `\r\x1b[K  ${'█'.repeat(6)}${'░'.repeat(18)}  25 %  0:00  [3/8] LinearIntentClassifier: intents, EntityTagger: entities`,
      `\r\x1b[K  ${'█'.repeat(12)}${'░'.repeat(12)}  50 %  1:01  [3/8] LinearIntentClassifier: intents, EntityTagger: entities`,
      '\r\x1b[K',
      '› Trained\n',
    ]);
  });

  it('is a line every ten seconds without a terminal, with no control characters', () => {
    const { view, written, time } = viewOn(false);
    for (time.now = 0; time.now <= 21_000; time.now += 1_000) view.show(report(3));
    view.end();
    expect(written).toEqual([
      '  [3/8] LinearIntentClassifier: intents, EntityTagger: entities 75 % after 0:10\n',
      '  [3/8] LinearIntentClassifier: intents, EntityTagger: entities 75 % after 0:20\n',
    ]);
  });

  it('is a full bar at the end', () => {
    const { view, written } = viewOn(true);
    view.show({ stages: ['done'], share: 1, step: 8, steps: 8 });
    expect(written).toEqual([expect.stringContaining(`${'█'.repeat(24)} 100 %  0:00  [8/8] done`)]);
  });
});
