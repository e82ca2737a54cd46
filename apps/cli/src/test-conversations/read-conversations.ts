import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Compile } from 'typebox/compile';
import { isCollection, isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { type ActionServer, type Conversation, ConversationFile, type WrittenTurn } from './conversation.js';
import { textTest } from './expected-text.js';

const FILE_NAME = /\.conversations\.ya?ml$/;
const SKIPPED_FOLDERS = /(^|[\\/])(node_modules|models|results|\.[^\\/]+)([\\/]|$)/;

/** The conversations of one or more files. */
export interface Conversations {
  conversations: Conversation[];
  /** The action server of all files; undefined when no file has one. */
  actionServer?: ActionServer;
}

/**
 * Reads a file of conversations, or all `*.conversations.yml` below a folder.
 * @throws Error naming the invalid file and line, or when there are no conversations
 */
export async function readConversations(path: string): Promise<Conversations> {
  const conversations: Conversation[] = [];
  const servers = new Map<string, ActionServer>();
  for (const file of await filesAt(path)) {
    const shown = relative(process.cwd(), file) || file;
    const { content, lineOf } = parse(await readFile(file, 'utf8'), shown);
    if (content.action_server) servers.set(JSON.stringify(content.action_server), content.action_server);
    for (const [at, { conversation: name, turns }] of content.conversations.entries()) {
      const numbered = turns.map((turn, index) => ({ ...turn, line: lineOf(['conversations', at, 'turns', index]) }));
      for (const turn of numbered) refuseUnreadable(turn, shown);
      conversations.push({ name, file: shown, line: lineOf(['conversations', at]), turns: numbered });
    }
  }
  const [actionServer, ...others] = servers.values();
  if (others.length > 0)
    throw new Error(`The files below ${path} need different action servers. Test them one by one with --files.`);
  if (conversations.length === 0)
    throw new Error(
      `${path} has no conversations. Conversations are under "conversations:" in *.conversations.yml files.`,
    );
  return { conversations, ...(actionServer && { actionServer }) };
}

/** Refuses invalid expressions before anything is started. */
function refuseUnreadable({ bot = [], incident, line }: WrittenTurn, file: string): void {
  for (const text of [bot, Object.values(incident ?? {})].flat())
    try {
      if (typeof text === 'string') textTest(text, { responses: {} });
    } catch (error) {
      throw new Error(`${file}:${line} ${(error as Error).message}`, { cause: error });
    }
}

async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Error(`There is no file or folder ${path}.`);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && FILE_NAME.test(entry.name))
    .filter(({ parentPath }) => !SKIPPED_FOLDERS.test(relative(path, parentPath)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const shape = Compile(ConversationFile);

type Path = (string | number)[];

function parse(source: string, file: string): { content: ConversationFile; lineOf: (path: Path) => number } {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const lineOf = (path: Path): number => lines.linePos(offsetOf(document, path)).line;
  const [broken] = document.errors;
  if (broken) throw new Error(`${file}:${lines.linePos(broken.pos[0]).line} is not valid YAML: ${broken.message}`);
  const content: unknown = document.toJS();
  if (shape.Check(content)) return { content, lineOf };
  // An unknown key causes two errors; the one about its value is not useful.
  const errors = [...shape.Errors(content)].filter(({ keyword }) => keyword !== 'boolean');
  const complaints = errors.map(({ instancePath, message, params }) => {
    const extra = (params as { additionalProperties?: string[] }).additionalProperties;
    const path = instancePath.split('/').slice(1);
    const what = extra ? `has the unknown key ${extra.join(', ')}` : message;
    return `${file}:${lineOf(path)} ${path.join('.') || 'the file'} ${what}`;
  });
  throw new Error([...new Set(complaints)].join('\n'));
}

/** The offset of the value at a path, or of the nearest value around it. */
function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(
      path.slice(0, length).map((part) => (/^\d+$/.test(String(part)) ? Number(part) : part)),
      true,
    );
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return isCollection(document.contents) ? document.contents.range[0] : 0;
}
