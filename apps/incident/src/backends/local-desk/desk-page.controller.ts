import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { PageFiles, Problem } from '#service';

// Nothing loads from other hosts, and nothing in an incident can run as code.
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the page. The page itself holds no data; it reads everything from the API with the API's credentials. */
@ApiExcludeController()
@Controller('desk')
export class DeskPageController {
  constructor(private readonly files: PageFiles) {}

  @Get()
  page(@Res({ passthrough: true }) reply: FastifyReply): Buffer {
    return this.file('index.html', reply);
  }

  @Get('page/:name')
  file(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    const content = this.files.send(name, reply, CONTENT_SECURITY_POLICY);
    if (!content) throw new Problem(404, { detail: `The desk has no file ${name}.` });
    return content;
  }
}
