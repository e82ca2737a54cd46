import { describe, expect, it } from '@jest/globals';
import { Transcript, type Outgoing, type PastTurn } from './transcript.js';

const waiting = (id: string, text: string, after = 0): Outgoing => ({ id, text, after, fate: 'waiting' });
const past = (turn: number, userText: string, ...messages: object[]): PastTurn => ({
  turn,
  at: '2026-01-01T09:00:00.000Z',
  userText,
  messages,
});
const buttons = (...titles: string[]) => ({ quick_replies: titles.map((title) => ({ title, payload: `/${title}` })) });

describe('What a page hears live', () => {
  it('answers the one message that waits', () => {
    const transcript = new Transcript([waiting('m-1', 'hello')]);
    expect(transcript.hear({ turn: 1, text: 'Hi' })).toBe(false);
    expect(transcript.hear({ turn: 1, text: 'How can I help?' })).toBe(false);
    expect(transcript.inOrder).toMatchObject([
      { number: 1, userText: 'hello', messages: [{ text: 'Hi' }, { text: 'How can I help?' }] },
    ]);
    expect(transcript.outbox).toEqual([]);
  });

  it.each<[string, Outgoing[], number]>([
    ['nothing waits', [], 1],
    ['several wait', [waiting('m-1', 'hello'), waiting('m-2', 'hello?')], 1],
    ['a turn in between is missing', [waiting('m-1', 'hello')], 2],
    ['another one was given up', [{ ...waiting('m-1', 'hello'), fate: 'unanswered' }, waiting('m-2', 'hello?')], 1],
  ])('sends it to the history when %s', (_, outbox, turn) => {
    const transcript = new Transcript(outbox);
    expect(transcript.hear({ turn, text: 'Hi' })).toBe(true);
    expect(transcript.inOrder[0]).not.toHaveProperty('userText');
    expect(transcript.outbox).toEqual(outbox);
  });

  it('is not added to a turn that the history has shown', () => {
    const transcript = new Transcript();
    transcript.recall([past(1, 'hello', { text: 'Hi' })]);
    expect(transcript.hear({ turn: 1, text: 'Hi' })).toBe(false);
    expect(transcript.hear({ turn: 1, text: 'something else' })).toBe(false);
    expect(transcript.inOrder.flatMap(({ messages }) => messages)).toEqual([{ text: 'Hi' }]);
  });

  it('answers a message that was sent again with the turn that it had', () => {
    const transcript = new Transcript();
    transcript.recall([past(1, 'hello', { text: 'Hi' })]);
    transcript.outbox.push(waiting('m-1', 'hello', 1));
    transcript.hear({ turn: 1, text: 'Hi' });
    expect(transcript.waiting).toEqual([]);
  });

  it('is not added twice when a turn is delivered again, and the history is asked what it really was', () => {
    const transcript = new Transcript([waiting('m-1', 'hello')]);
    const turn = [
      { turn: 1, text: 'Hi' },
      { turn: 1, text: 'there' },
    ];
    expect([...turn, ...turn].map((message) => transcript.hear(message))).toEqual([false, false, true, false]);
    expect(transcript.inOrder[0]?.messages).toEqual([{ text: 'Hi' }, { text: 'there' }]);
  });

  it('has its place among turns that are known only later', () => {
    const transcript = new Transcript();
    for (const turn of [11, 2, 10]) transcript.hear({ turn, text: 'Hi' });
    expect(transcript.inOrder.map(({ number }) => number)).toEqual([2, 10, 11]);
  });

  it('ends what was said without a turn', () => {
    const transcript = new Transcript([waiting('m-1', 'hello')]);
    transcript.notice = 'This takes longer than usual.';
    transcript.hear({ turn: 1, text: 'Hi' });
    expect(transcript.notice).toBe('');
  });
});

