import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findFolderCircle, type Import } from './folder-graph.js';

describe('A circle of imports between folders', () => {
  it('is found even if no files form a circle, and the shortest one comes first', () => {
    const imports = [
      { from: 'libs/a/one.ts', to: 'libs/b/one.ts' },
      { from: 'libs/b/two.ts', to: 'libs/c/one.ts' },
      { from: 'libs/c/two.ts', to: 'libs/a/two.ts' },
      { from: 'libs/c/two.ts', to: 'libs/d/one.ts' },
      { from: 'libs/d/two.ts', to: 'libs/c/one.ts' },
    ];
    expect(findFolderCircle(imports)).toEqual(imports.slice(3));
    expect(findFolderCircle(imports.slice(0, 3))).toEqual(imports.slice(0, 3));
  });

  it('can consist of a folder and its subfolder', () => {
    const imports = [
      { from: 'libs/a/index.ts', to: 'libs/a/inner/one.ts' },
      { from: 'libs/a/inner/two.ts', to: 'libs/a/other.ts' },
    ];
    expect(findFolderCircle(imports)).toEqual(imports);
  });

  it('does not result from imports within a folder', () => {
    expect(
      findFolderCircle([
        { from: 'libs/a/one.ts', to: 'libs/a/two.ts' },
        { from: 'libs/a/two.ts', to: 'libs/a/one.ts' },
      ]),
    ).toBeUndefined();
  });

  it('does not exist if every import leads to a later folder', () => {
    const folder = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.array(fc.tuple(folder, folder)), (pairs) => {
        const imports = pairs.map(([a, b]) => importOf(Math.min(a, b), Math.max(a, b)));
        expect(findFolderCircle(imports)).toBeUndefined();
      }),
    );
  });

  it('ends where it began, regardless of the other imports', () => {
    const folder = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.array(fc.tuple(folder, folder)), folder, folder, (pairs, a, b) => {
        fc.pre(a !== b);
        const imports = [...pairs, [a, b] as const, [b, a] as const].map(([from, to]) => importOf(from, to));
        const circle = findFolderCircle(imports) ?? [];
        expect(circle).toHaveLength(2);
        expect(circle.map(({ to }) => dirname(to))).toEqual([...circle.slice(1), ...circle].slice(0, 2).map(startOf));
      }),
    );
  });
});

const startOf = ({ from }: Import): string => dirname(from);

const importOf = (from: number, to: number): Import => ({ from: `libs/${from}/out.ts`, to: `libs/${to}/in.ts` });
