import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type FastifyReply } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files of a page without a build step: the web files of one folder, read once at start. */
export class PageFiles {
  private readonly contents: Map<string, Buffer>;

  constructor(directory: string) {
    const names = readdirSync(directory).filter((name) => extname(name) in TYPES);
    this.contents = new Map(names.map((name) => [name, readFileSync(join(directory, name))]));
  }

  /** The content of a file, with the headers of the reply set; undefined when the page has no file of this name. */
  send(name: string, reply: FastifyReply, contentSecurityPolicy: string): Buffer | undefined {
    const content = this.contents.get(name);
    if (content)
      void reply
        .type(TYPES[extname(name)]!)
        .header('content-security-policy', contentSecurityPolicy)
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'no-cache');
    return content;
  }
}
