import { Controller, Get, Headers, Inject, NotFoundException, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { RASA_VERSION } from '#contracts';
import { PageFiles, SETTINGS } from '#service';
import { corsOrigins, type GatewaySettings } from '../../settings/gateway.settings.js';

/**
 * The page loads nothing from other origins, and no content of a message can run. Only the origins in `CORS_ORIGINS`
 * may embed it, because an embedding page may assert the writer's identity. For that reason `*` allows no origin.
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

@ApiExcludeController()
@Controller()
export class WebchatController {
  private readonly policy: string;

  constructor(
    private readonly files: PageFiles,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {
    this.policy = contentSecurityPolicy(settings);
  }

  /**
   * Serves the page. With the HTTP API enabled, programs get a greeting instead, from which Rasa's clients see that the
   * server is running.
   */
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
    const content = this.files.send(name, reply, this.policy);
    if (!content) throw new NotFoundException(`The chat page has no file ${name}.`);
    return content;
  }
}
