import { describe, expect, it } from '@jest/globals';
import { anchorsOf, linksOf } from './markdown.js';

describe('The links of a document', () => {
  it('are found in links, images, definitions and HTML, with their lines', () => {
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

  it('are not searched in code', () => {
    expect(linksOf('`[one](a.md)` ``[two](`b.md)``\n\n```md\n[three](c.md)\n```\n\n[four](d.md)')).toEqual([
      { target: 'd.md', line: 7 },
    ]);
  });
});

describe('The anchors of a document', () => {
  it('are its headings with GitHub’s names, with a number for repeated ones', () => {
    const text = '# Add an intent\n\n## `npm run` — why?\n\n## Faults\n\n## Faults\n\n```sh\n# no heading\n```\n';
    expect([...anchorsOf(text)]).toEqual(['add-an-intent', 'npm-run--why', 'faults', 'faults-1']);
  });

  it('include ids in HTML', () => {
    expect([...anchorsOf('<a id="here"></a>')]).toEqual(['here']);
  });
});
