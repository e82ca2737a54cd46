import { Module } from '@nestjs/common';
import { IncidentBackend } from '../../ports/incident-backend.js';
import { defineBackend } from '../backend-definition.js';
import { readCredentialsFile } from '../servicenow/client/credentials-file.js';
import { ServiceNowSettings } from '../servicenow/client/servicenow.settings.js';
import { LocalModeBackend } from './local-mode.backend.js';

@Module({ providers: [{ provide: IncidentBackend, useClass: LocalModeBackend }], exports: [IncidentBackend] })
class LocalModeModule {}

const { SERVICENOW_CREDENTIALS } = ServiceNowSettings.properties;

/** Chosen by name, or by `localmode: true` in the ServiceNow credentials file. */
export const localMode = defineBackend({
  name: 'local-mode',
  settings: { SERVICENOW_CREDENTIALS },
  configure({ SERVICENOW_CREDENTIALS: file }) {
    return file !== undefined && readCredentialsFile(file) === 'local-mode' ? {} : undefined;
  },
  module: () => ({ module: LocalModeModule }),
  controllers: [],
});
