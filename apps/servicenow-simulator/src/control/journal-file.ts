import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type Row } from '../data/schema.js';
import { type Change } from '../data/store.js';

type Line = { at: number } & ({ put: string; row: Row } | { drop: string; id: string });

/** A file with the changes of an instance's records, one per line, so that a restart continues from the last run. */
export class JournalFile {
  private readonly file: number;

  constructor(private readonly path: string) {
    this.file = openSync(path, 'a+');
  }

  /**
   * Reads the file. A truncated last line, as after a kill, is left out and removed.
   * @throws Error when a line does not belong to a journal
   */
  read(): { changes: Change[]; lastInstant: number } {
    const text = readFileSync(this.path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) ftruncateSync(this.file, Buffer.byteLength(whole));
    const lines = whole.split('\n').filter((line) => line !== '');
    const parsed = lines.map((line, index) => this.parse(line, index + 1));
    const changes = parsed.map((line): Change =>
      'put' in line ? { table: line.put, id: line.row['sys_id']!, after: line.row } : { table: line.drop, id: line.id },
    );
    return { changes, lastInstant: parsed.at(-1)?.at ?? 0 };
  }

  append({ table, id, after }: Change, at: number): void {
    const line: Line = after ? { at, put: table, row: after } : { at, drop: table, id };
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }

  clear(): void {
    ftruncateSync(this.file, 0);
  }

  close(): void {
    closeSync(this.file);
  }

  private parse(line: string, number: number): Line {
    try {
      return JSON.parse(line) as Line;
    } catch {
      throw new Error(`${this.path}:${number} is no line of a simulator’s journal. Name another file or remove it.`);
    }
  }
}
