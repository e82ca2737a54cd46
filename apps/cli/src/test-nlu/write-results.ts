import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import {
  entityErrors,
  intentErrors,
  rasaEntityReport,
  rasaIntentReport,
  renderReport,
  type ReportPage,
} from '#nlu-engine';

/**
 * Writes `nlu_report.html`, and under Rasa's names `intent_report.json`, `intent_errors.json`, `entity_report.json` and
 * `entity_errors.json`; the last two only when there are entities. Returns the page's path relative to the current
 * folder.
 */
export async function writeResults(folder: string, page: ReportPage): Promise<string> {
  const { report, predictions } = page;
  const html = join(folder, 'nlu_report.html');
  await mkdir(folder, { recursive: true });
  await writeFile(html, renderReport(page));
  if (report.intent) {
    await writeJson(join(folder, 'intent_report.json'), rasaIntentReport(report.intent));
    await writeJson(join(folder, 'intent_errors.json'), intentErrors(predictions));
  }
  if (report.entity) {
    await writeJson(join(folder, 'entity_report.json'), rasaEntityReport(report.entity.exact));
    await writeJson(join(folder, 'entity_errors.json'), entityErrors(predictions));
  }
  return relative(process.cwd(), html) || html;
}

export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
