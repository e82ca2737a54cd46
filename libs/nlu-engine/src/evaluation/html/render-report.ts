import { type EvaluationReport } from '../reports/evaluation-report.js';
import { type Prediction } from '../reports/prediction.js';
import { type Spread } from '../reports/scores.js';
import { type AccuracyComparison } from '../reports/significance.js';
import { confidenceHistogram, reliabilityDiagram } from './charts.js';
import { confusionChart, shownConfusions } from './confusion-chart.js';
import { html, Markup, nothing, percent } from './markup.js';
import { STYLE } from './style.js';
import { confusionTable, entityTable, errorTable, intentTable } from './tables.js';

/** What one page tells. */
export interface ReportPage {
  title: string;
  /** How it came about: data, configuration, times; shown in a line under the title. */
  facts: readonly (readonly [name: string, value: string])[];
  report: EvaluationReport;
  /** What the report was made of, for the list of errors. */
  predictions: readonly Prediction[];
  /** Accuracy over the folds of a cross-validation. */
  spread?: Spread | null | undefined;
  /** Against another configuration, by name. */
  comparison?: ({ name: string } & AccuracyComparison) | undefined;
}

/** One HTML file that holds everything it shows: no scripts, no other files. Texts are escaped. */
export function renderReport({ title, facts, report, predictions, spread, comparison }: ReportPage): string {
  const { intent, confidence, entity, outOfScope } = report;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <div class="facts">${facts.map(([name, value]) => html`<span>${name} <b>${value}</b></span>`)}</div>
          ${headline(report, spread)} ${comparison ? comparisonSection(comparison) : nothing}
          ${
            confidence
              ? html`<div class="pair">
                  <section>
                    <h2>Confidence</h2>
                    <p class="soft">
                      Right answers should be sure and wrong ones unsure. The two halves have scales of their own.
                    </p>
                    ${confidenceHistogram(confidence)}
                  </section>
                  <section>
                    <h2>Reliability</h2>
                    <p class="soft">
                      How often a confidence comes true: above the dashed line it is too modest, below it too bold.
                    </p>
                    ${reliabilityDiagram(confidence)}
                  </section>
                </div>`
              : nothing
          }
          ${intent && intent.confusions.length > 0 ? confusionSection(intent) : nothing}
          ${
            intent
              ? html`<section>
                  <h2>Intents</h2>
                  <p class="soft">The weakest first.</p>
                  ${intentTable(intent)}
                </section>`
              : nothing
          }
          ${
            entity
              ? html`<section>
                  <h2>Entities</h2>
                  <p class="soft">With exactly the expected span and type.</p>
                  ${entityTable(entity)}
                </section>`
              : nothing
          }
          ${outOfScope ? outOfScopeSection(outOfScope) : nothing}
          ${
            intent && intent.confusions.length > 0
              ? html`<section>
                  <h2>Errors</h2>
                  <p class="soft">The surest first: often the label is wrong, or two intents mean the same.</p>
                  ${errorTable(predictions)}
                </section>`
              : nothing
          }
        </main>
      </body>
    </html> `;
  return page.text;
}

function headline({ intent, confidence, entity, outOfScope }: EvaluationReport, spread?: Spread | null): Markup {
  const deviation = spread ? `± ${percent(spread.sd)} over the folds` : '';
  return html`<div class="figures">
    ${intent ? figure('accuracy of intents', percent(intent.accuracy), deviation || `${intent.examples} texts`) : nothing}
    ${intent ? figure('macro F1', percent(intent.macroF1), `${intent.perIntent.length} intents`) : nothing}
    ${intent ? figure('with fallbacks', percent(intent.accuracyWithFallback), `${percent(intent.needlessFallbacks)} needless`) : nothing}
    ${entity ? figure('F1 of entities', percent(entity.exact.f1), `${percent(entity.overlap.f1)} with any overlap`) : nothing}
    ${confidence ? figure('calibration error', percent(confidence.ece), 'of the confidence') : nothing}
    ${outOfScope ? figure('out of scope', percent(outOfScope.recall), `of ${outOfScope.examples} texts refused`) : nothing}
  </div>`;
}

const figure = (name: string, value: string, more: string): Markup =>
  html`<div class="figure"><small>${name}</small><b>${value}</b><small>${more}</small></div>`;

function confusionSection(intent: NonNullable<EvaluationReport['intent']>): Markup {
  const shown = shownConfusions(intent.matrix);
  const omitted = shown.omitted > 0 ? ` ${shown.omitted} intents with fewer errors are not shown.` : '';
  return html`<section>
    <h2>Confusions</h2>
    <p class="soft">
      Intents that are taken for others, the most frequent first; intents without errors are left out.${omitted}
    </p>
    <div class="wide">${shown.rows.length > 0 ? confusionChart(intent.matrix, shown) : nothing}</div>
    <details>
      <summary>The most confused pairs</summary>
      ${confusionTable(intent)}
    </details>
  </section>`;
}

function outOfScopeSection(report: NonNullable<EvaluationReport['outOfScope']>): Markup {
  const figures: [string, number | null][] = [
    ['refused of the texts out of scope (recall)', report.recall],
    ['out of scope of the refused texts (precision)', report.precision],
    ['told from texts in scope by confidence alone (AUROC)', report.auroc],
    ['recall when at most 5 % of the texts in scope may be refused', report.recallAt5],
  ];
  return html`<section>
    <h2>Out of scope</h2>
    <table>
      ${figures.map(
        ([name, value]) =>
          html`<tr>
            <td>${name}</td>
            <td class="number">${value === null ? '–' : percent(value)}</td>
          </tr>`,
      )}
    </table>
  </section>`;
}

function comparisonSection({
  name,
  examples,
  onlyFirst,
  onlySecond,
  difference,
  interval,
  p,
}: NonNullable<ReportPage['comparison']>): Markup {
  const signed = (share: number): string => `${share > 0 ? '+' : ''}${(100 * share).toFixed(1)} points`;
  const verdict = p < 0.05 ? 'The difference is significant.' : 'The difference may be chance.';
  return html`<section>
    <h2>Compared with ${name}</h2>
    <p>${verdict}</p>
    <table>
      <tr>
        <td>accuracy of ${name} minus this one’s</td>
        <td class="number">${signed(difference)}</td>
      </tr>
      <tr>
        <td>95 % interval, paired bootstrap</td>
        <td class="number">${signed(interval[0])} to ${signed(interval[1])}</td>
      </tr>
      <tr>
        <td>right only here, right only there, of ${examples} texts</td>
        <td class="number">${onlyFirst}, ${onlySecond}</td>
      </tr>
      <tr>
        <td>p of the exact McNemar test</td>
        <td class="number">${p.toFixed(4)}</td>
      </tr>
    </table>
  </section>`;
}
