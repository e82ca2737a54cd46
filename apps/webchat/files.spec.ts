import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { upload } from './files.js';

/** A request as a browser makes it, which a test answers. */
class FakeRequest extends EventTarget {
  static last: FakeRequest;
  readonly upload = new EventTarget();
  readonly headers: Record<string, string> = {};
  opened: string[] = [];
  sent: unknown;
  status = 0;
  response: unknown = null;

  constructor() {
    super();
    FakeRequest.last = this;
  }

  open(...opened: string[]): void {
    this.opened = opened;
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  send(body: unknown): void {
    this.sent = body;
  }

  end(status: number, response: unknown): void {
    Object.assign(this, { status, response });
    this.dispatchEvent(new Event('loadend'));
  }
}

beforeEach(() => {
  Object.assign(globalThis, { window: { XMLHttpRequest: FakeRequest } });
});

function send(name: string, type = '', progressed: (fraction: number) => void = () => undefined) {
  const file = new File(['x'], name, { type });
  const outcome = upload('s/1', file, progressed);
  return { file, outcome, request: FakeRequest.last };
}

describe('A file on its way to the gateway', () => {
  it('goes to its session as it is', () => {
    const { file, request } = send('a.png', 'image/png');
    expect(request.opened).toEqual(['POST', '/webhooks/files/s%2F1']);
    expect(request.sent).toBe(file);
  });

  it.each([
    ['server.log', '', 'text/plain'],
    ['Notes.TXT', 'application/x-weird', 'text/plain'],
    ['readme.md', 'text/markdown', 'text/plain'],
    ['table.csv', 'application/vnd.ms-excel', 'text/csv'],
    ['photo.png', 'image/png', 'image/png'],
    ['unknown', '', 'application/octet-stream'],
    ['', '', 'application/octet-stream'],
  ])('%j of type %j is sent as %s', (name, type, expected) => {
    expect(send(name, type).request.headers['content-type']).toBe(expected);
  });

  it('has a name that a header can carry and that comes back the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const header = send(name).request.headers['x-file-name'] ?? '';
        expect(header).toMatch(/^[\x21-\x7e]*$/);
        expect(decodeURIComponent(header)).toBe(new File([], name).name.toWellFormed());
      }),
    );
  });

  it('says how far it is', () => {
    const seen: number[] = [];
    const { request } = send('a.png', '', (fraction) => seen.push(fraction));
    request.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded: 1, total: 4 }));
    expect(seen).toEqual([0.25]);
  });
});

describe('The outcome of a file', () => {
  const UNREACHABLE = 'The file could not be sent. Please check your connection.';

  it.each<[number, unknown, object]>([
    [201, { file_id: 'f-1' }, { fileId: 'f-1' }],
    [413, { detail: 'Too large.' }, { problem: 'Too large.', canRetry: false }],
    [415, { detail: 'Not this type.' }, { problem: 'Not this type.', canRetry: false }],
    [422, { detail: 'Empty.' }, { problem: 'Empty.', canRetry: false }],
    [429, { detail: 'Too many.' }, { problem: 'Too many.', canRetry: true }],
    [503, { detail: 'Away.' }, { problem: 'Away.', canRetry: true }],
    [502, null, { problem: UNREACHABLE, canRetry: true }],
    [0, null, { problem: UNREACHABLE, canRetry: true }],
    [201, {}, { problem: UNREACHABLE, canRetry: true }],
    [413, { detail: { nested: true } }, { problem: UNREACHABLE, canRetry: false }],
  ])('with status %i and %j is %j', async (status, response, expected) => {
    const { outcome, request } = send('a.png');
    request.end(status, response);
    expect(await outcome).toEqual(expected);
  });
});
