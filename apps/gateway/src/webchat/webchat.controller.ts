import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Headers, Inject, Injectable, NotFoundException, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { RASA_VERSION } from '#contracts';
import { SETTINGS } from '#service';
import { corsOrigins, type GatewaySettings } from '../gateway.settings.js';

const FILES = {
  'index.html': 'text/html; charset=utf-8',
  'chat.css': 'text/css; charset=utf-8',
  'chat.js': 'text/javascript; charset=utf-8',
  'transcript.js': 'text/javascript; charset=utf-8',
  'view.js': 'text/javascript; charset=utf-8',
  'bubbles.js': 'text/javascript; charset=utf-8',
  'payload.js': 'text/javascript; charset=utf-8',
  'files.js': 'text/javascript; charset=utf-8',
  'identity.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const;

/**
 * The page loads nothing from elsewhere, nothing that a message contains can run, and only pages that `CORS_ORIGINS`
 * names may embed it: they are the ones that it lets say who is writing, which is why `*` names none.
 */
function contentSecurityPolicy(settings: GatewaySettings): string {
  const origins = corsOrigins(settings);
  const embedding = Array.isArray(origins) ? origins.filter((origin) => /^https?:\/\/[\w.:[\]-]+$/.test(origin)) : [];
  return [
    "default-src 'self'",
    "img-src 'self' https: data:",
    "connect-src 'self' ws: wss:",
    "base-uri 'none'",
    "form-action 'self'",
    ["frame-ancestors 'self'", ...embedding].join(' '),
  ].join('; ');
}

/** The files of the chat page, read once at start. */
@Injectable()
export class WebchatFiles {
  private readonly contents: Map<string, Buffer>;

  constructor(directory: string) {
    this.contents = new Map(Object.keys(FILES).map((name) => [name, readFileSync(join(directory, name))]));
  }

  get(name: string): { type: string; content: Buffer } | undefined {
    const content = this.contents.get(name);
    return content && { content, type: FILES[name as keyof typeof FILES] };
  }
}

@ApiExcludeController()
@Controller()
export class WebchatController {
  private readonly policy: string;

  constructor(
    private readonly files: WebchatFiles,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {
    this.policy = contentSecurityPolicy(settings);
  }

  /** The page; with the HTTP API, programs get a greeting, by which Rasa's clients see that the server is there. */
  @Get()
  page(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Buffer | string {
    void reply.header('vary', 'accept');
    if (!this.settings.ENABLE_API || accept?.includes('text/html')) return this.file('index.html', reply);
    void reply.type('text/plain; charset=utf-8');
    return `Hello from Helpdesk Assistant, compatible with Rasa: ${RASA_VERSION}`;
  }

  @Get('webchat/:name')
  file(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    const file = this.files.get(name);
    if (!file) throw new NotFoundException(`The chat page has no file ${name}.`);
    void reply
      .type(file.type)
      .header('content-security-policy', this.policy)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-cache');
    return file.content;
  }
}
