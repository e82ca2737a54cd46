import { describe, expect, it } from '@jest/globals';
import { anchorsOf, linksOf } from './markdown.js';

describe('what a document links to', () => {
  it('is found in links, images, definitions and HTML, with its line', () => {
    const text = [
      '[one](a.md) and ![a picture](pictures/b.svg "with a title")',
      '',
      '[c]: ../c.md#part',
      '<img width="3" src="d.png">',
      '[a table](e_(f).md)',
    ].join('\n');
    expect(linksOf(text)).toEqual([
      { target: 'a.md', line: 1 },
      { target: 'pictures/b.svg', line: 1 },
      { target: '../c.md#part', line: 3 },
      { target: 'd.png', line: 4 },
      { target: 'e_(f).md', line: 5 },
    ]);
  });

  it('is not looked for in code', () => {
    expect(linksOf('`[one](a.md)` ``[two](`b.md)``\n\n```md\n[three](c.md)\n```\n\n[four](d.md)')).toEqual([
      { target: 'd.md', line: 7 },
    ]);
  });
});

describe('what leads into a document', () => {
  it('are its headings as GitHub names them, repeated ones with a number', () => {
    const text = '# Add an intent\n\n## `npm run` — why?\n\n## Faults\n\n## Faults\n\n```sh\n# no heading\n```\n';
    expect([...anchorsOf(text)]).toEqual(['add-an-intent', 'npm-run--why', 'faults', 'faults-1']);
  });

  it('are ids in HTML, too', () => {
    expect([...anchorsOf('<a id="here"></a>')]).toEqual(['here']);
  });
});
