import { defineBackend } from '../backend-definition.js';
import { serviceNowConfig } from './client/servicenow.config.js';
import { ServiceNowSettings } from './client/servicenow.settings.js';
import { ServiceNowModule } from './servicenow.module.js';
import { ServiceNowWebhookController } from './webhook.controller.js';

export const serviceNow = defineBackend({
  name: 'servicenow',
  settings: ServiceNowSettings.properties,
  needs: 'SERVICENOW_INSTANCE and how to log in',
  configure(settings) {
    const config = serviceNowConfig(settings);
    return config === 'local-mode' ? undefined : config;
  },
  module: (config) => ServiceNowModule.with(config),
  controllers: [ServiceNowWebhookController],
});
