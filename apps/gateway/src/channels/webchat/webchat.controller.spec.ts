import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type FastifyReply } from 'fastify';
import { PageFiles, projectRoot, readSettings } from '#service';
import { GatewaySettings } from '../../settings/gateway.settings.js';
import { WebchatController } from './webchat.controller.js';

/** The origins that may embed the page, from its content security policy. */
function embeddingOf(CORS_ORIGINS: string): string | undefined {
  const files = new PageFiles(join(projectRoot, 'apps/webchat'));
  const controller = new WebchatController(files, readSettings(GatewaySettings, { CORS_ORIGINS }));
  const headers = new Map<string, string>();
  const reply = {
    type: () => reply,
    header: (name: string, value: string) => {
      headers.set(name, value);
      return reply;
    },
  };
  controller.page('text/html', reply as unknown as FastifyReply);
  return /frame-ancestors ([^;]*)$/.exec(headers.get('content-security-policy') ?? '')?.[1];
}

describe('The chat page', () => {
  it.each([
    ['', "'self'"],
    ['https://portal.example, http://[::1]:8080', "'self' https://portal.example http://[::1]:8080"],
    ['*', "'self'"],
    ["https://portal.example; script-src *, https://a b, 'none'", "'self'"],
  ])('with CORS_ORIGINS=%j may be embedded by %s', (origins, embedding) =>
    expect(embeddingOf(origins)).toBe(embedding),
  );
});
