import { describe, expect, it } from '@jest/globals';
import { socketMessages } from './socket-message.js';

const buttons = [
  { title: 'Yes', payload: '/affirm' },
  { title: 'No', payload: '/deny' },
];
const quick_replies = buttons.map((button) => ({ content_type: 'text', ...button }));

describe('A message on the socket channel', () => {
  it('becomes one event for each paragraph', () => {
    expect(socketMessages({ text: 'one\n\ntwo' })).toEqual([{ text: 'one' }, { text: 'two' }]);
    expect(socketMessages({})).toEqual([]);
  });

  it('has its buttons as quick replies', () => {
    expect(socketMessages({ text: 'Sure?', buttons })).toEqual([{ text: 'Sure?', quick_replies }]);
    expect(socketMessages({ text: 'Sure?', quick_replies: buttons })).toEqual([{ text: 'Sure?', quick_replies }]);
  });

  it('has its quick replies on the last paragraph and empty lists on the others', () => {
    expect(socketMessages({ text: 'Well.\n\nSure?', buttons })).toEqual([
      { text: 'Well.', quick_replies: [] },
      { text: 'Sure?', quick_replies },
    ]);
  });

  it('keeps buttons without a text', () => {
    expect(socketMessages({ buttons })).toEqual([{ text: '', quick_replies }]);
  });

  it('has image, attachment and elements as attachments, and a custom payload under its own key', () => {
    const elements = [{ title: 'Desk' }];
    expect(
      socketMessages({ image: 'https://x.example/a.png', attachment: { type: 'video' }, elements, custom: { a: 1 } }),
    ).toEqual([
      { custom: { a: 1 } },
      { attachment: { type: 'image', payload: { src: 'https://x.example/a.png' } } },
      { attachment: { type: 'video' } },
      { attachment: { type: 'template', payload: { template_type: 'generic', elements } } },
    ]);
  });
});
