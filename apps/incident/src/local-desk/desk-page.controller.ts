import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Injectable, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Problem } from '#service';

const FILES = {
  'index.html': 'text/html; charset=utf-8',
  'desk.css': 'text/css; charset=utf-8',
  'desk.js': 'text/javascript; charset=utf-8',
} as const;

// Nothing from elsewhere, and nothing that an incident contains can run.
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The files of the desk's page, read once at start. */
@Injectable()
export class DeskFiles {
  private readonly contents: Map<string, Buffer>;

  constructor(directory: string) {
    this.contents = new Map(Object.keys(FILES).map((name) => [name, readFileSync(join(directory, name))]));
  }

  get(name: string): { type: string; content: Buffer } | undefined {
    const content = this.contents.get(name);
    return content && { content, type: FILES[name as keyof typeof FILES] };
  }
}

/** The page itself holds no data; what it shows comes from the API, with its credentials. */
@ApiExcludeController()
@Controller('desk')
export class DeskPageController {
  constructor(private readonly files: DeskFiles) {}

  @Get()
  page(@Res({ passthrough: true }) reply: FastifyReply): Buffer {
    return this.file('index.html', reply);
  }

  @Get('page/:name')
  file(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    const file = this.files.get(name);
    if (!file) throw new Problem(404, { detail: `The desk has no file ${name}.` });
    void reply
      .type(file.type)
      .header('content-security-policy', CONTENT_SECURITY_POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-cache');
    return file.content;
  }
}
