/**
 * Preloaded into the incident and dialogue services (`node --import`), it moves their clocks on by the milliseconds that
 * the file MOVED_CLOCK holds, so that what takes an hour can be seen in a moment. Timers run as usual. Beside that file,
 * one with the name of the service says how far its clock was moved. Plain JavaScript, as Node loads it as it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setInterval } from 'node:timers';

const file = process.env.MOVED_CLOCK;
const [, service] = /apps\/(incident|dialogue)\//.exec(process.argv[1] ?? '') ?? [];
if (file && service) moveClockBy(file, `${file}.${service}`);

function moveClockBy(path, seenPath) {
  const RealDate = globalThis.Date;
  let offset = NaN;
  const read = () => {
    const next = Number(readFileSync(path, 'utf8')) || 0;
    if (next === offset) return;
    offset = next;
    writeFileSync(seenPath, String(offset));
  };
  read();
  setInterval(read, 50).unref();
  globalThis.Date = class Date extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(RealDate.now() + offset);
      else super(...parts);
    }

    static now() {
      return RealDate.now() + offset;
    }
  };
}
