import { type ConversationGraph, type GraphEdge, type GraphNode } from '#dialogue-engine';

const REQUESTED_SLOT = 'requested_slot';
/** The notations for an empty value in stories and in rules. */
const NOTHING = new Set(['null', 'should_not_be_set']);

/** The kind of a part of the picture, which decides its colour and shape. */
export type PartKind = 'start' | 'message' | 'action' | 'response' | 'loop' | 'anything' | 'end';

/** A shape of the picture. */
export interface DrawnNode {
  id: string;
  kind: PartKind;
  label: string;
  /** Names of the stories and rules that contain this shape. */
  shownBy: string[];
}

/** An arrow of the picture. Its label lists the slots and loops that change along it. */
export interface DrawnEdge {
  id: string;
  from: string;
  to: string;
  label: string;
  shownBy: string[];
}

export interface Drawing {
  nodes: DrawnNode[];
  edges: DrawnEdge[];
}

/**
 * Converts a graph to a drawing. Messages become separate shapes between the assistant's actions. Every path has its
 * own end, so that no arrow crosses the whole picture. Rules start at their condition instead of at the start.
 */
export function drawingOf(graph: ConversationGraph, forms: readonly string[]): Drawing {
  const sketch = new Sketch();
  const known = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const edge of graph.edges) {
    const [from, to] = [known.get(edge.from)!, known.get(edge.to)!];
    const names = edge.shownBy.map(nameOf);
    if (isBeginOfRule(from, to)) {
      sketch.node(to.id, 'anything', conditionText(edge), names);
      continue;
    }
    const begin = sketch.node(from.id, kindOf(from, forms), from.label, names);
    const asked = edge.message === undefined ? begin : `${begin}:${edge.message}`;
    if (asked !== begin) {
      sketch.node(asked, 'message', edge.message!, names);
      sketch.edge(begin, asked, '', names);
    }
    const end = to.kind === 'end' ? `${asked}:end` : to.id;
    sketch.node(end, kindOf(to, forms), to.label, names);
    sketch.edge(asked, end, changesText(edge, from.label), names);
  }
  return sketch.drawing();
}

const nameOf = ({ kind, name }: GraphEdge['shownBy'][number]): string => `${kind}: ${name}`;

const isBeginOfRule = (from: GraphNode, to: GraphNode): boolean => from.kind === 'start' && to.kind === 'anything';

const conditionText = ({ changes }: GraphEdge): string =>
  changes.length === 0 ? 'at any time' : `while ${changes.map(inWords).join('\nand ')}`;

/** The changes along an edge, without the obvious one that a form runs after its own action. */
const changesText = ({ changes }: GraphEdge, before: string): string =>
  changes
    .filter((change) => change !== `active_loop: ${before}` && !change.startsWith(`${REQUESTED_SLOT}: `))
    .map(inWords)
    .join('\n');

/** Converts a change of the graph, `name: value`, to words. */
function inWords(change: string): string {
  const [, name = change, value = ''] = /^([^:]+): (.*)$/s.exec(change) ?? [];
  const isNothing = NOTHING.has(value);
  if (name === 'active_loop') return isNothing ? 'the form ends' : `${value} runs`;
  return isNothing ? `${name} is empty` : `${name} is ${value}`;
}

function kindOf({ kind, label }: GraphNode, forms: readonly string[]): PartKind {
  if (kind !== 'action') return kind;
  if (forms.includes(label)) return 'loop';
  return label.startsWith('utter_') ? 'response' : 'action';
}

class Sketch {
  private readonly nodes = new Map<string, DrawnNode>();
  private readonly edges = new Map<string, DrawnEdge>();

  node(key: string, kind: PartKind, label: string, names: readonly string[]): string {
    const node = this.nodes.get(key) ?? { id: `n${this.nodes.size}`, kind, label, shownBy: [] };
    this.nodes.set(key, node);
    addNames(node, names);
    return key;
  }

  edge(from: string, to: string, label: string, names: readonly string[]): void {
    const key = JSON.stringify([from, to, label]);
    const ends = { from: this.nodes.get(from)!.id, to: this.nodes.get(to)!.id };
    const edge = this.edges.get(key) ?? { id: `e${this.edges.size}`, ...ends, label, shownBy: [] };
    this.edges.set(key, edge);
    addNames(edge, names);
  }

  drawing(): Drawing {
    return { nodes: [...this.nodes.values()], edges: [...this.edges.values()] };
  }
}

const addNames = ({ shownBy }: { shownBy: string[] }, names: readonly string[]): void =>
  void shownBy.push(...names.filter((name) => !shownBy.includes(name)));
