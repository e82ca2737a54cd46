import type { Finding, Place } from './assistant.js';

/** Collects the findings while files are read, so that a person sees all of them at once. */
export class Findings {
  readonly all: Finding[] = [];

  error(message: string, place?: Place): void {
    this.all.push({ level: 'error', message, ...(place && { place }) });
  }

  warning(message: string, place?: Place): void {
    this.all.push({ level: 'warning', message, ...(place && { place }) });
  }

  get errorCount(): number {
    return this.all.filter((finding) => finding.level === 'error').length;
  }

  /** Throws an `AssistantError` if there is an error among the findings. */
  throwIfRefused(): void {
    if (this.errorCount > 0) throw new AssistantError(this.all);
  }
}

/** An assistant that cannot be used. The message has one line per error: `file:line:column what is wrong`. */
export class AssistantError extends Error {
  override readonly name = 'AssistantError';

  /** @param findings all findings, including warnings */
  constructor(readonly findings: Finding[]) {
    super(
      findings
        .filter((finding) => finding.level === 'error')
        .map(lineOf)
        .join('\n'),
    );
  }
}

function lineOf({ message, place }: Finding): string {
  if (!place) return message;
  return `${[place.file, place.line, place.column].filter((part) => part !== undefined).join(':')} ${message}`;
}
