import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type DataOf, type FileKeep, type ReplyOf } from '#contracts';
import { SETTINGS } from '#service';
import { IncidentBackend } from '../ports/incident-backend.js';
import { type IncidentSettings } from '../settings/incident.settings.js';
import { FileStore } from './file.store.js';

/** Media types that are useful to a helpdesk and that no browser or desk executes on opening. */
const ALLOWED =
  /^(image\/(png|jpe?g|gif|webp|heic)|text\/(plain|csv)|application\/(pdf|json|zip|x-zip-compressed|gzip))$/;

/** Extensions of files that run when opened, whatever their media type. */
const PROGRAM = /\.(exe|com|scr|msi|msix|bat|cmd|ps1|vbs?|vbe|jse?|wsf|hta|jar|dll|lnk|reg|sh|app|iso|img)$/i;

@Controller()
export class KeepFileHandler {
  constructor(
    private readonly files: FileStore,
    private readonly backend: IncidentBackend,
    @Inject(SETTINGS) private readonly settings: IncidentSettings,
  ) {}

  @MessagePattern<string>('file.keep.v1')
  async keep(@Payload() file: DataOf<typeof FileKeep>): Promise<ReplyOf<typeof FileKeep>> {
    if (!this.backend.capabilities.files) return { kind: 'refused', reason: 'unsupported' };
    if (!ALLOWED.test(file.mediaType) || PROGRAM.test(file.name.trim()))
      return { kind: 'refused', reason: 'type-not-allowed' };
    const content = Buffer.from(file.content, 'base64');
    if (content.length > this.settings.INCIDENT_MAX_FILE_BYTES) return { kind: 'refused', reason: 'too-large' };
    await this.files.keep(file.fileId, file.conversationId, { name: file.name, type: file.mediaType, content });
    return { kind: 'kept' };
  }
}
