import { type IncludeEvents, MAX_CHANNEL_LENGTH } from '#contracts';
import { Problem } from '#service';
import { idProblem } from '../accept-message/message.validation.js';

const INCLUDE = ['NONE', 'APPLIED', 'AFTER_RESTART', 'ALL'] as const satisfies IncludeEvents[];

/** The common query parameters of endpoints that return a tracker. */
export interface TrackerQuery {
  include_events?: unknown;
  output_channel?: unknown;
}

const bad = (detail: string): Problem => new Problem(400, { detail });

/** Reads which events of the tracker to return, and the output channel. */
export function readTrackerQuery({ include_events = 'AFTER_RESTART', output_channel }: TrackerQuery): {
  include: IncludeEvents;
  outputChannel?: string;
} {
  const include = INCLUDE.find((name) => typeof include_events === 'string' && name === include_events.toUpperCase());
  if (!include) throw bad(`include_events must be one of ${INCLUDE.join(', ')}.`);
  if (output_channel === undefined || output_channel === '') return { include };
  const problem = idProblem('output_channel', output_channel, MAX_CHANNEL_LENGTH);
  if (problem) throw bad(`${problem}.`);
  return { include, outputChannel: output_channel as string };
}

/** Reads `true` or `false`, in any letter case. */
export function readFlag(name: string, value: unknown, otherwise: boolean): boolean {
  const written = value === undefined ? '' : value;
  switch (typeof written === 'string' ? written.toLowerCase() : undefined) {
    case '':
      return otherwise;
    case 'true':
      return true;
    case 'false':
      return false;
    default:
      throw bad(`${name} must be true or false.`);
  }
}

/** Reads a time in seconds since the epoch. */
export function readUntil(value: unknown): { until?: number } {
  if (value === undefined || value === '') return {};
  const until = Number(value);
  if (!Number.isFinite(until)) throw bad('until must be a time in seconds since the epoch.');
  return { until };
}
