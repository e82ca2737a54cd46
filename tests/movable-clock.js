/**
 * Moves the clocks of the incident and dialogue services forward, so that tests do not have to wait for hours. Node
 * preloads this file into the services (`node --import`), so it is plain JavaScript. The file that MOVED_CLOCK names
 * contains the offset in milliseconds. Each service writes the offset that it uses to a file beside it, with its own name
 * as the extension. Timers run as usual.
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
