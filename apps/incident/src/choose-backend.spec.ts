import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot, readSettings, SettingsError } from '#service';
import { chooseBackend, IncidentServiceSettings } from './choose-backend.js';

const chosen = (env: Record<string, string>) => chooseBackend(readSettings(IncidentServiceSettings, env), projectRoot);
const SERVICENOW = { SERVICENOW_INSTANCE: 'acme', SERVICENOW_USER: 'svc', SERVICENOW_PASSWORD: 'secret' };
const RT = { RT_URL: 'https://rt.example.com', RT_TOKEN: '1-2-abc' };

describe('The backend of the service', () => {
  it.each([
    ['the local desk without settings', 'local-desk', {}],
    ['ServiceNow when its instance is set', 'servicenow', SERVICENOW],
    ['Request Tracker when its address is set', 'request-tracker', RT],
    ['ServiceNow when both are set', 'servicenow', { ...SERVICENOW, ...RT }],
    [
      'the named one, whatever else is set',
      'request-tracker',
      { ...SERVICENOW, ...RT, INCIDENT_BACKEND: 'request-tracker' },
    ],
    ['the local desk when it is named', 'local-desk', { ...SERVICENOW, INCIDENT_BACKEND: 'local-desk' }],
    ['local mode when it is named', 'local-mode', { INCIDENT_BACKEND: 'local-mode' }],
  ])('is %s', (_, name, env) => {
    expect(chosen(env).name).toBe(name);
  });

  describe('with a credentials file that asks for local mode', () => {
    const withFile = <T>(work: (env: Record<string, string>) => T): T => {
      const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
      const file = join(folder, 'snow_credentials.yml');
      writeFileSync(file, 'localmode: true\n');
      try {
        return work({ SERVICENOW_CREDENTIALS_FILE: file });
      } finally {
        rmSync(folder, { recursive: true });
      }
    };

    it('is local mode without other settings', () => {
      expect(withFile(chosen).name).toBe('local-mode');
    });

    it('is the other configured ticket system', () => {
      expect(withFile((env) => chosen({ ...env, ...RT })).name).toBe('request-tracker');
    });

    it('is not ServiceNow even when INCIDENT_BACKEND names it', () => {
      expect(() => withFile((env) => chosen({ ...env, INCIDENT_BACKEND: 'servicenow' }))).toThrow(SettingsError);
    });
  });

  it.each([
    ['servicenow', 'INCIDENT_BACKEND is servicenow: also set SERVICENOW_INSTANCE and how to log in.'],
    ['request-tracker', 'INCIDENT_BACKEND is request-tracker: also set RT_URL and how to log in.'],
  ])('prevents the start when it is named but not configured: %s', (name, message) => {
    expect(() => chosen({ INCIDENT_BACKEND: name })).toThrow(new SettingsError(message));
  });

  it('prevents the start when it does not exist, and the error lists those that do', () => {
    expect(() => chosen({ INCIDENT_BACKEND: 'remedy' })).toThrow(
      'servicenow, request-tracker, local-mode or local-desk',
    );
  });

  it('is not chosen while the settings of another backend are contradictory', () => {
    expect(() => chosen({ RT_URL: 'nowhere', INCIDENT_BACKEND: 'local-desk' })).toThrow(SettingsError);
  });

  it('adds its own routes and not those of others', () => {
    const routes = (env: Record<string, string>) => chosen(env).controllers.map(({ name }) => name);
    expect(routes(SERVICENOW)).toEqual(['ServiceNowWebhookController']);
    expect(routes(RT)).toEqual([]);
    expect(routes({})).toEqual(['DeskController', 'DeskPageController']);
  });
});
