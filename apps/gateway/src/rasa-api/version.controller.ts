import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { RASA_VERSION } from '#contracts';

/** Open to everybody, as in Rasa. */
@ApiTags('HTTP API: model')
@Controller('version')
export class VersionController {
  @Get()
  @ApiOperation({ summary: 'The release of Rasa whose formats and API are spoken.' })
  version(): { version: string; minimum_compatible_version: string } {
    return { version: RASA_VERSION, minimum_compatible_version: '3.5.0' };
  }
}
