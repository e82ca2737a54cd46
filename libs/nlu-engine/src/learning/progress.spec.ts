import { describe, expect, it } from '@jest/globals';
import { Progress, type ProgressReport } from './progress.js';

function listened(steps: number) {
  const reports: ProgressReport[] = [];
  return { reports, progress: new Progress(steps, (report) => reports.push(report)) };
}

describe('The progress of a training', () => {
  it('goes from the first component to all of them done', async () => {
    const { reports, progress } = listened(2);
    for (const name of ['Tokenizer', 'Classifier']) {
      const component = await progress.begin(name);
      await component.report(`${name}: intents`, 1, 4);
      component.end();
    }
    await progress.end();
    expect(reports).toEqual([
      { stages: ['Tokenizer'], share: 0, step: 0, steps: 2 },
      { stages: ['Tokenizer: intents'], share: 0.25, step: 0, steps: 2 },
      { stages: ['Classifier'], share: 0, step: 1, steps: 2 },
      { stages: ['Classifier: intents'], share: 0.25, step: 1, steps: 2 },
      { stages: ['done'], share: 1, step: 2, steps: 2 },
    ]);
  });

  it('of components side by side is that of all their stages together', async () => {
    const { reports, progress } = listened(2);
    const one = await progress.begin('One');
    const other = await progress.begin('Other');
    await one.report('One: a', 1, 2);
    await other.report('Other: b', 4, 4);
    expect(reports.at(-1)).toMatchObject({ stages: ['One: a', 'Other: b'], share: 0.75 });
    await one.report('One: c', 0, 2);
    expect(reports.at(-1)).toMatchObject({ stages: ['One: a', 'One: c'], share: 0.25 });
  });

  it('of nothing to do is all of it', async () => {
    const { reports, progress } = listened(1);
    const component = await progress.begin('One');
    await component.report('One: a', 0, 0);
    expect(reports.at(-1)).toMatchObject({ stages: ['One: a'], share: 1 });
  });

  it('yields to other work at each report, with or without a listener', async () => {
    const component = await new Progress(1).begin('One');
    let turns = 0;
    setImmediate(() => turns++);
    await component.report('One: a', 1, 2);
    expect(turns).toBe(1);
  });
});
