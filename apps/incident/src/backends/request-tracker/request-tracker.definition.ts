import { defineBackend } from '../backend-definition.js';
import { requestTrackerConfig } from './client/request-tracker.config.js';
import { RequestTrackerSettings } from './client/request-tracker.settings.js';
import { RequestTrackerModule } from './request-tracker.module.js';

export const requestTracker = defineBackend({
  name: 'request-tracker',
  settings: RequestTrackerSettings.properties,
  needs: 'RT_URL and how to log in',
  configure: requestTrackerConfig,
  module: (config) => RequestTrackerModule.with(config),
  controllers: [],
});