describe('What a page recalls', () => {
  it('replaces what was heard, and frees the message that another one was taken for', () => {
    const transcript = new Transcript([waiting('m-1', 'hello')]);
    transcript.hear({ turn: 1, text: 'Hi' });
    transcript.recall([past(1, 'somebody else', { text: 'Hi' }, { text: 'there' })]);
    expect(transcript.inOrder).toMatchObject([
      { userText: 'somebody else', messages: [{ text: 'Hi' }, { text: 'there' }] },
    ]);
    expect(transcript.outbox).toMatchObject([{ id: 'm-1' }]);
  });

  it('answers no message that was written after the turn', () => {
    const transcript = new Transcript([waiting('m-1', 'hello', 3)]);
    transcript.recall([past(3, 'hello', { text: 'Hi' })]);
    expect(transcript.outbox).toMatchObject([{ id: 'm-1' }]);
    transcript.recall([past(4, 'hello', { text: 'Hi' })]);
    expect(transcript.outbox).toEqual([]);
  });

  it('answers one that waits before one that was given up', () => {
    const transcript = new Transcript([{ ...waiting('m-1', 'hello'), fate: 'unsent' }, waiting('m-2', 'hello')]);
    transcript.recall([past(1, 'hello', { text: 'Hi' })]);
    expect(transcript.outbox).toMatchObject([{ id: 'm-1' }]);
  });

  it('never goes back behind what it knows', () => {
    const transcript = new Transcript();
    transcript.recall([past(1, 'a'), past(2, 'b')]);
    transcript.recall([]);
    transcript.recall([past(1, 'a')]);
    expect(transcript.settledThrough).toBe(2);
  });
});

describe('Choices', () => {
  it('can be used when they are the last ones that the newest turn offers', () => {
    const transcript = new Transcript();
    transcript.recall([
      past(1, 'a', buttons('low')),
      past(2, 'b', buttons('yes'), { text: 'x' }, buttons('no'), { text: 'y' }),
    ]);
    expect(transcript.openChoices).toBe('choices-2-2');
  });

  it('cannot be used any more when the newest turn offers none, or when a message waits', () => {
    const transcript = new Transcript();
    expect(transcript.openChoices).toBeUndefined();
    transcript.recall([past(1, 'a', buttons('low')), past(2, 'b', { text: 'x' })]);
    expect(transcript.openChoices).toBeUndefined();
    transcript.recall([past(3, 'c', buttons('yes'))]);
    transcript.outbox.push(waiting('m-1', '/yes', 3));
    expect(transcript.openChoices).toBeUndefined();
  });
});

describe('The words of a turn', () => {
  const wordsOf = (transcript: Transcript): string | undefined => {
    const turn = transcript.inOrder.at(-1);
    return turn && transcript.wordsOf(turn);
  };

  it('are what was typed', () => {
    const transcript = new Transcript();
    transcript.recall([past(1, 'My printer hums')]);
    expect(wordsOf(transcript)).toBe('My printer hums');
  });

  it('are the title of the latest button that offered this payload before', () => {
    const transcript = new Transcript();
    const offer = (title: string) => ({ quick_replies: [{ title, payload: '/priority' }] });
    transcript.recall([past(1, 'a', offer('old')), past(2, 'b', offer('low')), past(3, '/priority', offer('later'))]);
    expect(wordsOf(transcript)).toBe('low');
  });

  it('are the title of the button that was chosen here, before that of any other', () => {
    const transcript = new Transcript();
    transcript.recall([past(1, 'a', { quick_replies: [{ title: 'first', payload: '/x' }] })]);
    transcript.outbox.push({ ...waiting('m-1', '/x', 1), title: 'second' });
    transcript.hear({ turn: 2, text: 'ok' });
    expect(wordsOf(transcript)).toBe('second');
  });

  it('are the remembered title of a file, or else the payload in words', () => {
    const transcript = new Transcript([], { '/file_sent{"file_id":"f-1"}': '📎 log.txt' });
    transcript.recall([past(1, '/file_sent{"file_id":"f-1"}')]);
    expect(wordsOf(transcript)).toBe('📎 log.txt');
    transcript.recall([past(2, '/inform{"priority":"low"}')]);
    expect(wordsOf(transcript)).toBe('priority: low');
  });
});

describe('Files on their way', () => {
  it('are told from refused ones, which are dropped when something else is said', () => {
    const transcript = new Transcript();
    const file = new File([], 'a.txt');
    transcript.uploads = [{ id: 'u-1', name: 'a.txt', file }];
    expect(transcript.isUploading).toBe(true);
    transcript.dropRefusedUploads();
    expect(transcript.uploads).toHaveLength(1);
    transcript.uploads = [{ id: 'u-1', name: 'a.txt', file, problem: 'too large' }];
    expect(transcript.isUploading).toBe(false);
    transcript.dropRefusedUploads();
    expect(transcript.uploads).toEqual([]);
  });
});
