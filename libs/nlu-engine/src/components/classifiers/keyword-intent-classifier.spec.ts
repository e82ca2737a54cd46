import { describe, expect, it } from '@jest/globals';
import { processed, trained, type Examples } from '../../component/component.fixture.js';
import { keywordIntentClassifier } from './keyword-intent-classifier.js';

const EXAMPLES: Examples = [
  ['reset', 'password'],
  ['vpn', 'VPN'],
  ['reset', 'log in'],
  ['vpn', 'password vpn'],
  ['odd', '?!'],
];

async function intents(text: string, options: object = {}): Promise<(string | null)[]> {
  const { component } = await trained(keywordIntentClassifier, EXAMPLES, { options });
  return (await processed(keywordIntentClassifier, component, text)).map(({ intent }) => intent.name);
}

describe('The keyword classifier', () => {
  it.each<[string, string | null]>([
    ['I forgot my password', 'reset'],
    ['password', 'reset'],
    ['cannot log in today', 'reset'],
    ['cannot log, in today', 'reset'],
    ['my VPN password', 'reset'],
    ['the VPN is down', 'vpn'],
    ['the vpn is down', null],
    ['passwords', null],
    ['log me in', null],
    ['?!', null],
    ['', null],
  ])('%j has the intent %j, of the first example in it', async (text, intent) => {
    expect(await intents(text)).toEqual([intent, intent]);
  });

  it('ignores case when told so', async () => {
    expect(await intents('the vpn is down', { case_sensitive: false })).toEqual(['vpn', 'vpn']);
    expect(await intents('PASSWORD!', { case_sensitive: false })).toEqual(['reset', 'reset']);
  });

  it('has full confidence in its matches, and keeps earlier results otherwise', async () => {
    const { component } = await trained(keywordIntentClassifier, EXAMPLES);
    const before = { intent: { name: 'greet', confidence: 0.4 }, ranking: [{ name: 'greet', confidence: 0.4 }] };
    const [found] = await processed(keywordIntentClassifier, component, 'my password', { before });
    expect(found).toMatchObject({
      intent: { name: 'reset', confidence: 1 },
      ranking: [{ name: 'reset', confidence: 1 }],
    });
    const [other] = await processed(keywordIntentClassifier, component, 'hello', { before });
    expect(other).toMatchObject(before);
  });
});
