import { type Assistant } from '#assistant/model';
import { ANYTHING, LISTEN } from '#assistant/model';
import { type Event, executedAction } from '../tracker/event.js';
import { ruleTrackers, storyTrackers, type TrainingTracker } from './training-tracker.js';

/** An action of the assistant, or the start or end of a story. */
export interface GraphNode {
  id: string;
  /** `anything`: any history before, or any continuation after, a rule. */
  kind: 'start' | 'action' | 'anything' | 'end';
  /** Name of the action; empty for the other kinds. */
  label: string;
}

/** A transition from one node to another. */
export interface GraphEdge {
  from: string;
  to: string;
  /** The person's message in between: an intent with its entities, or a text. */
  message?: string;
  /** Slot and loop changes in between, as `name: value`; for rules, their conditions. */
  changes: string[];
  /** The stories and rules with this transition. */
  shownBy: { kind: 'story' | 'rule'; name: string }[];
}

export interface ConversationGraph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

interface Step {
  message?: string;
  changes: string[];
  node: Omit<GraphNode, 'id'>;
}

/**
 * The stories and rules of an assistant as a graph for drawing. Actions are nodes, messages are labels of edges, and
 * listening is left out. Points that stories reach by the same last `maxHistory` steps share a node, so that the common
 * part of stories is drawn once.
 */
export function conversationGraph({ domain, stories, rules }: Assistant, maxHistory = 2): ConversationGraph {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const nodeAt = (place: string, node: Omit<GraphNode, 'id'>): GraphNode => {
    const known = nodes.get(place) ?? { id: `node${nodes.size}`, ...node };
    nodes.set(place, known);
    return known;
  };
  const start = nodeAt('start', { kind: 'start', label: '' });
  const end = nodeAt('end', { kind: 'end', label: '' });
  for (const tracker of [...storyTrackers(stories, domain, []), ...ruleTrackers(rules, domain)]) {
    const shown = { kind: tracker.isRule ? ('rule' as const) : ('story' as const), name: tracker.name };
    const walked: string[] = [];
    let from = start;
    for (const step of stepsOf(tracker)) {
      walked.push(JSON.stringify(step));
      const to = step.node.kind === 'end' ? end : nodeAt(walked.slice(-Math.max(1, maxHistory)).join(), step.node);
      connect(edges, from, to, step, shown);
      from = to;
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

function connect(
  edges: Map<string, GraphEdge>,
  { id: from }: GraphNode,
  { id: to }: GraphNode,
  { message, changes }: Step,
  shown: GraphEdge['shownBy'][number],
): void {
  const key = JSON.stringify([from, to, message, changes]);
  const edge = edges.get(key) ?? { from, to, ...(message !== undefined && { message }), changes, shownBy: [] };
  edges.set(key, edge);
  if (!edge.shownBy.some(({ kind, name }) => kind === shown.kind && name === shown.name)) edge.shownBy.push(shown);
}

/** The steps of a story or rule, and its end. */
function stepsOf({ events }: TrainingTracker): Step[] {
  const steps: Step[] = [];
  let message: string | undefined;
  let changes: string[] = [];
  const add = (node: Step['node']) => {
    steps.push({ ...(message !== undefined && { message }), changes, node });
    message = undefined;
    changes = [];
  };
  for (const event of events) {
    if (event.event === 'user') message = messageOf(event);
    else if (event.event === 'slot') changes.push(`${event.name}: ${textOf(event.value)}`);
    else if (event.event === 'active_loop') changes.push(`active_loop: ${String(event.name)}`);
    else if (event.event === 'action') {
      const label = executedAction(event) ?? '';
      if (label === ANYTHING) add({ kind: 'anything', label: '' });
      else if (label !== LISTEN) add({ kind: 'action', label });
    }
  }
  add({ kind: 'end', label: '' });
  return steps;
}

function messageOf({ text, parse_data }: Extract<Event, { event: 'user' }>): string {
  const { name } = parse_data.intent;
  if (!name) return `"${text ?? ''}"`;
  const entities = parse_data.entities.map(({ entity, value }) => (value ? `${entity}: ${textOf(value)}` : entity));
  return entities.length > 0 ? `${name} (${entities.join(', ')})` : name;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
