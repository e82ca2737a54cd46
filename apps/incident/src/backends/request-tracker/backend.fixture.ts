import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { pino } from 'pino';
import { readSettings } from '#service';
import { RequestTrackerBackend } from './request-tracker.backend.js';
import { requestTrackerConfig, type RequestTrackerConfig } from './client/request-tracker.config.js';
import { RequestTrackerSettings } from './client/request-tracker.settings.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings as people write them, with the defaults for the rest. */
export function configFrom(given: Environment): RequestTrackerConfig {
  const config = requestTrackerConfig(readSettings(RequestTrackerSettings, given));
  if (!config) throw new Error('The settings name no Request Tracker.');
  return config;
}

/** A backend with these settings, and every line that it logs, as JSON. */
export function observedBackend(given: Environment): {
  backend: RequestTrackerBackend;
  lines: string[];
} {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const http = new HttpService(axios.create());
  return { backend: new RequestTrackerBackend(configFrom(given), { http, logger }), lines };
}
