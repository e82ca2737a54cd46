import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RASA_VERSION } from '#contracts';

/** Needs no credentials, as in Rasa. */
@ApiTags('HTTP API: model')
@Controller('version')
export class VersionController {
  @Get()
  @ApiOperation({ summary: 'Returns the Rasa version whose formats and API this server supports.' })
  version(): { version: string; minimum_compatible_version: string } {
    return { version: RASA_VERSION, minimum_compatible_version: '3.5.0' };
  }
}
