import { describe, expect, it } from '@jest/globals';
import { paragraphs } from '../paragraphs.js';
import { restMessages } from './rest-message.js';

const buttons = [{ title: 'Leeds', payload: '/inform{"site":"leeds"}' }];
const rest = (message: Parameters<typeof restMessages>[1]) => restMessages('u-17', message);

describe('A message on the REST channel', () => {
  it('names the recipient and has no keys without a value', () => {
    expect(rest({ text: 'Which site?' })).toEqual([{ recipient_id: 'u-17', text: 'Which site?' }]);
  });

  it('is an empty list when the message is empty', () => {
    expect(rest({})).toEqual([]);
    expect(rest({ text: '', buttons: [], quick_replies: [], elements: [] })).toEqual([]);
  });

  it('keeps buttons in one object with their text, which is not split', () => {
    const text = 'First.\n\nWhich site?';
    expect(rest({ text, buttons })).toEqual([{ recipient_id: 'u-17', text, buttons }]);
  });

  it('delivers quick replies under the key of buttons, and prefers them', () => {
    const other = [{ title: 'York', payload: '/york' }];
    expect(rest({ text: 'Which?', quick_replies: buttons, buttons: other })).toEqual([
      { recipient_id: 'u-17', text: 'Which?', buttons },
    ]);
  });

  it('is split at blank lines and keeps the white space within a part', () => {
    expect(rest({ text: 'one\n  two\n\n three \n\n\n\nfour' }).map(({ text }) => text)).toEqual([
      'one\n  two',
      ' three ',
      'four',
    ]);
    expect(paragraphs('\n\n')).toEqual([]);
  });

  it('puts custom payload, image, attachment and each element into separate objects, in this order', () => {
    const elements = [{ title: 'Desk', subtitle: 'second floor', buttons }, { title: 'Chair' }];
    const attachment = { type: 'video', payload: {} };
    const image = 'https://intranet.example/map.png';
    expect(rest({ text: 'Look:', custom: { a: 1 }, image, attachment, elements })).toEqual([
      { recipient_id: 'u-17', text: 'Look:' },
      { recipient_id: 'u-17', custom: { a: 1 } },
      { recipient_id: 'u-17', image },
      { recipient_id: 'u-17', attachment },
      { recipient_id: 'u-17', text: 'Desk : second floor', buttons },
      { recipient_id: 'u-17', text: 'Chair' },
    ]);
  });

  it('leaves out elements that are not objects', () => {
    expect(rest({ text: 'Look:', elements: [null, 'x', 5] })).toEqual([{ recipient_id: 'u-17', text: 'Look:' }]);
  });
});
