import { dirname } from 'node:path';

/** A file that imports another one. */
export interface Import {
  from: string;
  to: string;
}

/**
 * A shortest circle among folders, as imports that lead from one folder to the next and from the last to the first.
 * Folders are those in which the files lie, so a folder and one inside it are two. Undefined when there is none.
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

/** Breadth first, so that the first way back is a shortest one. */
function circleThrough(start: string, edges: ReadonlyMap<string, ReadonlyMap<string, Import>>): Import[] | undefined {
  const ways = new Map<string, Import[]>([[start, []]]);
  for (const [folder, way] of ways)
    for (const [next, step] of edges.get(folder) ?? []) {
      if (next === start) return [...way, step];
      // A map goes on with what is added while it is gone through.
      if (!ways.has(next)) ways.set(next, [...way, step]);
    }
  return undefined;
}
