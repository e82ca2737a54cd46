import { beforeEach, describe, expect, it } from '@jest/globals';
import { Identity } from './identity.js';
import { PageWindow } from './page-window.fixture.js';
import { stored } from './stored.js';

let page: PageWindow;
let arrivals: number;
beforeEach(() => {
  page = new PageWindow().use();
  arrivals = 0;
});
const identity = () => new Identity(() => arrivals++);

describe('A token in the address of the page', () => {
  it('is told once a connection', () => {
    page.location.hash = '#identity_token=abc';
    const who = identity();
    who.connected();
    expect([who.toTell(), who.toTell()]).toEqual([{ identity_token: 'abc' }, {}]);
    who.connected();
    expect(who.toTell()).toEqual({ identity_token: 'abc' });
  });

  it('is taken out of the address, which keeps the rest', () => {
    Object.assign(page.location, { hash: '#identity_token=abc', pathname: '/chat', search: '?a=1' });
    identity();
    expect(page.addresses).toEqual(['/chat?a=1']);
  });

  it('outlives a reload of the tab, until it is refused', () => {
    page.location.hash = '#identity_token=abc';
    identity();
    const reloaded = identity();
    expect(reloaded.toTell()).toEqual({ identity_token: 'abc' });
    reloaded.refused();
    expect(reloaded.toTell()).toEqual({});
    expect(identity().toTell()).toEqual({});
  });

  it('is taken also when the address changes later', () => {
    const who = identity();
    page.navigate('#identity_token=new');
    expect(arrivals).toBe(1);
    expect(who.toTell()).toEqual({ identity_token: 'new' });
  });

  it('is none when the address has none', () => {
    page.location.hash = '#somewhere';
    expect(identity().toTell()).toEqual({});
    expect(page.addresses).toEqual([]);
  });
});

describe('A page in a frame', () => {
  it('asks for a token once a connection while it has none', () => {
    page.embed();
    const who = identity();
    who.connected();
    who.refused();
    expect(page.told).toEqual([{ type: 'helpdesk.identity_wanted' }]);
    who.connected();
    expect(page.told).toHaveLength(2);
  });

  it('takes one from the page that embeds it, keeps it in memory and asks no more', () => {
    const parent = page.embed();
    const who = identity();
    page.message(parent, { type: 'helpdesk.identity', token: 'abc' });
    expect(arrivals).toBe(1);
    who.connected();
    expect(who.toTell()).toEqual({ identity_token: 'abc' });
    expect([page.told, page.sessionStorage.items.size]).toEqual([[], 0]);
  });

  it('asks for a better one when the token is refused', () => {
    const parent = page.embed();
    const who = identity();
    page.message(parent, { type: 'helpdesk.identity', token: 'old' });
    who.connected();
    who.refused();
    expect(page.told).toHaveLength(1);
    page.message(parent, { type: 'helpdesk.identity', token: 'new' });
    expect(who.toTell()).toEqual({ identity_token: 'new' });
  });

  it.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [{ type: 'helpdesk.identity' }],
    [{ type: 'helpdesk.identity', token: '' }],
    [{ type: 'other', token: 'x' }],
  ])('ignores %j', (data) => {
    const parent = page.embed();
    const who = identity();
    page.message(parent, data);
    expect([arrivals, who.toTell()]).toEqual([0, {}]);
  });

  it('listens to nobody but the page that embeds it', () => {
    page.embed();
    const who = identity();
    page.message({}, { type: 'helpdesk.identity', token: 'abc' });
    expect(who.toTell()).toEqual({});
  });
});

it('A page of its own listens to no window and asks none, not even itself', () => {
  const who = identity();
  who.connected();
  page.message(page, { type: 'helpdesk.identity', token: 'abc' });
  expect([arrivals, who.toTell(), page.told]).toEqual([0, {}, []]);
});

describe('Values that outlive a reload', () => {
  it('come back as they were, under the name of the product', () => {
    stored.write('localStorage', 'titles', { '/x': 'X' });
    expect(stored.read('localStorage', 'titles')).toEqual({ '/x': 'X' });
    expect([...page.localStorage.items.keys()]).toEqual(['helpdesk.titles']);
    expect(stored.read('sessionStorage', 'titles')).toBeUndefined();
  });

  it('are none when they are unreadable, emptied or never written', () => {
    page.localStorage.items.set('helpdesk.titles', '{');
    expect(stored.read('localStorage', 'titles')).toBeUndefined();
    stored.write('localStorage', 'titles', null);
    expect(stored.read('localStorage', 'titles')).toBeUndefined();
  });

  it('are none when the browser forbids storage, which disturbs nobody', () => {
    page.localStorage.isForbidden = true;
    expect(() => stored.write('localStorage', 'session', 's-1')).not.toThrow();
    expect(stored.read('localStorage', 'session')).toBeUndefined();
  });
});
