import { describe, expect, it } from '@jest/globals';
import { readSettings } from '#service';
import { configFrom } from '../backend.fixture.js';
import { requestTrackerConfig } from './request-tracker.config.js';
import { RequestTrackerSettings } from './request-tracker.settings.js';

const complete = { RT_URL: 'https://rt.example.com', RT_TOKEN: '1-35-abc' };

describe('The settings of Request Tracker', () => {
  it('configure nothing without an address', () => {
    expect(requestTrackerConfig(readSettings(RequestTrackerSettings, {}))).toBeUndefined();
  });

  it.each([
    ['https://rt.example.com', 'https://rt.example.com/REST/2.0'],
    ['https://example.com/rt/', 'https://example.com/rt/REST/2.0'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/REST/2.0'],
  ])('take the address %s', (RT_URL, api) => expect(configFrom({ ...complete, RT_URL }).api).toBe(api));

  it('accept a token, which contains its account, or an account with a password', () => {
    expect(configFrom(complete)).toMatchObject({ authorization: 'token 1-35-abc', account: '35' });
    expect(configFrom({ RT_URL: complete.RT_URL, RT_USER: 'assistant', RT_PASSWORD: 'pä:ss' })).toMatchObject({
      authorization: `Basic ${Buffer.from('assistant:pä:ss').toString('base64')}`,
      account: 'assistant',
    });
  });

  it('map the statuses of RT’s default lifecycle, and of custom ones', () => {
    expect(Object.fromEntries(configFrom(complete).statuses)).toMatchObject({
      open: 'in-progress',
      rejected: 'canceled',
    });
    const { statuses } = configFrom({
      ...complete,
      RT_STATUSES: 'New=new,working=in-progress,done=resolved,void=canceled',
    });
    expect([...statuses.keys()]).toEqual(['new', 'working', 'done', 'void']);
  });

  it.each([
    ['no account', { RT_TOKEN: undefined }, 'RT_TOKEN, or RT_USER and RT_PASSWORD'],
    ['half an account', { RT_TOKEN: undefined, RT_USER: 'assistant' }, 'RT_PASSWORD'],
    ['two accounts', { RT_USER: 'assistant', RT_PASSWORD: 'secret' }, 'not both'],
    ['a token that breaks a header', { RT_TOKEN: 'secret\r\nX: y' }, 'RT_TOKEN'],
    ['no address', { RT_URL: 'nonsense' }, 'RT_URL'],
    ['an address with a secret', { RT_URL: 'https://secret:secret@rt.example.com' }, 'RT_URL'],
    ['another protocol', { RT_URL: 'ftp://rt.example.com' }, 'RT_URL'],
    ['plain HTTP to another machine', { RT_URL: 'http://rt.example.com' }, 'RT_ALLOW_HTTP'],
    ['priorities that do not rise', { RT_PRIORITY_LOW: '70' }, 'must rise'],
    ['no status for canceled tickets', { RT_STATUSES: 'new=new,open=in-progress,resolved=resolved' }, 'canceled'],
  ])('are refused with %s, and the error contains no value', (_, wrong, named) => {
    const refused = () => configFrom({ ...complete, ...wrong });
    expect(refused).toThrow(named);
    expect(refused).not.toThrow(/secret/);
  });
});
