import type { Findings } from '../model/findings.js';
import type { YamlNode } from './yaml-node.js';

/** Values of environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `${NAME}` in values without quotes. A variable that is not set causes an error with its name, unless it has a
 * default, as in `${NAME:-default}`. A value without variables is returned unchanged.
 */
export function expandVariables(node: YamlNode, environment: Environment, findings: Findings): YamlNode {
  switch (node.kind) {
    case 'list': {
      const items = node.items.map((item) => expandVariables(item, environment, findings));
      return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
    }
    case 'map': {
      let entries: Map<string, YamlNode> | undefined;
      for (const [key, value] of node.entries) {
        const expanded = expandVariables(value, environment, findings);
        if (expanded !== value) entries = (entries ?? new Map(node.entries)).set(key, expanded);
      }
      return entries ? { ...node, entries } : node;
    }
    case 'scalar': {
      if (!node.isPlain || typeof node.value !== 'string' || !node.value.includes('${')) return node;
      const value = node.value.replace(/\$\{([^}:]+)(?::-([^}]*))?\}/g, (written, name: string, otherwise?: string) => {
        // As in a shell, the default also replaces an empty value.
        const found = otherwise === undefined ? environment[name] : environment[name] || otherwise;
        if (found === undefined) findings.error(`the environment variable ${name} is not set`, node.place);
        return found ?? written;
      });
      return { ...node, value };
    }
  }
}
