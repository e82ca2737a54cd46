import { type EntityReport } from '../reports/entity-report.js';
import { type IntentReport } from '../reports/intent-report.js';
import { type Prediction } from '../reports/prediction.js';
import { intentErrors } from '../reports/rasa-report.js';
import { type Scores } from '../reports/scores.js';
import { html, type Markup, nothing, percent } from './markup.js';

/** Errors in the page at most; all are in `intent_errors.json`. */
const MOST_ERRORS = 500;
const MOST_CONFUSIONS = 12;

/** The weakest intents first. */
export function intentTable({ perIntent, confusions }: IntentReport): Markup {
  const rows = [...perIntent]
    .sort((a, b) => a.f1 - b.f1 || b.support - a.support)
    .map(({ intent, ...scores }) => {
      const takenFor = confusions.filter(({ expected }) => expected === intent).slice(0, 3);
      const others = takenFor.map(({ predicted, count }) => `${predicted ?? 'nothing'} ${count}`).join(', ');
      return html`<tr>
        <td>${intent}</td>
        ${scoreCells(scores)}
        <td class="soft">${others}</td>
      </tr>`;
    });
  return html`<div class="wide">
    <table>
      <tr>
        <th>intent</th>
        ${SCORE_HEADS}
        <th>taken for</th>
      </tr>
      ${rows}
    </table>
  </div>`;
}

export function entityTable({ exact, overlap }: EntityReport): Markup {
  const overlapOf = new Map(overlap.perEntity.map(({ entity, f1 }) => [entity, f1]));
  const rows = [...exact.perEntity]
    .sort((a, b) => b.support - a.support)
    .map(
      ({ entity, ...scores }) =>
        html`<tr>
          <td>${entity}</td>
          ${scoreCells(scores)}
          <td class="number">${percent(overlapOf.get(entity) ?? 0)}</td>
        </tr>`,
    );
  return html`<div class="wide">
    <table>
      <tr>
        <th>entity</th>
        ${SCORE_HEADS}
        <th class="number">F1 with any overlap</th>
      </tr>
      <tr>
        <td><b>all</b></td>
        ${scoreCells(exact)}
        <td class="number">${percent(overlap.f1)}</td>
      </tr>
      ${rows}
    </table>
  </div>`;
}

/** The pairs that are confused most. */
export function confusionTable({ confusions }: IntentReport): Markup {
  const rows = confusions.slice(0, MOST_CONFUSIONS).map(
    ({ expected, predicted, count }) =>
      html`<tr>
        <td>${expected}</td>
        <td>${predicted ?? 'nothing'}</td>
        <td class="number">${count}</td>
      </tr>`,
  );
  return html`<table>
    <tr>
      <th>is</th>
      <th>taken for</th>
      <th class="number">texts</th>
    </tr>
    ${rows}
  </table>`;
}

/** The surest errors first. */
export function errorTable(predictions: readonly Prediction[]): Markup {
  const errors = intentErrors(predictions);
  const rows = errors.slice(0, MOST_ERRORS).map(
    ({ text, intent, intent_prediction: { name, confidence } }) =>
      html`<tr>
        <td>${text}</td>
        <td class="right">${intent ?? ''}</td>
        <td class="wrong">${name ?? 'nothing'}</td>
        <td class="number">${percent(confidence)}</td>
      </tr>`,
  );
  const more = errors.length - rows.length;
  return html`<div class="wide">
      <table>
        <tr>
          <th>text</th>
          <th>expected</th>
          <th>understood</th>
          <th class="number">confidence</th>
        </tr>
        ${rows}
      </table>
    </div>
    ${more > 0 ? html`<p class="soft">${more} more are in intent_errors.json.</p>` : nothing}`;
}

const SCORE_HEADS = html`<th class="number">F1</th>
  <th class="number">precision</th>
  <th class="number">recall</th>
  <th class="number">texts</th>`;

const scoreCells = ({ precision, recall, f1, support }: Scores): Markup =>
  html`<td class="number">
      ${percent(f1)}<span class="bar"><i style="width:${(100 * f1).toFixed(0)}%"></i></span>
    </td>
    <td class="number">${percent(precision)}</td>
    <td class="number">${percent(recall)}</td>
    <td class="number">${support}</td>`;
