import { dirname } from 'node:path';

/** A file that imports another one. */
export interface Import {
  from: string;
  to: string;
}

/**
 * Finds a shortest circle of imports between folders. Each import of the result leads from one folder to the next, and
 * the last one leads back to the first folder. A folder and its subfolder count as two. Returns undefined if there is no
 * circle.
 */
export function findFolderCircle(imports: readonly Import[]): Import[] | undefined {
  const edges = new Map<string, Map<string, Import>>();
  for (const each of imports) {
    const [from, to] = [dirname(each.from), dirname(each.to)];
    if (from === to) continue;
    const next = edges.get(from) ?? new Map<string, Import>();
    if (!next.has(to)) next.set(to, each);
    edges.set(from, next);
  }
  let shortest: Import[] | undefined;
  for (const folder of [...edges.keys()].sort()) {
    const circle = circleThrough(folder, edges);
    if (circle && (!shortest || circle.length < shortest.length)) shortest = circle;
  }
  return shortest;
}

/** Searches breadth first, so that the first way back is a shortest one. */
function circleThrough(start: string, edges: ReadonlyMap<string, ReadonlyMap<string, Import>>): Import[] | undefined {
  const ways = new Map<string, Import[]>([[start, []]]);
  for (const [folder, way] of ways)
    for (const [next, step] of edges.get(folder) ?? []) {
      if (next === start) return [...way, step];
      // The loop also visits entries that are added to the map while it runs.
      if (!ways.has(next)) ways.set(next, [...way, step]);
    }
  return undefined;
}
